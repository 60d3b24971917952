#include "log/log_core.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <system_error>

namespace reel::detail {
namespace {

constexpr auto kIdleMin = std::chrono::microseconds(1000);
constexpr auto kIdleMax = std::chrono::microseconds(20000);
constexpr auto kDozeMax = std::chrono::microseconds(100000);
constexpr std::uint32_t kTickerUsMin = 100, kTickerUsMax = 100000;
constexpr std::uint32_t kCompressionThreadsMax = 16;

using Steady = std::chrono::steady_clock;

std::string absolute(const std::string& path) {
  std::error_code failed;
  std::string full = std::filesystem::absolute(path, failed).string();
  return failed ? path : full;
}

void call_all(const std::vector<log::Demands::Callback>& callbacks, const Status& status) {
  for (const auto& done : callbacks) {
    try {
      done(status);
    } catch (...) {  // the host's own affair; the writer goes on
    }
  }
}

std::uint32_t compression_threads(const LogOptions& options) {
  constexpr unsigned kCoresMin = 4;  // with fewer, threads that record and the writer need them all
  if (options.compression_threads == kChosenByCores) {
    return std::thread::hardware_concurrency() < kCoresMin ? 0 : 1;
  }
  return std::min(options.compression_threads, kCompressionThreadsMax);
}

Error closed_error() {
  return {ErrorCode::closed, 0, "", 0, "the log is closed; open it again to record"};
}

}  // namespace

LogCore::LogCore(std::string path, LogOptions options, log::Environment environment,
                 log::OpenLane open)
    : path_(std::move(path)),
      options_(std::move(options)),
      environment_(environment),
      fs_(*environment.fs),
      place_(absolute(path_)),
      open_(std::move(open)) {}

Result<std::shared_ptr<LogCore>> LogCore::open(const std::string& path, LogOptions options,
                                               log::Environment environment) {
  auto open = log::open_lane(environment, path, options);
  if (!open) return open.status();
  std::shared_ptr<LogCore> core(
      new LogCore(path, std::move(options), environment, std::move(*open)));
  core->publish_segments();
  core->start();
  return core;
}

LogCore::~LogCore() { (void)close(10000); }

Result<LogCore*> LogCore::here() {
  if (!forked()) return this;
  const auto child = child_.get([this] {
    LogOptions options = options_;
    options.create = false;
    return open(place_, std::move(options), environment_);
  });
  return child ? (*child)->here() : child;
}

LogCore* LogCore::here_so_far() noexcept {
  if (!forked()) return this;
  LogCore* const child = child_.known();
  return child == nullptr ? nullptr : child->here_so_far();
}

void LogCore::start() {
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
      hear_others();
      outcome = step_once(round->demand);
      settled = serve(*round, outcome);
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
  constexpr std::uint32_t kShareOfSyncInterval = 10;
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
  if (!ok || outcome.sync_ended) call_all(demands_.sync_ended(ok), Status());
  if (!ok || !outcome.settled) return outcome.settled;
  if (round.demand != writer::Demand::sync || outcome.all_durable) {
    call_all(demands_.served(round), Status());
    return true;
  }
  demands_.written(round);
  if (outcome.sync_began) demands_.sync_began(round);
  return outcome.sync_began;
}

// Other lanes wait for streams of this one: the host may close Recorders.
void LogCore::hear_others() {
  const std::uint32_t asks = open_.lane->arena().header().asks.load(std::memory_order_acquire);
  if (asks == asks_told_) return;
  asks_told_ = asks;
  if (!options_.on_wanted) return;
  try {
    options_.on_wanted();
  } catch (...) {  // the host's own affair; the writer goes on
  }
}

LogCore::Outcome LogCore::step_once(writer::Demand demand) {
  const std::lock_guard stepping(step_mutex_);
  if (!options_.writer_thread) open_.lane->clock().tick();
  Outcome outcome;
  const std::uint32_t asks = open_.lane->arena().header().asks.load(std::memory_order_acquire);
  if (asks != asks_) demand = std::max(demand, writer::Demand::write);  // another lane waits
  asks_ = asks;
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
  if (!tell || !options_.on_error) return;
  try {
    options_.on_error(status.error());
  } catch (...) {  // the host's own affair; the writer goes on
  }
}

// Segments that were sealed since the last step become known to the registry.
void LogCore::publish_segments() {
  const auto& all = open_.segments->catalog().segments;
  if (all.size() == published_segments_) return;
  const std::vector<segment::SegmentSummary> fresh(
      all.begin() + static_cast<std::ptrdiff_t>(published_segments_), all.end());
  published_segments_ = all.size();
  open_.lane->arena().header().listings.fetch_add(1, std::memory_order_release);
  open_.registry->segments_added(fresh, open_.segments->listed_epoch());
}

Status LogCore::refusal() const { return open_.lane->closed() ? Status(closed_error()) : Status(); }

Result<std::unique_ptr<RecorderState>> LogCore::recorder(std::string_view id,
                                                         std::string_view name_space) {
  if (Status status = refusal(); !status) return status;
  const std::string made = id.empty() ? generate_id() : std::string();
  if (id.empty()) id = made;
  auto state = open_.registry->open(name_space, id);
  const auto& hooks = open_.lane->redaction();
  if (!state || hooks == nullptr) return state;
  (*state)->redaction = std::make_unique<record::Redaction>(hooks, name_space, id);
  (*state)->set(RecorderState::redacts, true);
  return state;
}

Result<bool> LogCore::delete_stream(std::string_view id, std::string_view name_space) {
  if (Status status = refusal(); !status) return status;
  return open_.registry->remove(name_space, id);
}

Status LogCore::wait_for(writer::Demand demand, std::uint32_t deadline_ms) {
  if (open_.lane->closed()) return closed_error();
  if (!options_.writer_thread) {
    const auto deadline = Steady::now() + std::chrono::milliseconds(deadline_ms);
    for (;;) {
      const std::lock_guard turn(turn_mutex_);
      const Outcome outcome = step_once(demand);
      if (!outcome.status) return outcome.status;
      const bool durable = demand != writer::Demand::sync || outcome.all_durable;
      if (durable && outcome.settled) return {};
      if (Steady::now() >= deadline) break;
    }
  } else {
    const auto outcome = demands_.wait_for(demand, std::chrono::milliseconds(deadline_ms));
    if (outcome == log::Demands::Outcome::served) return {};
    if (outcome == log::Demands::Outcome::closed) return closed_error();
    const std::lock_guard lock(mutex_);
    if (!last_error_) return last_error_;
  }
  return Error{ErrorCode::timeout, 0, path_, 0,
               "not everything was written within the deadline; it stays recorded"};
}

Status LogCore::step() {
  if (open_.lane->closed()) return closed_error();
  const std::lock_guard turn(turn_mutex_);
  const auto round = demands_.next();
  if (!round) return closed_error();
  hear_others();
  const Outcome outcome = step_once(round->demand);
  (void)serve(*round, outcome);
  return outcome.status;
}

Status LogCore::when_durable(std::function<void(const Status&)> done) {
  if (Status status = refusal(); !status) return status;
  return demands_.call_when_synced(std::move(done)) ? Status() : Status(closed_error());
}

CloseReport LogCore::close(std::uint32_t deadline_ms) {
  CloseReport report;
  if (!demands_.close()) {
    report.status = closed_error();
    return report;
  }
  open_.lane->close();
  open_.lane->set_waker(nullptr);  // threads may end, and hand chunks over, after this is gone
  if (thread_ != nullptr) thread_->join();
  if (ticker_ != nullptr) ticker_->join();
  try {
    report.status = finish(deadline_ms);
  } catch (const std::exception& exception) {
    const std::lock_guard stepping(step_mutex_);
    give_up(exception.what());
    report.status = broken_;
  }
  call_all(demands_.take_unserved(), report.status ? Status() : Status(closed_error()));
  note_error(report.status);
  const std::uint64_t recorded = open_.lane->recorded();
  report.lost = recorded - std::min(recorded, open_.writer->written()) + open_.lane->held();
  // A sync that is still under way may save the catalog at its end: the lock stays until it is
  // over, when this is destroyed.
  if (!open_.segments->syncing()) open_.lock.reset();
  return report;
}

// Everything recorded is written and sealed; only then the catalog says "clean" and the arena goes.
Status LogCore::finish(std::uint32_t deadline_ms) {
  const auto deadline = Steady::now() + std::chrono::milliseconds(deadline_ms);
  Outcome outcome;
  bool gaps_taken = false;
  do {
    outcome = step_once(writer::Demand::sync);
    if (outcome.status && !gaps_taken) {
      // Every event is taken: what is missing now at a stream's end was dropped.
      gaps_taken = true;
      open_.writer->take_pending_gaps();
      outcome = step_once(writer::Demand::sync);
    }
    if (outcome.status && outcome.settled && outcome.all_durable) break;
    // The disk refuses, and may come round; or a sync is under way.
    if (!outcome.status || open_.segments->syncing()) std::this_thread::sleep_for(kIdleMin);
  } while (Steady::now() < deadline);
  Status status = outcome.status;
  if (!status) return status;
  if (!outcome.settled || !outcome.all_durable) {
    return Error{ErrorCode::timeout, 0, path_, 0,
                 "not everything was written before the deadline; the arena keeps the rest"};
  }
  if (status = open_.segments->seal(); !status) return status;
  open_.segments->catalog().clean = true;
  if (status = open_.segments->save_catalog(); !status) return status;
  open_.lane->arena().header().ended.store(1, std::memory_order_release);
  if (status = fs_.remove(open_.arena_path); !status) return status;
  if (status = fs_.remove(catalog::arena_ref_file(open_.directory)); !status) return status;
  return fs_.sync_directory(open_.directory);
}

}  // namespace reel::detail
