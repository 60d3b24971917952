// States and snapshots as JSON: the shapes of docs/INTERCHANGE.md, members in its order.
#include "json/object_writer.hpp"
#include "json/parts.hpp"

namespace reel::json {
namespace {

template <class Append>
void append_list(std::string& out, const std::vector<std::string>& items, Append append) {
  out.push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out.push_back(',');
    append(items[i]);
  }
  out.push_back(']');
}

// In the order of the document's Snapshot, which lacks the second half.
void append_members(ObjectWriter& w, const State& state, std::string& out) {
  w.string("content", state.content);
  w.integer("token_count", state.token_count);
  w.string("checkpoint", state.checkpoint);
  w.key("violations");
  append_list(out, state.violations, [&](const std::string& json) { out.append(json); });
  w.boolean("drift_detected", state.drift_detected);
  w.integer("retry_attempts", state.retry_attempts);
  w.integer("network_retry_count", state.network_retry_count);
  w.integer("fallback_index", state.fallback_index);
  w.boolean("completed", state.completed);
  w.key("error");
  if (state.error) {
    append_serialized_error(out, *state.error);
  } else {
    out.append("null");
  }
  w.number("start_ts", state.start_ts);
  w.number("end_ts", state.end_ts);
  if (state.attempts.empty()) return;
  w.key("attempts");
  append_list(out, state.attempts, [&](const std::string& text) { append_string(out, text); });
}

}  // namespace

void append_serialized_error(std::string& out, const SerializedError& error) {
  ObjectWriter w(out);
  w.string("name", error.name);
  w.string("message", error.message);
  w.string_or_null("code", error.code);
  w.string_or_null("stack", error.stack);
  w.raw_or_null("metadata", error.metadata);
  w.close();
}

void append_state(std::string& out, const State& state) {
  ObjectWriter w(out);
  append_members(w, state, out);
  w.close();
}

void append_snapshot(std::string& out, const Snapshot& snapshot) {
  ObjectWriter w(out);
  w.string("stream_id", snapshot.stream_id);
  w.count("seq", snapshot.seq);
  w.number("ts", snapshot.ts);
  append_members(w, snapshot, out);
  w.close();
}

}  // namespace reel::json
