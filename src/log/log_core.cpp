#include "log/log_core.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <system_error>

namespace reel::detail {
namespace {

using Steady = std::chrono::steady_clock;

std::string absolute(const std::string& path) {
  std::error_code failed;
  std::string full = std::filesystem::absolute(path, failed).string();
  return failed ? path : full;
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
  Outcome outcome;
  {
    const std::lock_guard turn(turn_mutex_);
    const auto round = demands_.next();
    if (!round) return closed_error();
    outcome = step_once(hear_others(round->demand));
    (void)serve(*round, outcome);
  }
  if (outcome.status) erase_in_step();
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
  if (upkeep_thread_ != nullptr) upkeep_thread_->stop();
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
  log::call_all(demands_.take_unserved(), report.status ? Status() : Status(closed_error()));
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
  constexpr auto kPause = std::chrono::milliseconds(1);
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
    if (!outcome.status || open_.segments->syncing()) std::this_thread::sleep_for(kPause);
  } while (Steady::now() < deadline);
  Status status = outcome.status;
  if (!status) return status;
  if (!outcome.settled || !outcome.all_durable) {
    return Error{ErrorCode::timeout, 0, path_, 0,
                 "not everything was written before the deadline; the arena keeps the rest"};
  }
  if (status = open_.segments->seal(); !status) return status;
  publish_segments();
  open_.segments->catalog().clean = true;
  if (status = open_.segments->save_catalog(); !status) return status;
  open_.lane->arena().header().ended.store(1, std::memory_order_release);
  if (status = fs_.remove(open_.arena_path); !status) return status;
  if (status = fs_.remove(catalog::arena_ref_file(open_.directory)); !status) return status;
  return fs_.sync_directory(open_.directory);
}

}  // namespace reel::detail
