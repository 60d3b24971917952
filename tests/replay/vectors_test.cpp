// Every vector of kind stream, multi and compare (both sides), folded and compared by value.
#include "support/vectors.hpp"

#include "event/facts.hpp"
#include "event/frame.hpp"
#include "reel/state.hpp"

namespace reel {
namespace {

using test::check_equal;
using test::Json;
using test::state_json;

struct Range {
  std::uint64_t from = 0, to = UINT64_MAX;
};

void check_state(const std::vector<Envelope>& events, const Json& expected, Range range = {}) {
  State state;
  std::string parts;
  for (const Envelope& e : events) {
    if (e.seq < range.from || e.seq > range.to) continue;
    fold(state, event::view_of(e.event, parts));
  }
  check_equal(state_json(state), expected);
}

void check_tokens(const std::vector<Envelope>& events, const Json& expected) {
  Json tokens = Json::array();
  for (const Envelope& e : events) {
    if (const auto* token = std::get_if<Token>(&e.event.body)) tokens.push_back(token->value);
  }
  check_equal(tokens, expected);
}

void check_metadata(const std::vector<Envelope>& events, const Json& expected) {
  if (expected.is_null()) {
    CHECK(events.empty());
    return;
  }
  event::StreamFacts facts;
  std::string parts;
  for (const Envelope& e : events) facts.note(e.seq, event::view_of(e.event, parts));
  CHECK(facts.event_count == expected.at("event_count").get<std::uint64_t>());
  CHECK(facts.token_count == expected.at("token_count").get<std::int64_t>());
  CHECK(facts.start_ts == expected.at("start_ts").get<double>());
  CHECK(facts.end_ts == expected.at("end_ts").get<double>());
  CHECK(facts.completed == expected.at("completed").get<bool>());
  CHECK(facts.has_error == expected.at("has_error").get<bool>());
}

void check_partial(const std::vector<Envelope>& events, const Json& partial) {
  Range range{partial.at("from_seq").get<std::uint64_t>(), UINT64_MAX};
  if (!partial.at("to_seq").is_null()) range.to = partial.at("to_seq").get<std::uint64_t>();
  INFO("range " << range.from << ".." << range.to);
  Json seqs = Json::array();
  for (const Envelope& e : events) {
    if (e.seq >= range.from && e.seq <= range.to) seqs.push_back(e.seq);
  }
  check_equal(seqs, partial.at("seqs"));
  check_state(events, partial.at("state"), range);
}

void check_stream(test::Streams& streams, const std::string& id, const Json& expect) {
  const auto& events = streams[id];
  INFO("stream " << id);
  check_state(events, expect.at("state"));
  check_metadata(events, expect.at("metadata"));
  check_tokens(events, expect.at("tokens"));
  if (expect.contains("partial")) {
    for (const Json& partial : expect.at("partial")) check_partial(events, partial);
  }
}

void check_vector(const Json& vector) {
  const std::string kind = vector.at("kind").get<std::string>();
  const Json& expect = vector.at("expect");
  test::Streams streams = test::parse_events(vector.at("events"));
  if (kind == "multi") {
    for (const auto& [id, expected] : expect.at("streams").items()) {
      check_stream(streams, id, expected);
    }
    return;
  }
  check_stream(streams, vector.at("stream_id").get<std::string>(), expect);
  if (kind != "compare") return;
  test::Streams other = test::parse_events(vector.at("events_b"));
  check_state(other[vector.at("stream_id_b").get<std::string>()], expect.at("state_b"));
}

TEST_CASE("the published vectors fold to the states they expect") {
  const std::size_t checked =
      test::each_vector({"rules.jsonl", "streams.jsonl", "compare.jsonl"}, [](const Json& vector) {
        if (vector.at("kind") != "ttl") check_vector(vector);
      });
  if (checked > 0) CHECK(checked > 40);
}

}  // namespace
}  // namespace reel
