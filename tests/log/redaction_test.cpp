// What a redaction hook lets through, and that nothing else is ever stored.
#include "support/redaction.hpp"


using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

TEST_CASE("a secret split over tokens is caught, and every token keeps its place", "[log]") {
  Stream s;
  CHECK(s.token("the key ", 0) == Append::ok);
  CHECK(s.token("is s", 1) == Append::held);
  CHECK(s.state->next_seq == 1);
  CHECK(s.core->watermarks().recorded == 1);
  CHECK(s.token("k-1", 2) == Append::held);
  CHECK(s.token("23, ", 3) == Append::ok);
  CHECK(s.token("ok", 4) == Append::ok);
  CHECK(s.core->watermarks().recorded == 5);
  const auto events = s.stored();
  REQUIRE(events.size() == 5);
  std::string all;
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(events[i].first == i);
    CHECK(events[i].second.ts_ms == 1000 + static_cast<double>(i));
    CHECK(std::get<Token>(events[i].second.body).index == static_cast<std::int64_t>(i));
    all += std::get<Token>(events[i].second.body).value;
  }
  CHECK(all == "the key is [key], ok");
  CHECK(texts(events).front() == "the key ");
  CHECK(texts(events).back() == "ok");
}

TEST_CASE("texts that are held and turn out harmless come out as they came", "[log]") {
  Stream s;
  const std::vector<std::string> values = {"s", "k", "y is ", "blue: sk", "-12", "4", "", "é sk"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    (void)s.token(values[i], static_cast<std::int64_t>(i));
  }
  CHECK(texts(s.stored()) == values);
}

TEST_CASE("what comes after a held token waits behind it", "[log]") {
  Stream s;
  CHECK(s.token("sk-", 0) == Append::held);
  CHECK(s.record(Guardrail{R"({"a":"sk-123"})", 1, {}}) == Append::held);
  CHECK(s.record(Checkpoint{"sk-", 1}) == Append::held);
  CHECK(s.state->redaction->held_seqs() == 3);
  CHECK(s.token("123!", 1) == Append::ok);
  const auto events = s.stored();
  REQUIRE(events.size() == 4);
  CHECK(std::get<Token>(events[0].second.body).value == "[ke");
  CHECK(std::get<Guardrail>(events[1].second.body).result == R"({"a":"[key]"})");
  CHECK(std::get<Token>(events[3].second.body).value == "y]!");
}

TEST_CASE("the end of a stream releases what was held", "[log]") {
  const bool by_close = GENERATE(false, true);
  Stream s;
  CHECK(s.token("sk-", 0) == Append::held);
  if (!by_close) {
    CHECK(s.record(Complete{"all of sk-123", 1}) == Append::ok);
    CHECK(s.state->next_seq == 2);
  }
  const auto events = s.stored();
  REQUIRE(events.size() == (by_close ? 1 : 2));
  CHECK(std::get<Token>(events[0].second.body).value == "sk-");
  if (!by_close) CHECK(std::get<Complete>(events[1].second.body).content == "all of [key]");
}

TEST_CASE("channels are texts of their own, their events in one order", "[log]") {
  Stream s;
  CHECK(s.token("sk", 0) == Append::held);
  CHECK(s.token("-123 ", 0, "reasoning") == Append::held);  // no secret: another text
  CHECK(s.token("sk-1", 1, "reasoning") == Append::held);
  CHECK(s.token("-123", 1) == Append::held);  // the first three wait for nothing but this
  CHECK(s.token("23", 2, "reasoning") == Append::ok);
  std::string text, reasoning;
  for (const auto& [seq, event] : s.stored()) {
    const auto& token = std::get<Token>(event.body);
    (token.channel.empty() ? text : reasoning) += token.value;
  }
  CHECK(text == "[key]");
  CHECK(reasoning == "-123 [key]");
}

TEST_CASE("what a hook cannot do is dropped: nothing unredacted is stored", "[log]") {
  LogOptions options = test::stepped_options();
  SECTION("a hook that throws") {
    options.redact = [](const Payload&, std::string&) -> Redact { throw std::runtime_error("x"); };
  }
  SECTION("a hook that drops") {
    options.redact = [](const Payload&, std::string&) { return Redact::drop; };
  }
  SECTION("a hook that answers broken JSON, or too much") {
    options.event_bytes_max = 1000;
    options.redact = [](const Payload& payload, std::string& replacement) {
      if (payload.field == "value") replacement = std::string(2000, 'x');
      if (payload.field == "options") replacement = R"({"broken)";
      return Redact::replace;
    };
  }
  SECTION("a filter that cannot be made, for tokens") {
    options.redact = [](const Payload&, std::string&) { return Redact::drop; };
    options.redact_tokens = [](auto, auto) -> std::unique_ptr<TokenRedactor> {
      throw std::runtime_error("x");
    };
  }
  Stream s(options);
  CHECK(s.record(Start{R"({"key":"sk-123"})"}) == Append::ok);
  CHECK(s.token("sk-123", 0) == Append::ok);
  const auto events = s.stored();
  REQUIRE(events.size() == 2);
  CHECK(std::get<Start>(events[0].second.body).options.empty());
  CHECK(std::get<Token>(events[1].second.body).value.empty());
}

TEST_CASE("every text of an event passes the hook, and nothing else does", "[log]") {
  LogOptions options = test::stepped_options();
  std::vector<std::string> seen;
  options.redact = [&](const Payload& payload, std::string& replacement) {
    CHECK(payload.stream_id == "s");
    seen.push_back(std::string(payload.field) + "=" + std::string(payload.text));
    return hide_key(payload, replacement);
  };
  Stream s(options);
  CHECK(s.record(Start{R"({"a":"sk-123"})"}) == Append::ok);
  CHECK(s.token("plain", 0, "reasoning") == Append::ok);
  CHECK(s.record(Retry{"because sk-123", 1, {}, {}}) == Append::ok);
  CHECK(s.record(ErrorEvent{R"({"message":"sk-123"})", "kind", {}, {}}) == Append::ok);
  Event odd;
  odd.body = Opaque{"ODD"};
  odd.extra = R"("x":"sk-123","y":1)";
  CHECK(test::record_event(*s.state, odd) == Append::ok);
  CHECK(seen == std::vector<std::string>{R"(options={"a":"sk-123"})", "value=plain",
                                         "reason=because sk-123", R"(error={"message":"sk-123"})",
                                         R"(extra="x":"sk-123","y":1)"});
  const auto events = s.stored();
  CHECK(std::get<Start>(events[0].second.body).options == R"({"a":"[key]"})");
  CHECK(std::get<Token>(events[1].second.body).channel == "reasoning");
  CHECK(std::get<Retry>(events[2].second.body).reason == "because [key]");
  CHECK(events[4].second.extra == R"("x":"[key]","y":1)");
}
