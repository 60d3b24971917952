// How long it takes until a follower in another process has a token in its hands.
//
//   reel_follow_latency [--rate EVENTS_PER_S] [--seconds S] [--streams N] [--poll-us US] [--store
//   DIR]
//
// A child records TOKENs at the pace asked for, streams in turn; the text of each is the moment
// before its record call, by the clock that all processes share. This process polls a Follower and
// takes the same clock when next() has given the event. It also checks that each came once, in
// order.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "reel/follower.hpp"
#include "reel/log.hpp"
#include "reel/log_linear_histogram.hpp"
#include "support/temp_dir.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  double rate = 10'000, seconds = 10;
  int streams = 100;
  int poll_us = 1000;
  std::string store;
};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

// Event n is due n / rate seconds after the first.
int record(const Options& options) {
  auto log = reel::Log::open(options.store);
  if (!log) return 1;
  std::vector<reel::Recorder> recorders;
  for (int i = 0; i < options.streams; ++i) {
    auto recorder = log->recorder("s" + std::to_string(i));
    if (!recorder) return 1;
    recorders.push_back(*std::move(recorder));
  }
  const auto events = static_cast<std::int64_t>(options.rate * options.seconds);
  const Clock::time_point begin = Clock::now();
  for (std::int64_t n = 0; n < events; ++n) {
    const auto due = begin + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                 static_cast<double>(n) * 1e9 / options.rate));
    if (due - Clock::now() > std::chrono::microseconds(100)) std::this_thread::sleep_until(due);
    auto& recorder = recorders[static_cast<std::size_t>(n % options.streams)];
    const std::string text = std::to_string(now_ns());
    if (recorder.record_token(text, n / options.streams) != reel::Append::ok) return 1;
  }
  recorders.clear();
  return log->close().status.ok() ? 0 : 1;
}

struct Followed {
  reel::LogLinearHistogram<5, 40> latency_ns;
  std::vector<std::uint64_t> next_seqs;
  bool once = true;
};

void take(reel::Follower& follower, Followed& followed) {
  while (follower.next()) {
    const std::int64_t now = now_ns();
    const reel::EnvelopeView& view = follower.view();
    const auto stream = static_cast<std::size_t>(std::stoi(std::string(view.stream_id.substr(1))));
    followed.once &= view.seq == followed.next_seqs[stream]++;
    const std::int64_t then = std::stoll(std::string(view.event.text));
    followed.latency_ns.add(now > then ? static_cast<std::uint64_t>(now - then) : 0);
  }
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int follow(const Options& options, pid_t child) {
  auto follower = reel::Follower::from_start(options.store);
  if (!follower) return 1;
  Followed followed;
  followed.next_seqs.resize(static_cast<std::size_t>(options.streams));
  const Clock::time_point begin = Clock::now();
  bool ended = false;
  int code = 0;
  std::uint64_t polls = 0;
  while (!ended) {
    ended = ::waitpid(child, &code, WNOHANG) == child;  // before the last poll
    if (!follower->poll()) return 1;
    ++polls;
    take(*follower, followed);
    std::this_thread::sleep_for(std::chrono::microseconds(options.poll_us));
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const auto& latency = followed.latency_ns;
  const auto ms = [&](double share) { return static_cast<double>(latency.quantile(share)) / 1e6; };
  std::printf("events %llu, each once and in order: %s\n",
              static_cast<unsigned long long>(latency.count()), followed.once ? "yes" : "NO");
  std::printf("seen after ms: p50 %.3f  p90 %.3f  p99 %.3f  p99.9 %.3f  max %.3f\n", ms(0.5),
              ms(0.9), ms(0.99), ms(0.999), static_cast<double>(latency.max()) / 1e6);
  std::printf("follower: %llu polls in %.1f s, %.2f %% of a core\n",
              static_cast<unsigned long long>(polls), seconds, 100 * cpu_seconds() / seconds);
  const auto wanted = static_cast<std::uint64_t>(options.rate * options.seconds);
  return code == 0 && followed.once && latency.count() == wanted ? 0 : 1;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--rate") {
      options.rate = std::stod(value);
    } else if (name == "--seconds") {
      options.seconds = std::stod(value);
    } else if (name == "--streams") {
      options.streams = std::stoi(value);
    } else if (name == "--poll-us") {
      options.poll_us = std::stoi(value);
    } else if (name == "--store") {
      options.store = value;
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--rate R] [--seconds S] [--streams N] [--poll-us US] [--store DIR]\n",
                 argv[0]);
    return 2;
  }
  const reel::test::TempDir folder;
  if (options.store.empty()) options.store = folder.file("store");
  // The store is made before anybody looks at it.
  if (auto log = reel::Log::open(options.store); !log || !log->close().status.ok()) return 1;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(record(options));
  return follow(options, child);
}
