// Ends in one of the ways in which programs end, with a Log open. Prints how many events it was
// told `ok` for, or what the last call answered: `reel_ends WAY STORE [PLUGIN]`.
#include <dlfcn.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "reel/log.hpp"

// A writer thread that is alive at the end of the program is what is tested here, not a mistake.
extern "C" const char* __tsan_default_options() { return "report_thread_leaks=0"; }

namespace {

using reel::Append;

constexpr int kEvents = 1000;

reel::Log open_log(const char* path) {
  reel::LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  auto log = reel::Log::open(path, options);
  if (!log) {
    std::fprintf(stderr, "%s\n", log.error().to_string().c_str());
    std::_Exit(9);
  }
  return *std::move(log);
}

int record(reel::Recorder& recorder, int events) {
  int recorded = 0;
  for (int i = 0; i < events; ++i) recorded += recorder.record_token("token", i) == Append::ok;
  return recorded;
}

void say(int number) {
  std::printf("%d\n", number);
  std::fflush(stdout);
}

void say(const char* what, Append answer) {
  std::printf("%s %s\n", what, reel::append_name(answer));
  std::fflush(stdout);
}

// Destroyed after the Log: statics go in the reverse of the order in which they were made.
struct Late {
  reel::Recorder recorder;
  bool speaks = false;
  ~Late() {
    if (speaks) say("late", recorder.record_token("late", 0));
  }
};
Late late;
std::optional<reel::Log> closed_at_exit;
reel::Log* leaked = nullptr;

void end_by(const std::string& way) {
  if (way == "exit") std::exit(0);
  if (way == "_exit") _exit(0);
  if (way == "quick_exit") std::quick_exit(0);
  if (way == "abort") std::abort();
  if (way == "terminate") throw std::runtime_error("nobody catches this");
  if (way == "kill") std::raise(SIGKILL);
}

void static_order(const char* path) {
  closed_at_exit = open_log(path);
  late.recorder = *closed_at_exit->recorder("s");
  late.speaks = true;
  say(record(late.recorder, kEvents));
}

// Made before the thread's first event, so destroyed after what the thread has in reel.
struct AtThreadEnd {
  reel::Recorder recorder;
  ~AtThreadEnd() { say("ended", recorder.record_token("x", 0)); }
};

void thread_end(const char* path) {
  closed_at_exit = open_log(path);
  std::thread([] {
    thread_local AtThreadEnd at_end;
    at_end.recorder = *closed_at_exit->recorder("s");
    say(record(at_end.recorder, kEvents));
  }).join();
}

// main() returns while other threads record into a Log that nobody destroys.
void busy_threads(const char* path) {
  leaked = new reel::Log(open_log(path));
  static std::atomic<int> recorded{0};
  for (int t = 0; t < 3; ++t) {
    std::thread([t] {
      static thread_local reel::Recorder* recorder =
          new reel::Recorder(*leaked->recorder("s" + std::to_string(t)));
      for (int i = 0;; ++i) recorded += recorder->record_token("token", i) == Append::ok;
    }).detach();
  }
  while (recorded < kEvents) std::this_thread::yield();
  say(recorded);
}

// A handler may run at any moment and interrupts every slow call; it must not record.
std::atomic<int> signals{0};
void signalled(const char* path) {
  struct sigaction action = {};
  action.sa_handler = [](int) { signals.fetch_add(1, std::memory_order_relaxed); };
  sigaction(SIGALRM, &action, nullptr);  // without SA_RESTART
  const itimerval often = {{0, 500}, {0, 500}};
  setitimer(ITIMER_REAL, &often, nullptr);
  int recorded = 0;
  {
    reel::Log log = open_log(path);
    reel::Recorder recorder = *log.recorder("s");
    for (int turn = 0; turn < 50; ++turn) {
      recorded += record(recorder, kEvents / 50);
      if (!log.sync()) std::_Exit(8);
      usleep(1000);
    }
    recorder.close();
    if (!log.close().status) std::_Exit(7);
  }
  const itimerval never = {};
  setitimer(ITIMER_REAL, &never, nullptr);
  if (signals.load() == 0) std::_Exit(6);
  say(recorded);
}

// A plugin with reel in it comes and goes; afterwards the process forks and ends as ever.
void plugin(const char* path, const char* library) {
  int recorded = 0;
  for (int turn = 0; turn < 3; ++turn) {
    void* const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      std::fprintf(stderr, "%s\n", dlerror());
      std::_Exit(9);
    }
    void* const symbol = dlsym(handle, "record_into");
    int (*record_into)(const char*) = nullptr;
    std::memcpy(&record_into, &symbol, sizeof symbol);
    std::thread([&] { recorded += record_into(path); }).join();
    recorded += record_into(path);
    dlclose(handle);
  }
  const pid_t child = fork();
  if (child == 0) _exit(0);
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) std::_Exit(5);
  say(recorded);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string way = argv[1];
  const char* const path = argv[2];
  if (way == "static_order") {
    static_order(path);
  } else if (way == "thread_end") {
    thread_end(path);
  } else if (way == "busy_threads") {
    busy_threads(path);
  } else if (way == "signals") {
    signalled(path);
  } else if (way == "plugin") {
    plugin(path, argv[3]);
  } else {
    leaked = new reel::Log(open_log(path));
    static auto* const recorder = new reel::Recorder(*leaked->recorder("s"));
    say(record(*recorder, kEvents));
    if (way == "static") {  // destroyed by exit()
      closed_at_exit = std::move(*leaked);
      recorder->close();
    }
    end_by(way == "static" ? "exit" : way);
  }
  return 0;
}
