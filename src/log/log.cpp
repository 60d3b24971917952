#include "reel/log.hpp"

#include "log/log_core.hpp"
#include "reel/metrics.hpp"

namespace reel {

Log::Log(std::shared_ptr<detail::LogCore> core) noexcept : core_(std::move(core)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}

// In a forked child everything here is the parent's: its thread still waits, so to speak, on copies
// of the condition variables, and destroying one of those would wait for ever. So they are leaked.
Log::~Log() {
  if (core_ == nullptr || !core_->forked()) return;
  core_->end_child();
  (void)new std::shared_ptr(std::move(core_));
}

Result<Log> Log::open(const std::string& path, LogOptions options) {
  auto core = detail::LogCore::open(path, std::move(options), log::system_environment());
  if (!core) return core.status();
  return Log(std::move(*core));
}

Result<Recorder> Log::recorder(std::string_view stream_id, std::string_view name_space) {
  const auto core = core_->here();
  if (!core) return core.status();
  auto state = (*core)->recorder(stream_id, name_space);
  if (!state) return state.status();
  return Recorder(std::move(*state));
}

Result<bool> Log::delete_stream(std::string_view stream_id, std::string_view name_space) {
  const auto core = core_->here();
  return core ? (*core)->delete_stream(stream_id, name_space) : Result<bool>(core.status());
}

// A forked child that has recorded nothing has nothing to wait for.
Status Log::flush(std::uint32_t deadline_ms) {
  detail::LogCore* const core = core_->here_so_far();
  return core == nullptr ? Status() : core->wait_for(writer::Demand::write, deadline_ms);
}
Status Log::sync(std::uint32_t deadline_ms) {
  detail::LogCore* const core = core_->here_so_far();
  return core == nullptr ? Status() : core->wait_for(writer::Demand::sync, deadline_ms);
}
CloseReport Log::close(std::uint32_t deadline_ms) {
  detail::LogCore* const core = core_->here_so_far();
  return core == nullptr ? CloseReport() : core->close(deadline_ms);
}
Status Log::step() {
  const auto core = core_->here();
  return core ? (*core)->step() : core.status();
}
Status Log::wait_durable(const Recorder& recorder, std::uint64_t seq, std::uint32_t deadline_ms) {
  const detail::LogCore* const core = core_->here_so_far();
  if (core != nullptr && recorder.state_ != nullptr && !core->made(*recorder.state_)) {
    return Error{ErrorCode::invalid_argument, 0, path(), 0,
                 "the recorder is another log's; ask that one"};
  }
  const StreamWatermarks marks = recorder.watermarks();
  if (seq >= marks.recorded) {
    return Error{ErrorCode::invalid_argument, 0, path(), 0,
                 "event " + std::to_string(seq) +
                     " of this stream is not recorded, or was dropped; wait for one " +
                     "below Recorder::watermarks().recorded"};
  }
  return seq < marks.durable ? Status() : sync(deadline_ms);
}
Status Log::when_durable(std::function<void(const Status&)> done) {
  const auto core = core_->here();
  return core ? (*core)->when_durable(std::move(done)) : core.status();
}
Watermarks Log::watermarks() const noexcept {
  const detail::LogCore* const core = core_->here_so_far();
  return core == nullptr ? Watermarks() : core->watermarks();
}
LogStats Log::stats() const {
  const detail::LogCore* const core = core_->here_so_far();
  return core == nullptr ? LogStats() : core->stats();
}
Metrics Log::metrics() const {
  const detail::LogCore* const core = core_->here_so_far();
  return core == nullptr ? Metrics() : core->metrics();
}
bool Log::shared() const {
  const detail::LogCore* const core = core_->here_so_far();
  return core == nullptr || core->shared();
}
const RecoveryReport& Log::recovery() const { return core_->recovery(); }
const std::string& Log::path() const { return core_->path(); }

}  // namespace reel
