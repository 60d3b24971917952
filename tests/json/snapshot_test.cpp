// Snapshots as JSON, both ways.
#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/random_event.hpp"

using namespace reel;
using namespace reel::test;

namespace {

std::string refusal_of(const std::string& text) {
  const auto snapshot = json::parse_snapshot(text);
  return snapshot.ok() ? "accepted" : snapshot.error().message;
}

auto says(const std::string& words) { return Catch::Matchers::Contains(words); }

Snapshot random_snapshot(RandomEvents& random) {
  Snapshot snapshot;
  snapshot.stream_id = "s" + random.text();
  snapshot.seq = static_cast<std::uint64_t>(random.below(1000));
  snapshot.ts = random.ts();
  snapshot.content = random.text();
  snapshot.token_count = random.integer();
  snapshot.checkpoint = random.text();
  for (auto n = random.below(3); n > 0; --n) snapshot.violations.push_back(random.object());
  snapshot.drift_detected = random.coin();
  snapshot.retry_attempts = random.integer();
  snapshot.network_retry_count = random.integer();
  snapshot.fallback_index = random.integer();
  snapshot.completed = random.coin();
  if (random.coin()) {
    snapshot.error = SerializedError{random.text(), random.text(), {}, {}, {}};
    if (random.coin()) snapshot.error->code = random.text();
    if (random.coin()) snapshot.error->stack = random.text();
    if (random.coin()) snapshot.error->metadata = random.object();
  }
  snapshot.start_ts = random.ts();
  snapshot.end_ts = random.ts();
  for (auto n = random.below(3); n > 0; --n) snapshot.attempts.push_back(random.text());
  return snapshot;
}

}  // namespace

TEST_CASE("a snapshot of either of L0's packages is read", "[json]") {
  const auto python = json::parse_snapshot(R"({
  "stream_id": "chat-7", "seq": 41, "ts": 1705619139921.994, "content": "H\u00e9", "token_count": 40,
  "checkpoint": "H", "violations": [{"rule": "a", "n": 1.10}, {}], "drift_detected": true,
  "retry_attempts": 1, "network_retry_count": 2, "fallback_index": 3})");
  INFO(python.status().to_string());
  REQUIRE(python.ok());
  CHECK(python->stream_id == "chat-7");
  CHECK(python->seq == 41);
  CHECK(python->ts == 1705619139921.994);
  CHECK(python->content == "H\xC3\xA9");
  CHECK(python->token_count == 40);
  CHECK(python->checkpoint == "H");
  CHECK(python->violations == std::vector<std::string>{R"({"rule":"a","n":1.10})", "{}"});
  CHECK(python->drift_detected);
  CHECK(python->retry_attempts == 1);
  CHECK(python->network_retry_count == 2);
  CHECK(python->fallback_index == 3);
  CHECK_FALSE(python->completed);
  CHECK_FALSE(python->error);
  const auto typescript = json::parse_snapshot(
      R"({"streamId":"chat-7","seq":41,"ts":1705619139921.994,"content":"H\u00e9","tokenCount":40,)"
      R"("checkpoint":"H","violations":[{"rule":"a","n":1.10},{}],"driftDetected":true,)"
      R"("retryAttempts":1,"networkRetryCount":2,"fallbackIndex":3})");
  INFO(typescript.status().to_string());
  REQUIRE(typescript.ok());
  CHECK(*typescript == *python);
}

TEST_CASE("every snapshot survives its text", "[json]") {
  const std::uint64_t seed = GENERATE(31u, 32u, 33u);
  CAPTURE(seed);
  RandomEvents random(seed);
  for (int i = 0; i < 500; ++i) {
    const Snapshot snapshot = random_snapshot(random);
    std::string text;
    json::append_snapshot(text, snapshot);
    INFO(text);
    const auto again = json::parse_snapshot(text);
    INFO(again.status().to_string());
    REQUIRE(again.ok());
    CHECK(*again == snapshot);
  }
}

TEST_CASE("what is no snapshot is refused", "[json]") {
  CHECK(refusal_of(R"({"stream_id":"s","seq":1,"content":""})") == "accepted");
  CHECK(refusal_of(R"({"stream_id":"s","seq":1,"content":"","ts":null,"error":null,"x":1})") ==
        "accepted");
  CHECK_THAT(refusal_of(R"({"stream_id":"s","seq":1,"event":{}})"), says("\"content\""));
  CHECK_THAT(refusal_of(R"({"seq":1,"content":""})"), says("\"stream_id\""));
  CHECK_THAT(refusal_of(R"({"stream_id":"","seq":1,"content":""})"), says("1 to"));
  CHECK_THAT(refusal_of(R"({"stream_id":"s","seq":-1,"content":""})"), says("\"seq\""));
  CHECK_THAT(refusal_of(R"({"stream_id":"s","seq":1,"content":"","violations":{}})"),
             says("an array, not an object"));
  CHECK_THAT(refusal_of(R"({"stream_id":"s","seq":1,"content":"","tokenCount":"4"})"),
             says("\"token_count\""));
  CHECK_THAT(refusal_of(R"({"stream_id":"s","seq":1,"content":"","attempts":["a",1]})"),
             says("only strings"));
  CHECK_THAT(refusal_of(R"({"stream_id":"s","seq":1,"seq":1,"content":""})"), says("twice"));
  CHECK_THAT(refusal_of("[]"), says("object"));
  CHECK_THAT(refusal_of("{"), says("broken JSON"));
}
