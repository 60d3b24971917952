// EventRecorder: the document's recorder, over any EventStore.
//
// One method per event type, with every argument of the document and of L0. Positional arguments
// are taken in both habits where they differ: record_checkpoint("Hello", 1) and (1, "Hello") mean
// the same. For named arguments pass the event's struct: record_retry({.reason = "rate_limit",
// .attempt = 1, .delay = "1000"}).
// Every method answers the seq the event got, or why it was not stored (then nothing was). Free
// JSON (options, result, error) comes in as text and is checked: invalid_argument when it is no
// JSON object (empty text means none); it is kept as written, without insignificant white space.
// reel/json_object.hpp builds such text. An event is stamped with the time of the call. Cost: that
// of EventStore::append plus the check of JSON text. For the hot path of a gateway use a Log's own
// Recorder (reel/recorder.hpp), which costs a tenth. Threads: one at a time; several EventRecorders
// on one stream may be used at once.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "reel/event.hpp"
#include "reel/json.hpp"
#include "reel/state.hpp"
#include "reel/store.hpp"
#include "reel/stores.hpp"

namespace reel {

class EventRecorder {
 public:
  using Answer = Result<std::uint64_t>;

  // An empty stream_id means a new generate_id(). A stream that exists is continued at its next
  // seq. A null store: every method answers invalid_argument.
  explicit EventRecorder(std::shared_ptr<EventStore> store, std::string stream_id = {},
                         NowMs now = {});

  Answer record_start(std::string_view options_json = "{}");
  Answer record_token(std::string_view value, std::int64_t index);
  Answer record_token(const Token& token);
  Answer record_checkpoint(std::string_view content, std::int64_t at);
  Answer record_checkpoint(std::int64_t at, std::string_view content);
  Answer record_checkpoint(const Checkpoint& checkpoint);
  Answer record_guardrail(std::string_view result_json, std::string_view check_type = {});
  Answer record_guardrail(std::int64_t at, std::string_view result_json);
  Answer record_guardrail(const Guardrail& guardrail);
  Answer record_drift(std::string_view result_json);
  Answer record_drift(std::int64_t at, std::string_view result_json);
  Answer record_drift(const Drift& drift);
  // delay in milliseconds.
  Answer record_retry(std::int64_t attempt, std::string_view reason, double delay_ms,
                      bool counts_toward_limit = true);
  Answer record_retry(std::string_view reason, std::int64_t attempt,
                      bool counts_toward_limit = true);
  Answer record_retry(const Retry& retry);
  Answer record_fallback(std::int64_t to);
  Answer record_fallback(std::int64_t from_index, std::int64_t to_index, std::string_view reason);
  Answer record_fallback(const Fallback& fallback);
  Answer record_continuation(std::string_view checkpoint, std::int64_t at);
  Answer record_continuation(const Continuation& continuation);
  Answer record_complete(std::string_view content, std::int64_t token_count);
  Answer record_complete(const Complete& complete);
  // {"name","message",...} as JSON text, as it stands in a State, or an exception: its class is the
  // name, what() the message.
  Answer record_error(std::string_view error_json, std::string_view failure_type = {},
                      std::string_view recovery_strategy = {}, std::string_view policy = {});
  Answer record_error(const std::exception& error, std::string_view failure_type = {},
                      std::string_view recovery_strategy = {}, std::string_view policy = {});
  Answer record_error(const SerializedError& error, std::string_view failure_type = {},
                      std::string_view recovery_strategy = {}, std::string_view policy = {});
  Answer record_error(const ErrorEvent& error);

  // Any event with its own ts, kept bit for bit. Its JSON is checked likewise: what is recorded can
  // be exported and read again.
  Answer record(const Event& event);

  // After close() every method answers ErrorCode::closed. Nothing is written by it.
  void close() noexcept { closed_ = true; }
  const std::string& stream_id() const noexcept { return stream_id_; }
  std::uint64_t seq() const noexcept { return seq_; }  // how many this recorder has recorded
  const std::shared_ptr<EventStore>& store() const noexcept { return store_; }

 private:
  Answer stamp_and_record(EventBody body);
  Answer append(const Event& event);

  std::shared_ptr<EventStore> store_;
  std::string stream_id_;
  NowMs now_;
  json::Parser parser_;
  std::uint64_t seq_ = 0;
  bool closed_ = false;
};

}  // namespace reel
