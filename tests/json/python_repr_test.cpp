#include "json/python_repr.hpp"

#include "support/catch.hpp"

namespace reel::json {
namespace {

std::string float_text(double value) {
  std::string text;
  append_python_float(text, value);
  return text;
}
std::string string_text(std::string_view value) {
  std::string text;
  append_python_string(text, value);
  return text;
}
std::string json_text(std::string_view value) {
  std::string text;
  append_python_json(text, value);
  return text;
}

TEST_CASE("floats as Python writes them") {
  CHECK(float_text(0) == "0.0");
  CHECK(float_text(-0.0) == "-0.0");
  CHECK(float_text(1000) == "1000.0");
  CHECK(float_text(1.5) == "1.5");
  CHECK(float_text(1732300000123.456) == "1732300000123.456");
  CHECK(float_text(0.0001) == "0.0001");
  CHECK(float_text(0.00012) == "0.00012");
  CHECK(float_text(0.00001) == "1e-05");
  CHECK(float_text(-0.000015) == "-1.5e-05");
  CHECK(float_text(9999999999999998) == "9999999999999998.0");
  CHECK(float_text(1e16) == "1e+16");
  CHECK(float_text(1.25e+100) == "1.25e+100");
  CHECK(float_text(5e-324) == "5e-324");
  CHECK(float_text(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(float_text(123456789012345680) == "1.2345678901234568e+17");
}

TEST_CASE("strings as Python writes them") {
  CHECK(string_text("plain \xC3\xA9 \xF0\x9F\x98\x80") == "'plain \xC3\xA9 \xF0\x9F\x98\x80'");
  CHECK(string_text("it's") == R"("it's")");
  CHECK(string_text(R"(it's "bad")") == R"('it\'s "bad"')");
  CHECK(string_text(R"(a "b")") == R"('a "b"')");
  CHECK(string_text("\n\r\t\\") == R"('\n\r\t\\')");
  CHECK(string_text(std::string_view("\0\x1F\x7F", 3)) == R"('\x00\x1f\x7f')");
  CHECK(string_text("\xC2\xA0\xE2\x80\xA8") == R"('\xa0\u2028')");
  CHECK(string_text("\xF3\xB0\x80\x80") == R"('\U000f0000')");
  CHECK(string_text("\xFF") == "'\xEF\xBF\xBD'");
}

TEST_CASE("JSON values as Python writes them") {
  CHECK(json_text(R"({"rule":"a","n":1,"f":0.5,"ok":null,"t":true,"l":[false,{}]})") ==
        "{'rule': 'a', 'n': 1, 'f': 0.5, 'ok': None, 't': True, 'l': [False, {}]}");
  CHECK(json_text("18446744073709551615") == "18446744073709551615");
  CHECK(json_text("-5") == "-5");
  CHECK(json_text("not JSON") == "not JSON");
}

}  // namespace
}  // namespace reel::json
