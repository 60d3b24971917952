// What Capture promises whatever the dialect: refusals, warnings, limits, times, base64.
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "reel/provider.hpp"
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

std::string chat(const std::string& text) {
  return R"(data: {"id":"c","choices":[{"index":0,"delta":{"content":")" + text + "\"}}]}\n\n";
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is no stream is refused with its line", "[provider][capture]") {
  const Strings strangers = {
      "",
      "\n\n",
      "<!DOCTYPE html>\n<html>\n<body>502 Bad Gateway</body>\n</html>\n",
      "{\n  \"error\": {\n    \"message\": \"no\"\n  }\n}\n",
      R"({"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"content":"x"}}]})",
      R"({"id":"r","object":"response","output":[]})",
      R"({"type":"message","content":[{"type":"text","text":"x"}]})",
      "[{\"candidates\":[]}]\n",
      "{\"a\":1}\n{\"a\":2}\n",
      std::string("\x7f"
                  "ELF\0\1\2\n\xff\xfe\n",
                  10),
      "data: hello\n\ndata: world\n\n",
      ": nothing but a comment\n\n",
      R"({"stream_id":"s","seq":0,"event":{"type":"TOKEN","ts":1,"value":"x","index":0}})",
      R"({"type":"ERROR","ts":1,"error":{"name":"E","message":"m"}})",
  };
  for (const std::string& text : strangers) {
    INFO(text);
    const Collected got = collect(text);
    CHECK_FALSE(got.status.ok());
    CHECK(got.events.empty());
    CHECK(got.status.error().code == ErrorCode::invalid_argument);
    CHECK(got.status.error().message.rfind("line ", 0) == 0);
    CHECK(mentions(got.status.error().message, "expected a provider's stream"));
    CHECK(collect(text, 1).status.to_string() == got.status.to_string());
  }
  CHECK(mentions(collect("\n<html>\n").status.error().message, "line 2:"));
  CHECK(mentions(collect(strangers[4]).status.error().message, "a whole answer"));
}

TEST_CASE("junk is given up early", "[provider][capture]") {
  provider::Capture capture([](std::uint32_t, const Event&) { return Status(); });
  Status status;
  int fed = 0;
  for (; fed < 100 && status.ok(); ++fed) status = capture.feed("junk\n");
  CHECK(fed < 20);
  CHECK_FALSE(capture.finish().ok());
}

TEST_CASE("a bad line in a stream is reported and skipped", "[provider][capture]") {
  const Strings bad = {"data: {\"id\":\n\n",
                       "data: nonsense\n\n",
                       "<html>\n\n",
                       "data: {\"a\":\"\\ud83d\"}\n\n",
                       "data: {\"a\":\"\xff\"}\n\n",
                       "data: {\"a\":1,\"a\":2}\n\n",
                       "data: {\"a\":1e999}\n\n",
                       "data: {\"a\":" + std::string(5000, '[') + "\n\n",
                       "data: [1]\n\n"};
  for (const std::string& line : bad) {
    INFO(line);
    const Collected got = collect(chat("a") + line + chat("b") + "data: [DONE]\n\n");
    CHECK(got.status.ok());
    CHECK(got.text() == Strings{"a", "b"});
    REQUIRE(got.warnings.size() == 1);
    CHECK(got.warnings[0].rfind("line 3: ", 0) == 0);
    CHECK(got.count<Complete>() == 1);
    const Collected first = collect(line + chat("b"));
    CHECK(first.text() == Strings{"b"});
    CHECK(first.warnings.size() == 1);
  }
}

TEST_CASE("a stream that just stops has no end", "[provider][capture]") {
  const Collected got = collect(chat("a") + "data: {\"id\":\"c\",\"choi");
  CHECK(got.status.ok());
  CHECK(got.text() == Strings{"a"});
  CHECK(got.count<Complete>() == 0);
  CHECK(got.count<ErrorEvent>() == 0);
  CHECK(got.warnings.size() == 1);
}

TEST_CASE("a line cut off inside a character is put together again", "[provider][capture]") {
  const std::string text = chat("\xF0\x9F\x98\x80") + chat("\xEF\xBF\xBD");
  for (std::size_t piece = 1; piece < text.size(); ++piece)
    REQUIRE(collect(text, piece).text() == Strings{"\xF0\x9F\x98\x80", "\xEF\xBF\xBD"});
}

TEST_CASE("a payload of 60 MiB is taken, one above the limit skipped", "[provider][capture]") {
  const std::string large = chat(std::string(60U << 20U, 'x'));
  CHECK(collect(large, 1 << 16).text().front().size() == 60U << 20U);
  const Collected got =
      collect(chat("a") + chat(std::string(65U << 20U, 'x')) + chat("b"), 1 << 16);
  CHECK(got.text() == Strings{"a", "b"});
  REQUIRE(got.warnings.size() == 1);
  CHECK(mentions(got.warnings[0], "line 3: longer than 64 MiB"));
}

TEST_CASE("choices nobody has are no reason to fail", "[provider][capture]") {
  const Collected got = collect(
      chat("a") + R"(data: {"choices":[{"index":-1,"delta":{"content":"x"}},)"
                  R"({"index":4000000000,"delta":{"content":"x"}},{"index":"1","delta":{}}]})"
                  "\n\n");
  CHECK(got.status.ok());
  CHECK(got.text() == Strings{"a"});
  CHECK(got.events.size() == 2);
  CHECK(got.warnings == Strings{"line 3: choice -1 is no index; skipped",
                                "line 3: choice 4000000000 is beyond the 1024 that are kept; "
                                "skipped"});
  const Collected gemini =
      collect(R"({"candidates":[{"index":1024,"content":{"parts":[{"text":"x"}]}},)"
              R"({"index":1023,"content":{"parts":[{"text":"y"}]}}]})");
  CHECK(gemini.text(1023) == Strings{"y"});
  CHECK(gemini.warnings ==
        Strings{"line 1: choice 1024 is beyond the 1024 that are kept; skipped"});
}

TEST_CASE("every bad line is reported, by the call that met it", "[provider][capture]") {
  constexpr int kBadLines = 3000;
  provider::Capture capture([](std::uint32_t, const Event&) { return Status(); });
  REQUIRE(capture.feed(chat("a")).ok());
  for (int i = 0; i < kBadLines; i += 2) {
    REQUIRE(capture.feed("<html>\n<body>\n").ok());
    REQUIRE(capture.warnings().size() == 2);
    REQUIRE(capture.warnings()[1].rfind("line " + std::to_string(i + 4) + ": ", 0) == 0);
  }
  REQUIRE(capture.feed(chat("b")).ok());
  CHECK(capture.warnings().empty());
  REQUIRE(capture.feed("data: nonsense").ok());
  CHECK(capture.finish().ok());
  CHECK(capture.warnings().size() == 1);
}

TEST_CASE("what is no time is no ts", "[provider][capture]") {
  for (const std::string created : {"1e307", "1e15", "-5", "null", "\"soon\"", "0"}) {
    INFO(created);
    const Collected got =
        collect(R"({"created":)" + created + R"(,"choices":[{"delta":{"content":"x"}}]})");
    REQUIRE(got.events.size() == 2);
    CHECK(got.events[1].second.ts_ms == 0);
  }
  const Collected mended =
      collect(sse({R"({"created":1e307,"choices":[]})",
                   R"({"created":7.5,"choices":[{"delta":{"content":"x"}}]})"}));
  CHECK(mended.events.back().second.ts_ms == 7500);
}

TEST_CASE("the clock given is asked for every event", "[provider][capture]") {
  provider::CaptureOptions options;
  options.clock = [now = 0.0]() mutable { return now += 1; };
  const Collected got = collect(chat("a") + chat("b"), 0, std::move(options));
  REQUIRE(got.events.size() == 3);
  CHECK(got.events[2].second.ts_ms == 3);
  CHECK(collect(chat("a")).events[1].second.ts_ms == 0);
}

TEST_CASE("the sink's failure stops everything and comes back", "[provider][capture]") {
  int given = 0;
  provider::Capture capture([&given](std::uint32_t, const Event&) {
    Error error;
    error.code = ErrorCode::io;
    error.message = "no room";
    return ++given == 2 ? Status(error) : Status();
  });
  CHECK(capture.feed(chat("a") + chat("b")).error().code == ErrorCode::io);
  CHECK(capture.feed(chat("c")).error().code == ErrorCode::io);
  CHECK(capture.finish().error().code == ErrorCode::io);
  CHECK(given == 2);
  CHECK(capture.events() == 1);
}

TEST_CASE("a body kept in base64 is unwrapped", "[provider][capture]") {
  const std::string text =
      "ZGF0YTogeyJpZCI6ImMiLCJjaG9pY2VzIjpbeyJkZWx0YSI6eyJjb250ZW50\r\n"
      "IjoiYSJ9fV19Cg==\n";
  CHECK(collect(text).text() == Strings{"a"});
  CHECK(collect(text, 1).text() == Strings{"a"});
  CHECK(provider::looks_like_capture(text));
  const Collected broken = collect(text.substr(0, 62) + "!!" + text.substr(62));
  CHECK_FALSE(broken.status.ok());
  CHECK(mentions(broken.status.error().message, "base64"));
  CHECK_FALSE(collect("ZGF0").status.ok());
}

TEST_CASE("captures are told from reel's own lines", "[provider][capture]") {
  for (const char* yes :
       {"data: x", "event: x\n", ": ping\n", "id: 1\ndata: {}",
        "\xEF\xBB\xBF"
        "data: {}",
        R"({"choices":[{"delta":{"content":"x"}}]})", R"({"choices":[{"delta":{"conte)",
        R"({"type":"message_start","message":{}})", "\n\n{\"error\":\"x\"}\n"}) {
    INFO(yes);
    CHECK(provider::looks_like_capture(yes));
  }
  for (const char* no :
       {"", "[", "[{\"stream_id\":\"s\"}]", "{\"type\":\"TOKEN\",\"ts\":1,\"value\":\"choices\"}",
        R"({"stream_id":"s","seq":0,"event":{"type":"START","ts":1,"options":{"choices":[]}}})",
        R"({"stream_id":"s","seq":0,"event":{"type":"START","ts":1,"options":{"choices")",
        R"({"type":"ERROR","ts":1,"error":{"name":"x","message":"y"}})", "<html>", "hello"}) {
    INFO(no);
    CHECK_FALSE(provider::looks_like_capture(no));
  }
}

TEST_CASE("damaged streams never crash and never give broken JSON", "[provider][capture]") {
  const Strings seeds = {
      chat("a") +
          "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"i\","
          "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"x\"}],"
          "\"usage\":{\"n\":1.0}}\n\ndata: [DONE]\n\n",
      "event: message_start\r\ndata: "
      "{\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\r\n\r\n"
      "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}"
      "\r\n\r\ndata: {\"type\":\"error\",\"error\":{\"type\":\"t\",\"message\":\"m\"}}\r\n\r\n",
      "event: output\ndata: a\ndata: b\n\nevent: done\ndata: {}\n\n",
      "{\"model\":\"l\",\"created_at\":\"2024-05-24T20:57:43.314639Z\",\"response\":\"a\","
      "\"done\":false}\n{\"created_at\":\"\",\"response\":\"\",\"done\":true,\"n\":1}\n",
      "{\"type\":\"response.brand\\u00e9\\\"new\",\"x\":1}\n"};
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20000; ++round) {
    std::string text = seeds[random() % seeds.size()];
    if (random() % 2 == 0) text.resize(random() % text.size());
    for (std::uint64_t i = random() % 4; i > 0 && !text.empty(); --i)
      text[random() % text.size()] =
          random() % 2 == 0 ? static_cast<char>(random()) : "\"\\{}[]:,\r\n u0"[random() % 14];
    const Collected got = collect(text, random() % 9);
    for (const auto& entry : got.events)
      REQUIRE_NOTHROW(nlohmann::json::parse('{' + entry.second.extra + '}').size());
  }
}

TEST_CASE("an answer that is nothing but an error", "[provider][capture]") {
  const Collected alone = collect("{\"error\":\"model not found\"}\n");
  CHECK(alone.dialect == "error");
  REQUIRE(alone.last<ErrorEvent>() != nullptr);
  CHECK(
      std::get<ErrorEvent>(alone.last<ErrorEvent>()->body).error ==
      R"({"name":"ProviderError","message":"model not found","metadata":{"error":"model not found"}})");
  CHECK(alone.events.front().second.type() == EventType::start);
}

}  // namespace reel::test
