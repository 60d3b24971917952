#include "write_bench.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <thread>

#include "bench_measures.hpp"
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

class WriteBench {
 public:
  WriteBench(const WriteBenchOptions& options, std::unique_ptr<load::LoadSource> source, Log log)
      : options_(options), source_(std::move(source)), log_(std::move(log)) {
    for (std::uint32_t i = 0; i < options.threads; ++i) {
      workers_.emplace_back(
          log_, BenchShare{options.name_space, i, options.threads, options.ack_durable});
    }
  }

  Result<WriteBenchReport> run() {
    const std::uint64_t cost = timer_cost();
    std::list<load::LoadSlice> loaded;  // never copied: its events point into it
    if (options_.preload) preload(loaded);
    const std::uint64_t asked = options_.tokens ? options_.tokens->events : options_.load.events;
    progress_.emplace(options_.progress, Work{.events = asked == UINT64_MAX ? 0 : asked});
    const double ns_per_tick_before = measure_ns_per_tick();
    if (options_.samples) sampler_.emplace(log_, [this] { return events_so_far(); });
    const double cpu_before = cpu_seconds();
    begin_ = Clock::now();
    const std::uint64_t first_tick = read_ticks();
    pace_ = BenchPace(options_.events_per_s, options_.seconds, ns_per_tick_before);
    const Status status = play(loaded);
    const double ticks = static_cast<double>(read_ticks() - first_tick);
    const double ns_per_tick = ticks > 0 ? seconds_since(begin_) * 1e9 / ticks : 0;
    progress_.reset();
    for (BenchWorker& worker : workers_) worker.close();
    const CloseReport closed = log_.close(kCloseDeadlineMs);
    report_.seconds = seconds_since(begin_);
    report_.cpu_seconds = cpu_seconds() - cpu_before;
    report_.stats = log_.stats();
    if (sampler_) report_.samples = sampler_->finish();
    if (!status) return status;
    if (!closed.status) return closed.status;
    finish(cost, ns_per_tick);
    report_.refused += closed.lost;
    return report_;
  }

 private:
  static constexpr std::uint32_t kCloseDeadlineMs = 600000;

  Status play(const std::list<load::LoadSlice>& loaded) {
    const bool many = options_.threads > 1;
    if (!options_.preload) return many ? play_rounds() : play_directly();
    return many && options_.sync != BenchSync::round ? play_at_once(loaded) : play_loaded(loaded);
  }

  // Who syncs after each round wants the same rounds whatever the load is made of.
  std::size_t round_events() const {
    if (options_.sync == BenchSync::round || options_.ack_durable) return kRoundEvents;
    return options_.preload ? kPreloadEvents : kThreadedRoundEvents;
  }

  void preload(std::list<load::LoadSlice>& loaded) {
    const auto begin = Clock::now();
    do {
      loaded.push_back(load::take(*source_, round_events()));
    } while (loaded.back().events.size() == round_events());
    report_.generator_seconds = seconds_since(begin);
  }

  Status play_loaded(const std::list<load::LoadSlice>& loaded) {
    for (const load::LoadSlice& slice : loaded) {
      record_round(slice);
      if (Status status = after_round(); !status || out_of_time()) return status;
    }
    return {};
  }

  // Each thread goes through the whole load by itself: they are started once.
  Status play_at_once(const std::list<load::LoadSlice>& loaded) {
    std::vector<std::thread> threads;
    for (BenchWorker& worker : workers_) {
      threads.emplace_back([&] {
        std::uint64_t first = 0;
        for (const load::LoadSlice& slice : loaded) {
          worker.record(slice, pace_, first);
          first += slice.events.size();
          if (out_of_time() || !worker.failure) return;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return after_round();
  }

  // Made and recorded one by one: what is not spent in the record calls, or waiting for events to
  // be due, is spent making them.
  Status play_directly() {
    BenchWorker& worker = workers_.front();
    load::LoadEvent event;
    bool more = true;
    while (more && !out_of_time()) {
      const auto begin = Clock::now();
      const std::uint64_t first_tick = read_ticks(),
                          before = worker.ticks_recording + worker.ticks_waiting;
      bool in_time = true;
      for (std::size_t i = 0; i < kRoundEvents && in_time && (more = source_->next(event)); ++i) {
        in_time = worker.record_in_time(event, pace_, played_++);
      }
      const double ticks = static_cast<double>(read_ticks() - first_tick);
      const double other =
          static_cast<double>(worker.ticks_recording + worker.ticks_waiting - before);
      report_.generator_seconds += seconds_since(begin) * (1 - std::min(1.0, other / ticks));
      if (!in_time) return worker.failure;
      if (Status status = after_round(); !status) return status;
    }
    return {};
  }

  Status play_rounds() {
    while (!out_of_time()) {
      const auto begin = Clock::now();
      const std::uint64_t first_tick = read_ticks();
      const load::LoadSlice slice = load::take(*source_, round_events());
      pace_.put_off(read_ticks() - first_tick);
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
    for (const BenchWorker& worker : workers_) {
      if (!worker.failure) return worker.failure;
    }
    progress_->advance(0, events_so_far());
    return options_.sync == BenchSync::round ? log_.sync(kCloseDeadlineMs) : Status();
  }

  std::uint64_t events_so_far() const {
    std::uint64_t events = 0;
    for (const BenchWorker& worker : workers_) {
      events += worker.events.load(std::memory_order_relaxed);
    }
    return events;
  }

  void record_round(const load::LoadSlice& slice) {
    const std::uint64_t first = std::exchange(played_, played_ + slice.events.size());
    if (workers_.size() == 1) {
      workers_.front().record(slice, pace_, first);
      return;
    }
    std::vector<std::thread> threads;
    for (BenchWorker& worker : workers_) {
      threads.emplace_back([&] { worker.record(slice, pace_, first); });
    }
    for (std::thread& thread : threads) thread.join();
  }

  void finish(std::uint64_t cost, double ns_per_tick) {
    Histogram all, tokens, calls;
    for (const BenchWorker& worker : workers_) {
      all.merge(worker.all);
      tokens.merge(worker.tokens);
      calls.merge(pace_.limited() ? worker.calls : worker.all);
      report_.events += worker.events;
      report_.drops += worker.dropped;
      report_.refused += worker.refused;
    }
    report_.streams = source_->streams();
    report_.record = in_ns(all, cost, ns_per_tick);
    report_.token = in_ns(tokens, cost, ns_per_tick);
    report_.call = in_ns(calls, cost, ns_per_tick);
    report_.timer_ns = static_cast<double>(cost) * ns_per_tick;
  }

  const WriteBenchOptions& options_;
  std::unique_ptr<load::LoadSource> source_;
  Log log_;
  std::optional<Progress> progress_;  // of the recording alone
  BenchPace pace_;
  std::uint64_t played_ = 0;         // events of the load that had their turn
  std::deque<BenchWorker> workers_;  // they do not move
  WriteBenchReport report_;
  Clock::time_point begin_;
  std::optional<BenchSampler> sampler_;
};

template <class Source>
Result<std::unique_ptr<load::LoadSource>> owned(Result<Source> source) {
  if (!source) return source.status();
  return std::unique_ptr<load::LoadSource>(std::make_unique<Source>(std::move(*source)));
}

}  // namespace

Result<WriteBenchReport> run_write_bench(const WriteBenchOptions& options) {
  Result<std::unique_ptr<load::LoadSource>> source =
      options.tokens ? owned(load::TokenLoad::make(*options.tokens))
                     : owned(load::LoadGenerator::make(options.load));
  if (!source) return source.status();
  LogOptions log_options = options.log;
  if (options.sync == BenchSync::none) log_options.sync_interval_ms = UINT32_MAX;
  const std::uint64_t bytes_before = bytes_in(options.store);
  Result<Log> log = Log::open(options.store, std::move(log_options));
  if (!log) return log.status();
  WriteBench bench(options, std::move(*source), std::move(*log));
  Result<WriteBenchReport> report = bench.run();
  if (report) report->bytes = bytes_in(options.store) - bytes_before;
  return report;
}

}  // namespace reel::tool
