#include "support/random_event.hpp"

#include <bit>
#include <cmath>

namespace reel::test {
namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

}  // namespace

std::string RandomEvents::text() {
  static constexpr std::uint32_t kLimits[] = {0x20, 0x80, 0x80, 0x80, 0x800, 0x10000, 0x110000};
  std::string text;
  for (std::uint64_t left = below(coin() ? 8 : 300); left > 0; --left) {
    const auto c = static_cast<std::uint32_t>(below(kLimits[below(std::size(kLimits))]));
    append_utf8(text, c >= 0xD800 && c < 0xE000 ? '"' : c);
  }
  return text;
}

std::int64_t RandomEvents::integer() {
  switch (below(4)) {
    case 0:
      return static_cast<std::int64_t>(random_());
    case 1:
      return coin() ? INT64_MAX : INT64_MIN;
    default:
      return static_cast<std::int64_t>(below(2000)) - 100;
  }
}

double RandomEvents::ts() {
  switch (below(5)) {
    case 0:
      return static_cast<double>(1705619139899000 + static_cast<std::int64_t>(below(1000000))) /
             1000;
    case 1:
      return static_cast<double>(integer());
    case 2:
      return coin() ? -0.0 : 5e-324;
    default: {
      const auto any = std::bit_cast<double>(random_());
      return std::isfinite(any) ? any : 1705619139921.994;
    }
  }
}

std::string RandomEvents::json_string() {
  static constexpr const char* kWritten[] = {R"("a")",
                                             R"("")",
                                             R"("\"")",
                                             R"("\\")",
                                             R"("\u00e9\ud83d\ude00")",
                                             R"("\u0000 \/ x")",
                                             "\"\xC3\xA9 : , { [\"",
                                             R"("\\\" }")"};
  return kWritten[below(std::size(kWritten))];
}

std::string RandomEvents::json_number() {
  static constexpr const char* kWritten[] = {"0",
                                             "-0",
                                             "1",
                                             "1.0",
                                             "1.10",
                                             "1e5",
                                             "1E+05",
                                             "0.1",
                                             "-1.5",
                                             "1e-7",
                                             "18446744073709551615",
                                             "-9223372036854775808"};
  return kWritten[below(std::size(kWritten))];
}

std::string RandomEvents::json(int depth) {
  switch (below(depth > 0 ? 7 : 5)) {
    case 0:
      return "null";
    case 1:
      return coin() ? "true" : "false";
    case 2:
    case 3:
      return json_number();
    case 4:
      return json_string();
    case 5:
      return object(depth - 1);
    default: {
      std::string array = "[";
      for (std::uint64_t i = 0, n = below(4); i < n; ++i) {
        array.append(i == 0 ? "" : ",").append(json(depth - 1));
      }
      return array + "]";
    }
  }
}

std::string RandomEvents::members(const char* prefix, int depth) {
  std::string out;
  for (std::uint64_t i = 0, n = below(4); i < n; ++i) {
    if (i != 0) out += ",";
    // Descending, so that sorted keys would show.
    out.append("\"").append(prefix).append(std::to_string(9 - i)).append("\":");
    out.append(json(depth));
  }
  return out;
}

std::string RandomEvents::object(int depth) {
  return std::string("{").append(members("k", depth)).append("}");
}

EventBody RandomEvents::body() {
  const auto make_text = [this] { return text(); };
  const auto make_integer = [this] { return integer(); };
  switch (below(12)) {
    case 0:
      return Start{coin() ? object() : ""};
    case 1:
    case 2:
      return Token{text(), integer(), coin() ? "reasoning" : "", maybe<std::int64_t>(make_integer)};
    case 3:
      return Checkpoint{text(), integer()};
    case 4:
      return Guardrail{coin() ? object() : "", maybe<std::int64_t>(make_integer),
                       maybe<std::string>(make_text)};
    case 5:
      return Drift{coin() ? object() : "", maybe<std::int64_t>(make_integer)};
    case 6:
      return Retry{text(), integer(), maybe<bool>([this] { return coin(); }),
                   maybe<std::string>([this] { return json_number(); })};
    case 7:
      return Fallback{integer(), maybe<std::int64_t>(make_integer), maybe<std::string>(make_text)};
    case 8:
      return Continuation{text(), integer()};
    case 9:
      return Complete{text(), integer()};
    case 10:
      return ErrorEvent{coin() ? object() : "", maybe<std::string>(make_text),
                        maybe<std::string>(make_text), maybe<std::string>(make_text)};
    default:
      return Opaque{coin() ? "GAP" : text() + "x"};
  }
}

Event RandomEvents::event() {
  Event event;
  event.ts_ms = ts();
  event.body = body();
  event.extra = members("extra", 2);
  event.envelope_extra = members("about", 2);
  return event;
}

Event RandomEvents::gap() {
  Event event;
  event.ts_ms = ts();
  event.body = Gap{1 + below(1000000), coin() ? "import" : "overflow"};
  return event;
}

}  // namespace reel::test
