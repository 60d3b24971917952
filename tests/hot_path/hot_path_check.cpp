// Proves that recording a token allocates nothing and makes no system call, once its thread is
// warm.
//
// A program of its own: it counts every operator new, and it puts the recording thread under a
// seccomp filter that ends the process at any system call but the thread's own exit. The thread
// records through many chunks, so taking a new chunk is part of what is proven.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>

#include "reel/log.hpp"

namespace {

thread_local std::uint64_t allocations = 0;

void* counted(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes > 0 ? bytes : 1)) return memory;
  throw std::bad_alloc();
}

constexpr int kWarmUp = 20'000;
constexpr int kMeasured = 200'000;  // about 130 chunks

struct Outcome {
  std::atomic<int> done{0};  // 1: everything recorded, 2: something was refused
  std::uint64_t allocations = 0;
};

bool forbid_system_calls() {
  sock_filter filter[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},  // seccomp_data::nr
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_exit},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS},
  };
  sock_fprog program{4, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

void record_under_seccomp(reel::Recorder& recorder, Outcome& outcome) {
  for (int i = 0; i < kWarmUp; ++i) (void)recorder.record_token(" warm", i);
  if (!forbid_system_calls()) _exit(77);  // not to be had here: the test is skipped
  const std::uint64_t before = allocations;
  bool ok = true;
  for (int i = 0; i < kMeasured; ++i) {
    ok = recorder.record_token(" token", kWarmUp + i) == reel::Append::ok && ok;
  }
  outcome.allocations = allocations - before;
  outcome.done.store(ok ? 1 : 2, std::memory_order_release);
  syscall(SYS_exit, 0);  // of this thread; the ordinary way out makes other system calls
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void* operator new(std::size_t bytes, std::align_val_t align) {
  ++allocations;
  void* memory = nullptr;
  if (posix_memalign(&memory, static_cast<std::size_t>(align), bytes) == 0) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s STORE\n", argv[0]);
    return 2;
  }
  auto log = reel::Log::open(argv[1]);
  if (!log) {
    std::fprintf(stderr, "%s\n", log.error().to_string().c_str());
    return 3;
  }
  // The arena's first step must hold everything: growing it is a system call by design.
  auto recorder = log->recorder("hot");
  if (!recorder) return 3;
  static Outcome outcome;
  std::thread([&recorder] { record_under_seccomp(*recorder, outcome); }).detach();
  for (int i = 0; i < 10'000 && outcome.done.load(std::memory_order_acquire) == 0; ++i) {
    usleep(1000);
  }
  const int done = outcome.done.load(std::memory_order_acquire);
  std::printf("%d tokens: %llu allocations, 0 system calls\n", kMeasured,
              static_cast<unsigned long long>(outcome.allocations));
  std::fflush(stdout);
  recorder->close();
  const bool closed = log->close().lost == 0;
  return done == 1 && outcome.allocations == 0 && closed ? 0 : 1;
}
