#include "base/utf8.hpp"

#include <string>

#include "support/catch.hpp"

using reel::base::utf8_step;
using reel::base::valid_utf8;

TEST_CASE("well-formed UTF-8 is told from the rest", "[base][utf8]") {
  for (const char* good :
       {"", "plain ascii, longer than a word", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
        "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    INFO(good);
    CHECK(valid_utf8(good));
  }
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF", "eight ok\xFE"}) {
    INFO(bad);
    CHECK_FALSE(valid_utf8(bad));
    CHECK_FALSE(valid_utf8(std::string("12345678") + bad + "12345678"));
  }
  CHECK(valid_utf8(std::string(3, '\0')));
}

TEST_CASE("a broken character reaches as far as it could have been one", "[base][utf8]") {
  CHECK(utf8_step("\xF0\x9F\x98\x80!").bytes == 4);
  CHECK(utf8_step("\xF0\x9F\x98!").bytes == 3);
  CHECK_FALSE(utf8_step("\xF0\x9F\x98!").valid);
  CHECK(utf8_step("\xED\xA0\x80").bytes == 1);
  CHECK(utf8_step("\xE2\x82").bytes == 2);
  CHECK(utf8_step("\xC0\xAF").bytes == 1);
}
