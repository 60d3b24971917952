// Logs: opening, waiting, closing.
#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"
#include "reel/metrics.hpp"

using namespace reel;
using capi::guarded;
using capi::need;

namespace {

reel_watermarks marks_of(std::uint64_t recorded, std::uint64_t written, std::uint64_t durable) {
  return {recorded, written, durable};
}

// `body` of a Log that is there.
template <class Body>
int with_log(reel_log* log, reel_error_info* error, Body&& body) noexcept {
  return guarded(error, [&]() -> Status {
    if (Status status = need({{log, "the Log"}}); !status) return status;
    return body(log->log);
  });
}

}  // namespace

int reel_log_open(const char* path, const reel_log_options* options, reel_log** log,
                  reel_error_info* error) {
  return capi::make_handle(log, error, [&]() -> Result<std::unique_ptr<reel_log>> {
    if (Status status = need({{path, "the path"}}); !status) return status;
    auto known = capi::log_options(options);
    if (!known) return known.status();
    auto opened = Log::open(path, *std::move(known));
    if (!opened) return opened.status();
    return std::make_unique<reel_log>(reel_log{*std::move(opened)});
  });
}

int reel_log_close(reel_log* log, uint32_t deadline_ms, uint64_t* lost, reel_error_info* error) {
  if (lost != nullptr) *lost = 0;
  return guarded(error, [&]() -> Status {
    if (log == nullptr) return {};
    const std::unique_ptr<reel_log> ends(log);
    CloseReport report = ends->log.close(deadline_ms);
    if (lost != nullptr) *lost = report.lost;
    return std::move(report.status);
  });
}

int reel_log_flush(reel_log* log, uint32_t deadline_ms, reel_error_info* error) {
  return with_log(log, error, [&](Log& open) { return open.flush(deadline_ms); });
}

int reel_log_sync(reel_log* log, uint32_t deadline_ms, reel_error_info* error) {
  return with_log(log, error, [&](Log& open) { return open.sync(deadline_ms); });
}

int reel_log_step(reel_log* log, reel_error_info* error) {
  return with_log(log, error, [](Log& open) { return open.step(); });
}

int reel_log_wait_durable(reel_log* log, const reel_recorder* recorder, uint64_t seq,
                          uint32_t deadline_ms, reel_error_info* error) {
  return with_log(log, error, [&](Log& open) -> Status {
    if (Status status = need({{recorder, "the Recorder"}}); !status) return status;
    return open.wait_durable(recorder->recorder, seq, deadline_ms);
  });
}

int reel_log_when_durable(reel_log* log, void (*done)(void* user, int code), void* user,
                          reel_error_info* error) {
  return with_log(log, error, [&](Log& open) -> Status {
    if (Status status = need({{reinterpret_cast<const void*>(done), "the function to call"}});
        !status) {
      return status;
    }
    return open.when_durable([done, user](const Status& status) {
      capi::call_back([&] { done(user, capi::tell(nullptr, status)); });
    });
  });
}

int reel_log_watermarks(const reel_log* log, reel_watermarks* marks) {
  if (marks != nullptr) *marks = {};
  if (log == nullptr || marks == nullptr) return REEL_INVALID_ARGUMENT;
  const Watermarks now = log->log.watermarks();
  *marks = marks_of(now.recorded, now.written, now.durable);
  return REEL_OK;
}

int reel_log_metrics(const reel_log* log, reel_string* text, reel_error_info* error) {
  return capi::make_string(text, error, [&](std::string& out) -> Status {
    if (Status status = need({{log, "the Log"}}); !status) return status;
    out = prometheus_text(log->log.metrics());
    return {};
  });
}

int reel_log_delete_stream(reel_log* log, const char* stream_id, size_t stream_id_bytes,
                           const char* name_space, bool* existed, reel_error_info* error) {
  if (existed != nullptr) *existed = false;
  return with_log(log, error, [&](Log& open) -> Status {
    const auto id = capi::text_of(stream_id, stream_id_bytes, "the stream id");
    if (!id) return id.status();
    const auto deleted = open.delete_stream(*id, capi::namespace_of(name_space));
    if (deleted && existed != nullptr) *existed = *deleted;
    return deleted.status();
  });
}

int reel_recorder_open(reel_log* log, const char* stream_id, size_t stream_id_bytes,
                       const char* name_space, reel_recorder** recorder, reel_error_info* error) {
  return capi::make_handle(recorder, error, [&]() -> Result<std::unique_ptr<reel_recorder>> {
    if (Status status = need({{log, "the Log"}}); !status) return status;
    const auto id = capi::text_of(stream_id, stream_id_bytes, "the stream id");
    if (!id) return id.status();
    auto opened = log->log.recorder(*id, capi::namespace_of(name_space));
    if (!opened) return opened.status();
    auto made = std::make_unique<reel_recorder>(reel_recorder{*std::move(opened)});
    made->stream_id = made->recorder.stream_id();
    return made;
  });
}

void reel_recorder_close(reel_recorder* recorder) { delete recorder; }

const char* reel_recorder_stream_id(const reel_recorder* recorder, size_t* bytes) {
  if (bytes != nullptr) *bytes = recorder != nullptr ? recorder->stream_id.size() : 0;
  return recorder != nullptr ? recorder->stream_id.c_str() : nullptr;
}

uint64_t reel_recorder_next_seq(const reel_recorder* recorder) {
  return recorder != nullptr ? recorder->recorder.next_seq() : 0;
}

int reel_recorder_watermarks(const reel_recorder* recorder, reel_watermarks* marks) {
  if (marks != nullptr) *marks = {};
  if (recorder == nullptr || marks == nullptr) return REEL_INVALID_ARGUMENT;
  const StreamWatermarks now = recorder->recorder.watermarks();
  *marks = marks_of(now.recorded, now.written, now.durable);
  return REEL_OK;
}

bool reel_recorder_wanted(const reel_recorder* recorder) {
  return recorder != nullptr && recorder->recorder.wanted();
}
