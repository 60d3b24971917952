#include "write_bench.hpp"

#include <algorithm>
#include <chrono>
#include <list>
#include <optional>
#include <thread>

#include "bench_worker.hpp"
#include "folder_bytes.hpp"
#include "progress.hpp"
#include "ticks.hpp"

namespace reel::tool {
namespace {

using Clock = std::chrono::steady_clock;

// Events between two looks at the clock.
constexpr std::size_t kRoundEvents = std::size_t{1} << 14;
constexpr std::size_t kPreloadEvents = std::size_t{1} << 20;
// Several threads are started anew for each round, which must be worth it.
constexpr std::size_t kThreadedRoundEvents = std::size_t{1} << 21;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// What two readings of the clock in a row differ by, in ticks.
std::uint64_t timer_cost() {
  Histogram costs;
  for (int i = 0; i < 10000; ++i) {
    const std::uint64_t begin = read_ticks();
    costs.add(read_ticks() - begin);
  }
  return costs.quantile(0.5);
}

Nanoseconds in_ns(const Histogram& ticks, std::uint64_t cost, double ns_per_tick) {
  const auto ns = [&](std::uint64_t value) {
    return value <= cost ? 0 : static_cast<double>(value - cost) * ns_per_tick;
  };
  return {ns(ticks.quantile(0.5)),   ns(ticks.quantile(0.9)),    ns(ticks.quantile(0.99)),
          ns(ticks.quantile(0.999)), ns(ticks.quantile(0.9999)), ns(ticks.max())};
}

class WriteBench {
 public:
  WriteBench(const WriteBenchOptions& options, load::LoadGenerator generator, Log log)
      : options_(options), generator_(std::move(generator)), log_(std::move(log)) {
    for (std::uint32_t i = 0; i < options.threads; ++i)
      workers_.emplace_back(log_, options.name_space, i, options.threads);
  }

  Result<WriteBenchReport> run() {
    const std::uint64_t cost = timer_cost();
    std::list<load::LoadSlice> loaded;  // never copied: its events point into it
    if (options_.preload) preload(loaded);
    const std::uint64_t asked = options_.load.events;
    progress_.emplace(options_.progress, Work{.events = asked == UINT64_MAX ? 0 : asked});
    begin_ = Clock::now();
    const std::uint64_t first_tick = read_ticks();
    const Status status = options_.preload        ? play(loaded)
                          : options_.threads == 1 ? play_directly()
                                                  : play_rounds();
    const double ticks = static_cast<double>(read_ticks() - first_tick);
    const double ns_per_tick = ticks > 0 ? seconds_since(begin_) * 1e9 / ticks : 0;
    progress_.reset();
    for (BenchWorker& worker : workers_) worker.close();
    const CloseReport closed = log_.close(kCloseDeadlineMs);
    report_.seconds = seconds_since(begin_);
    report_.stats = log_.stats();
    if (!status) return status;
    if (!closed.status) return closed.status;
    finish(cost, ns_per_tick);
    report_.refused += closed.lost;
    return report_;
  }

 private:
  static constexpr std::uint32_t kCloseDeadlineMs = 600000;

  // Who syncs after each round wants the same rounds whatever the load is made of.
  std::size_t round_events() const {
    if (options_.sync == BenchSync::round) return kRoundEvents;
    return options_.preload ? kPreloadEvents : kThreadedRoundEvents;
  }

  void preload(std::list<load::LoadSlice>& loaded) {
    const auto begin = Clock::now();
    do {
      loaded.push_back(load::take(generator_, round_events()));
    } while (loaded.back().events.size() == round_events());
    report_.generator_seconds = seconds_since(begin);
  }

  Status play(const std::list<load::LoadSlice>& loaded) {
    for (const load::LoadSlice& slice : loaded) {
      record_round(slice);
      if (Status status = after_round(); !status || out_of_time()) return status;
    }
    return {};
  }

  // Made and recorded one by one: what is not spent in the record calls is spent making them.
  Status play_directly() {
    BenchWorker& worker = workers_.front();
    load::LoadEvent event;
    bool more = true;
    while (more && !out_of_time()) {
      const auto begin = Clock::now();
      const std::uint64_t first_tick = read_ticks(), before = worker.ticks_recording;
      for (std::size_t i = 0; i < kRoundEvents && (more = generator_.next(event)); ++i) {
        worker.record(event);
      }
      const double ticks = static_cast<double>(read_ticks() - first_tick);
      const double recording = static_cast<double>(worker.ticks_recording - before);
      report_.generator_seconds += seconds_since(begin) * (1 - std::min(1.0, recording / ticks));
      if (Status status = after_round(); !status) return status;
    }
    return {};
  }

  Status play_rounds() {
    while (!out_of_time()) {
      const auto begin = Clock::now();
      const load::LoadSlice slice = load::take(generator_, round_events());
      report_.generator_seconds += seconds_since(begin);
      if (slice.events.empty()) break;
      record_round(slice);
      if (Status status = after_round(); !status) return status;
    }
    return {};
  }

  bool out_of_time() const {
    return options_.seconds > 0 && seconds_since(begin_) >= options_.seconds;
  }

  Status after_round() {
    std::uint64_t events = 0;
    for (const BenchWorker& worker : workers_) {
      if (!worker.failure) return worker.failure;
      events += worker.events;
    }
    progress_->advance(0, events);
    return options_.sync == BenchSync::round ? log_.sync(kCloseDeadlineMs) : Status();
  }

  void record_round(const load::LoadSlice& slice) {
    if (workers_.size() == 1) {
      workers_.front().record(slice);
      return;
    }
    std::vector<std::thread> threads;
    for (BenchWorker& worker : workers_) threads.emplace_back([&] { worker.record(slice); });
    for (std::thread& thread : threads) thread.join();
  }

  void finish(std::uint64_t cost, double ns_per_tick) {
    Histogram all, tokens;
    for (const BenchWorker& worker : workers_) {
      all.merge(worker.all);
      tokens.merge(worker.tokens);
      report_.events += worker.events;
      report_.refused += worker.refused;
    }
    report_.streams = generator_.streams();
    report_.drops = report_.stats.drops;
    report_.record = in_ns(all, cost, ns_per_tick);
    report_.token = in_ns(tokens, cost, ns_per_tick);
    report_.timer_ns = static_cast<double>(cost) * ns_per_tick;
  }

  const WriteBenchOptions& options_;
  load::LoadGenerator generator_;
  Log log_;
  std::optional<Progress> progress_;  // of the recording alone
  std::vector<BenchWorker> workers_;
  WriteBenchReport report_;
  Clock::time_point begin_;
};

}  // namespace

Result<WriteBenchReport> run_write_bench(const WriteBenchOptions& options) {
  Result<load::LoadGenerator> generator = load::LoadGenerator::make(options.load);
  if (!generator) return generator.status();
  LogOptions log_options;
  log_options.block_deadline_ms = 60000;
  if (options.sync == BenchSync::none) log_options.sync_interval_ms = UINT32_MAX;
  const std::uint64_t bytes_before = bytes_in(options.store);
  Result<Log> log = Log::open(options.store, log_options);
  if (!log) return log.status();
  WriteBench bench(options, std::move(*generator), std::move(*log));
  Result<WriteBenchReport> report = bench.run();
  if (report) report->bytes = bytes_in(options.store) - bytes_before;
  return report;
}

}  // namespace reel::tool
