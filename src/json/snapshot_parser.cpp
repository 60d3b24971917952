// Snapshots of either of L0's packages, and reel's own.
#include "json/free_form.hpp"
#include "json/members.hpp"
#include "json/parts.hpp"
#include "json/raw_text.hpp"
#include "json/validate.hpp"
#include "reel/json.hpp"
#include "reel/options.hpp"

namespace reel::json {
namespace {

namespace dom = simdjson::dom;

// State::attempts, of which only reel knows.
std::vector<std::string> take_strings(Members& m, std::string_view name) {
  std::vector<std::string> strings;
  for (const std::string& element : m.optional_elements(name)) {
    const auto parsed = parse_free_form(element);
    std::string_view text;
    if (!parsed || parsed->value.get(text) != simdjson::SUCCESS) {
      m.refuse("the member \"" + std::string(name) + "\" of the snapshot must hold only strings");
      break;
    }
    strings.emplace_back(text);
  }
  return strings;
}

void take_state(Members& m, State& state) {
  state.content = m.string("content");
  state.token_count = m.optional_integer("token_count").value_or(0);
  state.checkpoint = m.optional_string("checkpoint").value_or("");
  state.violations = m.optional_elements("violations");
  state.drift_detected = m.optional_boolean("drift_detected").value_or(false);
  state.retry_attempts = m.optional_integer("retry_attempts").value_or(0);
  state.network_retry_count = m.optional_integer("network_retry_count").value_or(0);
  state.fallback_index = m.optional_integer("fallback_index").value_or(0);
  state.completed = m.optional_boolean("completed").value_or(false);
  const std::string error = m.optional_object_text("error");
  if (!error.empty()) state.error = serialized_error(error);
  state.start_ts = m.optional_number("start_ts");
  state.end_ts = m.optional_number("end_ts");
  state.attempts = take_strings(m, "attempts");
}

}  // namespace

Result<Snapshot> parse_snapshot(std::string_view text) {
  Dom dom;
  auto root = dom.parse(text);
  if (!root) return root.status();
  dom::object object;
  if (root->get(object) != simdjson::SUCCESS) return refusal("a snapshot must be a JSON object");
  if (Status status = check_tree(*root, 0); !status.ok()) return status;
  Members members;
  members.read(object, RawText(text).value(), Names::camel_too);
  members.set_owner("the snapshot");
  Snapshot snapshot;
  snapshot.stream_id = members.string("stream_id");
  snapshot.seq = members.unsigned_integer("seq");
  snapshot.ts = members.optional_number("ts");
  take_state(members, snapshot);
  if (!members.status().ok()) return members.status();
  if (snapshot.stream_id.empty() || snapshot.stream_id.size() > kStreamIdBytesMax) {
    return refusal("the stream_id of a snapshot must have 1 to " +
                   std::to_string(kStreamIdBytesMax) + " bytes");
  }
  return snapshot;
}

}  // namespace reel::json
