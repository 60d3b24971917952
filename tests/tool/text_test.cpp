#include "reel/text.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace reel::tool;

TEST_CASE("data is harmless on a terminal", "[tool]") {
  CHECK(escaped("plain text, \xc3\xa9 and \xf0\x9f\x98\x80") ==
        "plain text, \xc3\xa9 and \xf0\x9f\x98\x80");
  CHECK(escaped(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(escaped("\x1b[31mred") == "\\x1b[31mred");
  CHECK(escaped("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(escaped("a\nb\tc\rd", true) == "a\nb\tc\\rd");
  CHECK(escaped("\xc2\x9b") == "\\x9b");                // C1: a CSI in one character
  CHECK(escaped("\xe2\x80\xae") == "\\u202e");          // right-to-left override
  CHECK(escaped("\xff\xc3(") == "\\xff\\xc3(");         // not UTF-8
  CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
}

TEST_CASE("what JSON lets through is harmless on a terminal", "[tool]") {
  CHECK(harmless("{\"a\":\"\\u001b \xc3\xa9\"}\n\t") == "{\"a\":\"\\u001b \xc3\xa9\"}\n\t");
  CHECK(harmless("\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8f\xe2\x81\xa9") ==
        "\\u007f\\u009b\\u202e\\u200f\\u2069");
  CHECK(harmless("\x1b[1mbold\x1b[0m") == "\x1b[1mbold\x1b[0m");  // colours are reel's own
  CHECK(harmless("\xff") == "\xff");
}

TEST_CASE("valid UTF-8 is told from the rest", "[tool]") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xf4\x90\x80\x80", "\xfe"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("numbers are written for people", "[tool]") {
  CHECK(human_bytes(0) == "0 B");
  CHECK(human_bytes(1536) == "1.5 KiB");
  CHECK(human_bytes(5.0 * (1 << 30)) == "5.0 GiB");
  CHECK(human_count(0) == "0");
  CHECK(human_count(999) == "999");
  CHECK(human_count(1000) == "1,000");
  CHECK(human_count(18446744073709551615ULL) == "18,446,744,073,709,551,615");
  CHECK(human_seconds(0.25) == "250 ms");
  CHECK(human_seconds(3661 * 2) == "2 h 02 min");
  CHECK(plural(1, "event") == "1 event");
  CHECK(plural(2, "event") == "2 events");
}

TEST_CASE("times are UTC, whatever the double holds", "[tool]") {
  CHECK(human_time(1705619139921.994) == "2024-01-18 23:05:39.921");
  CHECK(human_time(951782400000.0) == "2000-02-29 00:00:00.000");
  CHECK(human_time(0) == "0 ms");
  CHECK(human_time(-5) == "-5 ms");
  CHECK(human_time(1e300) == "1e+300 ms");
}

TEST_CASE("a mistyped word finds its neighbour", "[tool]") {
  const std::vector<std::string> verbs = {"record", "import", "export", "ls", "verify"};
  CHECK(closest("improt", verbs) == "import");
  CHECK(closest("exprt", verbs) == "export");
  CHECK(closest("verfiy", verbs) == "verify");
  CHECK(closest("rec", verbs) == "record");
  CHECK(closest("list", verbs) == "");
  CHECK(closest("zzzzzz", verbs) == "");
  CHECK(closest("", verbs) == "");
}
