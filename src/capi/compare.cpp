// Comparing two streams, and verifying a store.
#include "reel/compare.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/report_json.hpp"
#include "capi/stream_argument.hpp"
#include "reel/replay.hpp"

using namespace reel;
using capi::guarded;
using capi::need;

namespace {

// What a Reader shows of a stream, as stores do: without GAPs.
class StreamCursor final : public EventCursor {
 public:
  explicit StreamCursor(Cursor cursor) : cursor_(std::move(cursor)) {}
  bool next() override {
    while (cursor_.next()) {
      if (cursor_.view().event.type != EventType::gap) return true;
    }
    return false;
  }
  const EnvelopeView& view() const noexcept override { return cursor_.view(); }
  const Status& status() const noexcept override { return cursor_.status(); }

 private:
  Cursor cursor_;
};

Result<State> state_of(const capi::StreamArgument& stream) {
  return replay_to_state(*stream.reader, stream.id, stream.name_space);
}

Result<std::optional<Divergence>> divergence_of(const capi::StreamArgument& a,
                                                const capi::StreamArgument& b) {
  auto cursor_a = a.reader->cursor(a.id, a.name_space);
  if (!cursor_a) return cursor_a.status();
  auto cursor_b = b.reader->cursor(b.id, b.name_space);
  if (!cursor_b) return cursor_b.status();
  StreamCursor events_a(*std::move(cursor_a)), events_b(*std::move(cursor_b));
  return first_divergence(events_a, events_b);
}

Status compare_streams(const capi::StreamArgument& a, const capi::StreamArgument& b,
                       CompareOptions options, bool* identical, reel_string* json) {
  const auto state_a = state_of(a);
  if (!state_a) return state_a.status();
  const auto state_b = state_of(b);
  if (!state_b) return state_b.status();
  const Comparison comparison = compare(*state_a, *state_b, options);
  if (json != nullptr) {
    const auto divergence = divergence_of(a, b);
    if (!divergence) return divergence.status();
    capi::give(*json, capi::comparison_json(comparison, *divergence));
  }
  if (identical != nullptr) *identical = comparison.identical;
  return {};
}

}  // namespace

int reel_compare(const reel_stream* a, const reel_stream* b, bool timestamps, bool* identical,
                 reel_string* json, reel_error_info* error) {
  if (identical != nullptr) *identical = false;
  if (json != nullptr) *json = {};
  return guarded(error, [&]() -> Status {
    if (Status status = need({{a, "the first stream"}, {b, "the second stream"}}); !status) {
      return status;
    }
    const auto first = capi::existing_stream(*a);
    if (!first) return first.status();
    const auto second = capi::existing_stream(*b);
    if (!second) return second.status();
    return compare_streams(*first, *second, {.timestamps = timestamps}, identical, json);
  });
}

int reel_verify(const char* path, bool* whole, reel_string* json, reel_error_info* error) {
  if (whole != nullptr) *whole = false;
  if (json != nullptr) *json = {};
  return guarded(error, [&]() -> Status {
    if (Status status = need({{path, "the path"}}); !status) return status;
    const auto report = verify(path);
    if (!report) return report.status();
    if (json != nullptr) capi::give(*json, capi::verify_json(*report));
    if (whole != nullptr) *whole = report->ok;
    return {};
  });
}
