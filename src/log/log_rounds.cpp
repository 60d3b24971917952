// The writer's rounds: who makes them and when, and who is told of them.
#include <algorithm>
#include <chrono>
#include <exception>

#include "log/log_core.hpp"

namespace reel::detail {
namespace {

constexpr auto kIdleMin = std::chrono::microseconds(1000);
constexpr auto kIdleMax = std::chrono::microseconds(20000);
constexpr auto kDozeMax = std::chrono::microseconds(200000);
constexpr std::uint32_t kTickerUsMin = 100, kTickerUsMax = 100000;
constexpr std::uint32_t kCompressionThreadsMax = 16;

std::uint32_t compression_threads(const LogOptions& options) {
  constexpr unsigned kCoresMin = 4;  // with fewer, threads that record and the writer need them all
  if (options.compression_threads == kChosenByCores) {
    return std::thread::hardware_concurrency() < kCoresMin ? 0 : 1;
  }
  return std::min(options.compression_threads, kCompressionThreadsMax);
}

}  // namespace

void LogCore::start() {
  start_upkeep();
  if (!options_.writer_thread) return;
  open_.lane->set_waker([this] { demands_.poke(); });
  sync_thread_ = std::make_unique<log::SyncThread>([this] { demands_.poke(); });
  open_.segments->set_sync_runner(sync_thread_.get());
  if (const std::uint32_t threads = compression_threads(options_); threads != 0) {
    block_pool_ = std::make_unique<log::BlockPool>(threads, [this] { demands_.poke(); });
    open_.segments->set_block_runner(block_pool_.get());
  }
  thread_ = std::make_unique<std::thread>([this] { run(); });
  if (options_.clock == ClockKind::ticker) {
    ticker_ = std::make_unique<std::thread>([this] { tick(); });
  }
}

void LogCore::tick() {
  const std::chrono::microseconds pause(std::clamp(options_.ticker_us, kTickerUsMin, kTickerUsMax));
  while (!open_.lane->closed()) {
    open_.lane->clock().tick();
    std::this_thread::sleep_for(pause);
  }
}

void LogCore::run() {
  auto idle = kIdleMin;
  while (const auto round = demands_.next()) {
    Outcome outcome;
    bool settled = false;
    try {
      outcome = step_once(hear_others(round->demand));
      settled = serve(*round, outcome);
      hear_erasures();
    } catch (const std::exception& exception) {  // no memory to tell those who wait
      const std::lock_guard stepping(step_mutex_);
      give_up(exception.what());
    }
    const bool ok = outcome.status.ok();
    idle = outcome.busy ? kIdleMin : std::min(idle * 2, kIdleMax);
    if (!ok) idle = kIdleMax;  // the disk refuses: try again, but not in a hurry
    if (ok && settled && idle == kIdleMax && outcome.all_durable) {
      doze();
    } else {
      demands_.rest(ok, settled, idle);
    }
  }
}

// There has been nothing to do for a while: sleeps for longer. Threads wake the writer up with
// their first full chunk; what lies in open ones has time.
void LogCore::doze() {
  constexpr std::uint32_t kShareOfSyncInterval = 5;
  const auto sync_interval = std::chrono::milliseconds(options_.sync_interval_ms);
  const auto most = std::clamp<std::chrono::microseconds>(sync_interval / kShareOfSyncInterval,
                                                          kIdleMax, kDozeMax);
  open_.lane->set_dozing(true);
  if (open_.lane->chunks().full_count() == 0) demands_.rest(true, true, most);
  open_.registry->tidy();
  open_.lane->set_dozing(false);
}

// Tells those who wait how far the round has come. False: it has not met its demand and has begun
// nothing that will.
bool LogCore::serve(const log::Demands::Round& round, const Outcome& outcome) {
  const bool ok = outcome.status.ok();
  if (!ok || outcome.sync_ended) log::call_all(demands_.sync_ended(ok), Status());
  if (!ok || !outcome.settled) return outcome.settled;
  if (round.demand != writer::Demand::sync || outcome.all_durable) {
    log::call_all(demands_.served(round), Status());
    return true;
  }
  demands_.written(round);
  if (outcome.sync_began) demands_.sync_began(round);
  return outcome.sync_began;
}

// Where another lane waits for a stream of this one, it is for what is not written yet, or for a
// Recorder, which the host may close.
writer::Demand LogCore::hear_others(writer::Demand demand) {
  const std::uint32_t asks = open_.lane->arena().header().asks.load(std::memory_order_acquire);
  if (asks == asks_) return demand;
  asks_ = asks;
  try {
    if (options_.on_wanted) options_.on_wanted();
  } catch (...) {  // the host's own affair; the writer goes on
  }
  return std::max(demand, writer::Demand::write);
}

LogCore::Outcome LogCore::step_once(writer::Demand demand) {
  const std::lock_guard stepping(step_mutex_);
  if (!options_.writer_thread) open_.lane->clock().tick();
  Outcome outcome;
  if (broken_.ok()) {
    try {
      outcome.status = open_.writer->step(demand);
      publish_segments();
    } catch (const std::exception& exception) {
      give_up(exception.what());
    }
  }
  if (!broken_.ok()) outcome.status = broken_;
  const writer::Writer& writer = *open_.writer;
  outcome.busy = writer.busy();
  outcome.settled = writer.settled();
  outcome.all_durable = writer.all_durable();
  outcome.sync_began = writer.sync_began();
  outcome.sync_ended = writer.sync_ended();
  note_error(outcome.status);
  return outcome;
}

// Out of memory, as a rule. Half a step may have been done: nothing is recorded from here on, the
// arena keeps what was, and the next opening finishes it.
void LogCore::give_up(const char* why) noexcept {
  open_.lane->close();
  try {
    broken_ = Error{ErrorCode::internal, 0, path_, 0, std::string("the writer stopped: ") + why};
  } catch (...) {  // not even for the words
    broken_ = Error{ErrorCode::internal, 0, {}, 0, {}};
  }
}

void LogCore::note_error(const Status& status) {
  bool tell = false;
  {
    const std::lock_guard lock(mutex_);
    tell = !status && last_error_.to_string() != status.to_string();
    if (tell) ++stats_.errors;
    last_error_ = status;
    const auto& totals = open_.segments->totals();
    stats_.events_written = open_.writer->written();
    stats_.gaps = open_.writer->gaps();
    stats_.gap_events = open_.writer->gap_events();
    stats_.blocks = totals.blocks;
    stats_.segments_sealed = totals.segments_sealed;
    stats_.syncs = totals.syncs;
    stats_.raw_bytes = totals.raw_bytes;
    stats_.compressed_bytes = totals.bytes;
    bytes_in_ = open_.writer->bytes_in();
    if (times_.changes != open_.segments->times().changes) times_ = open_.segments->times();
  }
  written_.store(open_.writer->written(), std::memory_order_release);
  durable_.store(open_.writer->durable(), std::memory_order_release);
  const bool is_full = !status && status.error().code == ErrorCode::full;
  if (is_full && upkeep_thread_ != nullptr) upkeep_thread_->poke(true);
  if (!tell || !options_.on_error) return;
  try {
    options_.on_error(status.error());
  } catch (...) {  // the host's own affair; the writer goes on
  }
}

}  // namespace reel::detail
