// Recording: a check of the pointers, and the call of C++ behind it.
#include <cmath>

#include "capi/arguments.hpp"
#include "capi/codes.hpp"
#include "capi/handles.hpp"

using namespace reel;

namespace {

struct Text {
  const char* data;
  std::size_t bytes;

  bool valid() const noexcept { return capi::is_text(data, bytes); }
  std::string_view view() const noexcept { return {data, bytes}; }
  std::string string() const { return std::string(view()); }
  std::optional<std::string> optional() const {
    if (data == nullptr) return std::nullopt;
    return string();
  }
};

template <class Value>
std::optional<Value> optional(const Value* value) noexcept {
  return value != nullptr ? std::optional<Value>(*value) : std::nullopt;
}

// `body`'s answer, where there is a Recorder and all texts are some. It may need memory.
template <class Body>
int record(reel_recorder* recorder, std::initializer_list<Text> texts, Body&& body) noexcept try {
  if (recorder == nullptr) return REEL_APPEND_INVALID;
  for (const Text& text : texts) {
    if (!text.valid()) return REEL_APPEND_INVALID;
  }
  return capi::append_of(body(recorder->recorder));
} catch (...) {
  return REEL_APPEND_FULL;
}

// The event of a line that is one and no envelope, which would say where it has to go.
Result<Event> parsed_event(reel_recorder& recorder, std::string_view text) {
  if (!recorder.parser) recorder.parser.emplace();
  auto line = recorder.parser->parse_line(text);
  if (!line) return line.status();
  if (line->stream_id) {
    return Error{ErrorCode::invalid_argument, 0, "", 0,
                 "this is an envelope: give what its member \"event\" is"};
  }
  return std::move(line->event);
}

}  // namespace

int reel_record_token(reel_recorder* recorder, const char* text, size_t text_bytes, int64_t index) {
  if (recorder == nullptr || !capi::is_text(text, text_bytes)) [[unlikely]] {
    return REEL_APPEND_INVALID;
  }
  return static_cast<int>(recorder->recorder.record_token({text, text_bytes}, index));
}

int reel_record_token_at(reel_recorder* recorder, const char* text, size_t text_bytes,
                         int64_t index, double ts_ms) {
  if (recorder == nullptr || !capi::is_text(text, text_bytes)) [[unlikely]] {
    return REEL_APPEND_INVALID;
  }
  return static_cast<int>(recorder->recorder.record_token({text, text_bytes}, index, ts_ms));
}

int reel_record_tokens(reel_recorder* recorder, const char* const* texts, const size_t* texts_bytes,
                       size_t count, int64_t first_index, size_t* recorded) {
  if (recorded != nullptr) *recorded = 0;
  if (recorder == nullptr) return REEL_APPEND_INVALID;
  if (count == 0) return REEL_APPEND_OK;
  if (texts == nullptr || texts_bytes == nullptr) return REEL_APPEND_INVALID;
  int answer = REEL_APPEND_OK;
  std::size_t done = 0;
  for (; done < count; ++done) {
    // Indexes wrap as numbers of 64 bits do.
    const auto index =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(first_index) + std::uint64_t{done});
    answer = reel_record_token(recorder, texts[done], texts_bytes[done], index);
    if (answer != REEL_APPEND_OK) break;
  }
  if (recorded != nullptr) *recorded = done;
  return answer;
}

int reel_record_start(reel_recorder* recorder, const char* options_json, size_t options_bytes) {
  const Text options{options_json, options_bytes};
  return record(recorder, {options}, [&](Recorder& to) { return to.record_start(options.view()); });
}

int reel_record_checkpoint(reel_recorder* recorder, const char* content, size_t content_bytes,
                           int64_t at) {
  const Text text{content, content_bytes};
  return record(recorder, {text},
                [&](Recorder& to) { return to.record_checkpoint(text.view(), at); });
}

int reel_record_guardrail(reel_recorder* recorder, const char* result_json, size_t result_bytes,
                          const char* check_type, size_t check_type_bytes, const int64_t* at) {
  const Text result{result_json, result_bytes}, type{check_type, check_type_bytes};
  return record(recorder, {result, type}, [&](Recorder& to) {
    return to.record_guardrail({result.string(), optional(at), type.optional()});
  });
}

int reel_record_drift(reel_recorder* recorder, const char* result_json, size_t result_bytes,
                      const int64_t* at) {
  const Text result{result_json, result_bytes};
  return record(recorder, {result}, [&](Recorder& to) {
    return to.record_drift({result.string(), optional(at)});
  });
}

int reel_record_retry(reel_recorder* recorder, const char* reason, size_t reason_bytes,
                      int64_t attempt, const bool* counts_toward_limit, const double* delay_ms) {
  const Text text{reason, reason_bytes};
  return record(recorder, {text}, [&](Recorder& to) {
    Retry retry{text.string(), attempt, optional(counts_toward_limit)};
    if (delay_ms != nullptr) {
      if (!std::isfinite(*delay_ms)) return Append::invalid;
      json::append_number(retry.delay.emplace(), *delay_ms);
    }
    return to.record_retry(retry);
  });
}

int reel_record_fallback(reel_recorder* recorder, int64_t to, const int64_t* from,
                         const char* reason, size_t reason_bytes) {
  const Text text{reason, reason_bytes};
  return record(recorder, {text}, [&](Recorder& recorded) {
    return recorded.record_fallback({to, optional(from), text.optional()});
  });
}

int reel_record_continuation(reel_recorder* recorder, const char* checkpoint,
                             size_t checkpoint_bytes, int64_t at) {
  const Text text{checkpoint, checkpoint_bytes};
  return record(recorder, {text},
                [&](Recorder& to) { return to.record_continuation(text.view(), at); });
}

int reel_record_complete(reel_recorder* recorder, const char* content, size_t content_bytes,
                         int64_t token_count) {
  const Text text{content, content_bytes};
  return record(recorder, {text},
                [&](Recorder& to) { return to.record_complete(text.view(), token_count); });
}

int reel_record_error(reel_recorder* recorder, const char* error_json, size_t error_bytes,
                      const char* failure_type, size_t failure_type_bytes,
                      const char* recovery_strategy, size_t recovery_strategy_bytes,
                      const char* policy, size_t policy_bytes) {
  const Text error{error_json, error_bytes}, type{failure_type, failure_type_bytes},
      strategy{recovery_strategy, recovery_strategy_bytes}, by{policy, policy_bytes};
  return record(recorder, {error, type, strategy, by}, [&](Recorder& to) {
    return to.record_error({error.string(), type.optional(), strategy.optional(), by.optional()});
  });
}

int reel_record_json(reel_recorder* recorder, const char* event_json, size_t event_bytes,
                     reel_error_info* error) {
  int answer = REEL_APPEND_INVALID;
  const int code = capi::guarded(error, [&]() -> Status {
    if (Status status = capi::need({{recorder, "the Recorder"}}); !status) return status;
    const auto text = capi::text_of(event_json, event_bytes, "the event");
    if (!text) return text.status();
    const auto event = parsed_event(*recorder, *text);
    if (!event) return event.status();
    answer = capi::append_of(recorder->recorder.record(*event));
    return {};
  });
  return code == REEL_FULL ? REEL_APPEND_FULL : answer;
}
