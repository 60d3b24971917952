#include "reel/compare.hpp"

#include "event/frame.hpp"
#include "support/plain_store.hpp"
#include "support/vectors.hpp"

namespace reel {
namespace {

using Strings = std::vector<std::string>;
using test::Json;

State state_of(const Json& events, const std::string& id) {
  State state;
  std::string parts;
  test::Streams streams = test::parse_events(events);
  for (const Envelope& e : streams[id]) fold(state, event::view_of(e.event, parts));
  return state;
}

TEST_CASE("the published comparisons, to the letter") {
  const std::size_t checked = test::each_vector({"compare.jsonl"}, [](const Json& vector) {
    const State a = state_of(vector.at("events"), vector.at("stream_id"));
    const State b = state_of(vector.at("events_b"), vector.at("stream_id_b"));
    const Json& expect = vector.at("expect").at("compare");
    const Comparison all = compare(a, b, {.timestamps = true});
    CHECK(all.identical == expect.at("identical").get<bool>());
    CHECK(all.fields == expect.at("fields").get<Strings>());
    CHECK(all.differences == expect.at("differences").get<Strings>());

    Strings fields = expect.at("fields").get<Strings>();
    std::erase_if(fields, [](const std::string& f) { return f.ends_with("_ts"); });
    const Comparison fewer = compare(a, b);
    CHECK(fewer.fields == fields);
    CHECK(fewer.identical == fields.empty());
    CHECK(fewer.differences.size() == fields.size());
  });
  if (checked > 0) CHECK(checked >= 11);
}

TEST_CASE("an error differs by name and message alone") {
  State a, b;
  a.error = SerializedError{"A", "x", "1", "there", R"({"k":1})"};
  b.error = SerializedError{"A", "x", {}, {}, {}};
  CHECK(compare(a, b).identical);
  b.error->message = "y";
  CHECK(compare(a, b).differences == Strings{"error: A('x') vs A('y')"});
  b.error.reset();
  CHECK(compare(a, b).differences ==
        Strings{"error: SerializedError(name='A', message='x', code='1', stack='there', "
                "metadata={'k': 1}) vs None"});
}

TEST_CASE("violations are compared by value, in order") {
  State a, b;
  a.violations = {R"({"rule":"r","n":1})", R"({"x":2})"};
  b.violations = {R"({"n":1.0,"rule":"\u0072"})", R"({"x":2})"};
  CHECK(compare(a, b).identical);
  std::swap(b.violations[0], b.violations[1]);
  CHECK(compare(a, b).fields == Strings{"violations"});
  b.violations.clear();
  CHECK(compare(a, b).differences ==
        Strings{"violations: [{'rule': 'r', 'n': 1}, {'x': 2}] vs []"});
}

void add_tokens(test::PlainStore& store, const std::string& id, const Strings& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    REQUIRE(store.append(id, Event{1, Token{values[i], index, {}, {}}, {}, {}}, {}).ok());
  }
}

TEST_CASE("the first token in which two streams differ") {
  test::PlainStore store;
  REQUIRE(store.append("a", Event{1, Start{}, {}, {}}, {}).ok());
  add_tokens(store, "a", {"Hel", "lo ", "world", "!"});
  add_tokens(store, "b", {"Hel", "lo ", "work"});
  REQUIRE(store.append("b", Event{1, Token{"thinking", 0, "reasoning", {}}, {}, {}}, {}).ok());
  add_tokens(store, "short", {"Hel"});

  const auto found = first_divergence(store, "a", "b");
  REQUIRE(found.ok());
  REQUIRE(*found);
  CHECK((*found)->token == 2);
  CHECK((*found)->content_offset == 9);
  CHECK((*found)->seq_a == 3u);
  CHECK((*found)->seq_b == 2u);
  CHECK((*found)->a == "world");
  CHECK((*found)->b == "work");

  const auto ended = first_divergence(store, "short", "b");
  REQUIRE(ended.ok());
  REQUIRE(*ended);
  CHECK((*ended)->token == 1);
  CHECK((*ended)->content_offset == 3);
  CHECK_FALSE((*ended)->a);
  CHECK_FALSE((*ended)->seq_a);
  CHECK((*ended)->b == "lo ");

  CHECK(first_divergence(store, "b", "b")->has_value() == false);
  CHECK(first_divergence(store, "none", "nothing")->has_value() == false);
  CHECK(first_divergence(store, "none", "b")->has_value());
}

}  // namespace
}  // namespace reel
