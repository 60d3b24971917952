#include "provider/sse_framing.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace reel::provider {
namespace {

struct Framed {
  std::vector<std::string> payloads;  // "line|event|data"
  std::vector<std::string> skipped;   // "line|why"
  bool operator==(const Framed& other) const {
    return payloads == other.payloads && skipped == other.skipped;
  }
};

// Fed in the pieces given.
Framed frame(const std::vector<std::string_view>& pieces) {
  Framed out;
  SseFraming framing({[&out](const Payload& payload) {
                        out.payloads.push_back(std::to_string(payload.line) + '|' +
                                               std::string(payload.event_name) + '|' +
                                               std::string(payload.data));
                      },
                      [&out](std::uint64_t line, std::string_view why) {
                        out.skipped.push_back(std::to_string(line) + '|' + std::string(why));
                      }});
  for (const std::string_view piece : pieces) framing.feed(piece);
  framing.finish();
  return out;
}

Framed frame(std::string_view text) { return frame(std::vector<std::string_view>{text}); }

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("an event is its data lines up to the empty line", "[provider][framing]") {
  CHECK(frame("data: a\n\ndata: b\n\n").payloads == Strings{"1||a", "3||b"});
  CHECK(frame("data: a\ndata: b\n\n").payloads == Strings{"1||a\nb"});
  CHECK(frame("data:a\n\ndata:  b\n\n").payloads == Strings{"1||a", "3|| b"});
  CHECK(frame("data\n\n").payloads == Strings{"1||"});
  CHECK(frame("event: ping\ndata: {}\n\ndata: x\n\n").payloads == Strings{"2|ping|{}", "4||x"});
  CHECK(frame("event: ping\n\ndata: x\n\n").payloads == Strings{"3||x"});
  CHECK(frame(": hello\nid: 7\nretry: 10\ndata: x\n\n").payloads == Strings{"4||x"});
}

TEST_CASE("CR, LF and CRLF end lines", "[provider][framing]") {
  const Strings expected{"1||a", "3||b"};
  CHECK(frame("data: a\r\n\r\ndata: b\r\n\r\n").payloads == expected);
  CHECK(frame("data: a\r\rdata: b\r\r").payloads == expected);
  CHECK(frame("data: a\n\r\ndata: b\r\n\n").payloads == expected);
}

TEST_CASE("what model servers and recordings do beyond the rules", "[provider][framing]") {
  CHECK(frame("\xEF\xBB\xBF"
              "data: a\n\n")
            .payloads == Strings{"1||a"});
  CHECK(frame("data: a").payloads == Strings{"1||a"});
  CHECK(frame("{\"a\":1}\n{\"a\":2}").payloads == Strings{"1||{\"a\":1}", "2||{\"a\":2}"});
  CHECK(frame("data: {\"a\":1}\ndata: {\"a\":2}\ndata: [DONE]\n").payloads ==
        Strings{"1||{\"a\":1}", "2||{\"a\":2}", "3||[DONE]"});
  CHECK(frame("data: {\"a\":[\ndata: {\"b\":1}\ndata: ]}\n\n").payloads ==
        Strings{"1||{\"a\":[\n{\"b\":1}\n]}"});
  CHECK(frame("data: {\"a\":\"}\ndata: {\"}\n\n").payloads == Strings{"1||{\"a\":\"}\n{\"}"});
}

TEST_CASE("lines of no event stream are reported and skipped", "[provider][framing]") {
  CHECK(frame("<html>\ndata: a\n\n").skipped ==
        Strings{"1|neither an SSE field nor a JSON object"});
  CHECK(frame("\n data: a\n").skipped == Strings{"2|an unknown field \" data\""});
  CHECK(frame("<html>\ndata: a\n\n").payloads == Strings{"2||a"});
}

TEST_CASE("any split gives the same payloads", "[provider][framing]") {
  const std::string text =
      "\xEF\xBB\xBF: c\r\nevent: e\r\ndata: \xC3\xA9\xF0\x9F\x98\x80\r\ndata: y\r\n\r\n"
      "data: {\"a\":1}\rdata: {\"b\":\"\xE2\x82\xAC\"}\r\rjunk\n{\"c\":3}\ndata: [DONE]";
  const Framed whole = frame(text);
  REQUIRE(whole.payloads.size() == 5);
  REQUIRE(whole.skipped.size() == 1);
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); ++j) {
      const std::string_view view = text;
      if (!(frame({view.substr(0, i), view.substr(i, j - i), view.substr(j)}) == whole))
        FAIL("split at " << i << " and " << j);
    }
  }
}

TEST_CASE("a line above the limit is skipped, the rest goes on", "[provider][framing]") {
  const std::string piece(1 << 20, 'x');
  std::vector<std::string_view> pieces{"data: a\n\ndata: "};
  for (std::size_t bytes = 0; bytes <= kPayloadBytesMax; bytes += piece.size())
    pieces.push_back(piece);
  pieces.push_back("\n\ndata: b\n\n");
  const Framed out = frame(pieces);
  CHECK(out.payloads == Strings{"1||a", "5||b"});
  CHECK(out.skipped == Strings{"3|longer than 64 MiB"});
}

TEST_CASE("a payload of several lines has the same limit", "[provider][framing]") {
  const std::string half = "data: " + std::string(kPayloadBytesMax / 2, 'x') + '\n';
  const std::string less = half.substr(1 + sizeof("data"));
  const std::string shorter = "data: " + less.substr(2);
  REQUIRE(frame({half, shorter, "\n"}).payloads.size() == 1);
  const Framed out = frame({half, half, half, "\ndata: b\n\n"});
  CHECK(out.payloads == Strings{"5||b"});
  CHECK(out.skipped == Strings{"1|the `data` that begins here is longer than 64 MiB"});
}

}  // namespace reel::provider
