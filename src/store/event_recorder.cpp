// Every method makes the event's body and hands it to stamp_and_record.
#include "reel/event_recorder.hpp"

#include <cxxabi.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <typeinfo>
#include <utility>

#include "json/parts.hpp"
#include "store/event_check.hpp"
#include "store/refusals.hpp"
#include "store/ttl.hpp"

namespace reel {
namespace {

// Without its namespaces, as other languages name their exceptions: "runtime_error".
std::string class_name(const std::exception& error) {
  const char* const mangled = typeid(error).name();
  int failed = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &failed), &std::free);
  std::string name = failed == 0 ? demangled.get() : mangled;
  const std::size_t colons = name.substr(0, name.find('<')).rfind("::");
  return colons == std::string::npos ? name : name.substr(colons + 2);
}

}  // namespace

EventRecorder::EventRecorder(std::shared_ptr<EventStore> store, std::string stream_id, NowMs now)
    : store_(std::move(store)),
      stream_id_(stream_id.empty() ? generate_id() : std::move(stream_id)),
      now_(std::move(now)) {}

EventRecorder::Answer EventRecorder::append(const Event& event) {
  if (closed_) {
    return Error{ErrorCode::closed, 0, "", 0,
                 "the recorder of stream \"" + stream_id_ + "\" was closed; make another"};
  }
  if (store_ == nullptr) return store::bad_argument("the recorder was given no store");
  Answer seq = store_->append(stream_id_, event);
  if (seq) ++seq_;
  return seq;
}

EventRecorder::Answer EventRecorder::record(const Event& event) {
  if (!store::carries_json(event)) return append(event);
  Event checked = event;
  if (Status status = store::check_json(parser_, checked); !status) return status;
  return append(checked);
}

EventRecorder::Answer EventRecorder::stamp_and_record(EventBody body) {
  Event event;
  event.ts_ms = store::now_ms(now_);
  event.body = std::move(body);
  return record(event);
}

EventRecorder::Answer EventRecorder::record_start(std::string_view options_json) {
  return stamp_and_record(Start{std::string(options_json)});
}

EventRecorder::Answer EventRecorder::record_token(std::string_view value, std::int64_t index) {
  return stamp_and_record(Token{std::string(value), index});
}
EventRecorder::Answer EventRecorder::record_token(const Token& token) {
  return stamp_and_record(token);
}

EventRecorder::Answer EventRecorder::record_checkpoint(std::string_view content, std::int64_t at) {
  return stamp_and_record(Checkpoint{std::string(content), at});
}
EventRecorder::Answer EventRecorder::record_checkpoint(std::int64_t at, std::string_view content) {
  return record_checkpoint(content, at);
}
EventRecorder::Answer EventRecorder::record_checkpoint(const Checkpoint& checkpoint) {
  return stamp_and_record(checkpoint);
}

EventRecorder::Answer EventRecorder::record_guardrail(std::string_view result_json,
                                                      std::string_view check_type) {
  Guardrail guardrail{std::string(result_json)};
  if (!check_type.empty()) guardrail.check_type = check_type;
  return stamp_and_record(std::move(guardrail));
}
EventRecorder::Answer EventRecorder::record_guardrail(std::int64_t at,
                                                      std::string_view result_json) {
  return stamp_and_record(Guardrail{std::string(result_json), at});
}
EventRecorder::Answer EventRecorder::record_guardrail(const Guardrail& guardrail) {
  return stamp_and_record(guardrail);
}

EventRecorder::Answer EventRecorder::record_drift(std::string_view result_json) {
  return stamp_and_record(Drift{std::string(result_json)});
}
EventRecorder::Answer EventRecorder::record_drift(std::int64_t at, std::string_view result_json) {
  return stamp_and_record(Drift{std::string(result_json), at});
}
EventRecorder::Answer EventRecorder::record_drift(const Drift& drift) {
  return stamp_and_record(drift);
}

EventRecorder::Answer EventRecorder::record_retry(std::int64_t attempt, std::string_view reason,
                                                  double delay_ms, bool counts_toward_limit) {
  if (!std::isfinite(delay_ms)) return store::bad_argument("the delay is no finite number");
  std::string delay;
  json::append_number(delay, delay_ms);
  return stamp_and_record(
      Retry{std::string(reason), attempt, counts_toward_limit, std::move(delay)});
}
EventRecorder::Answer EventRecorder::record_retry(std::string_view reason, std::int64_t attempt,
                                                  bool counts_toward_limit) {
  return stamp_and_record(Retry{std::string(reason), attempt, counts_toward_limit});
}
EventRecorder::Answer EventRecorder::record_retry(const Retry& retry) {
  return stamp_and_record(retry);
}

EventRecorder::Answer EventRecorder::record_fallback(std::int64_t to) {
  return stamp_and_record(Fallback{to});
}
EventRecorder::Answer EventRecorder::record_fallback(std::int64_t from_index, std::int64_t to_index,
                                                     std::string_view reason) {
  return stamp_and_record(Fallback{to_index, from_index, std::string(reason)});
}
EventRecorder::Answer EventRecorder::record_fallback(const Fallback& fallback) {
  return stamp_and_record(fallback);
}

EventRecorder::Answer EventRecorder::record_continuation(std::string_view checkpoint,
                                                         std::int64_t at) {
  return stamp_and_record(Continuation{std::string(checkpoint), at});
}
EventRecorder::Answer EventRecorder::record_continuation(const Continuation& continuation) {
  return stamp_and_record(continuation);
}

EventRecorder::Answer EventRecorder::record_complete(std::string_view content,
                                                     std::int64_t token_count) {
  return stamp_and_record(Complete{std::string(content), token_count});
}
EventRecorder::Answer EventRecorder::record_complete(const Complete& complete) {
  return stamp_and_record(complete);
}

EventRecorder::Answer EventRecorder::record_error(std::string_view error_json,
                                                  std::string_view failure_type,
                                                  std::string_view recovery_strategy,
                                                  std::string_view policy) {
  ErrorEvent event{std::string(error_json)};
  if (!failure_type.empty()) event.failure_type = failure_type;
  if (!recovery_strategy.empty()) event.recovery_strategy = recovery_strategy;
  if (!policy.empty()) event.policy = policy;
  return stamp_and_record(std::move(event));
}
EventRecorder::Answer EventRecorder::record_error(const std::exception& error,
                                                  std::string_view failure_type,
                                                  std::string_view recovery_strategy,
                                                  std::string_view policy) {
  SerializedError serialized;
  serialized.name = class_name(error);
  serialized.message = error.what();
  return record_error(serialized, failure_type, recovery_strategy, policy);
}
EventRecorder::Answer EventRecorder::record_error(const SerializedError& error,
                                                  std::string_view failure_type,
                                                  std::string_view recovery_strategy,
                                                  std::string_view policy) {
  // On its own first: within the error a broken one could pass for further members.
  if (error.metadata && !error.metadata->empty() && *error.metadata != "null") {
    if (auto checked = parser_.check_object(*error.metadata); !checked) {
      return store::bad_argument("the error's metadata: " + checked.error().message);
    }
  }
  ErrorEvent event;
  json::append_serialized_error(event.error, error);
  event.failure_type = failure_type;
  event.recovery_strategy = recovery_strategy;
  event.policy = policy;
  return stamp_and_record(std::move(event));
}
EventRecorder::Answer EventRecorder::record_error(const ErrorEvent& error) {
  return stamp_and_record(error);
}

}  // namespace reel
