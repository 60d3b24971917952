// Members of objects, by key and path.
#include <cmath>

#include "reel/json_object.hpp"
#include "support/catch.hpp"

using namespace reel;
using Texts = std::vector<std::string>;

TEST_CASE("a member is had only as what it is", "[json]") {
  const char* object = R"({"s":"a\u00e9","i":1,"d":1.0,"t":true,"n":null,"l":[1],"o":{}})";
  CHECK(json::get_string(object, "s") == "a\xC3\xA9");
  CHECK(json::get_integer(object, "i") == 1);
  CHECK(json::get_unsigned(object, "i") == 1u);
  CHECK(json::get_double(object, "i") == 1.0);
  CHECK(json::get_double(object, "d") == 1.0);
  CHECK(json::get_bool(object, "t") == true);
  for (const char* other : {"i", "d", "t", "n", "l", "o", "missing"}) {
    INFO(other);
    CHECK_FALSE(json::get_string(object, other));
  }
  for (const char* other : {"s", "d", "t", "n", "l", "o", "missing"}) {
    INFO(other);
    CHECK_FALSE(json::get_integer(object, other));
    CHECK_FALSE(json::get_unsigned(object, other));
  }
  for (const char* other : {"s", "t", "n", "l", "o", "missing"}) {
    CHECK_FALSE(json::get_double(object, other));
  }
  for (const char* other : {"s", "i", "d", "n", "l", "o", "missing"}) {
    CHECK_FALSE(json::get_bool(object, other));
  }
  CHECK(json::get_string(std::string_view(R"({"z":"a\u0000b"})"), "z") == std::string("a\0b", 3));
}

TEST_CASE("integers are exact at their limits, or absent", "[json]") {
  const char* object = R"({"min":-9223372036854775808,"max":9223372036854775807,)"
                       R"("over":9223372036854775808,"umax":18446744073709551615,)"
                       R"("odd":9007199254740993,"zero":-0,"e":1e3})";
  CHECK(json::get_integer(object, "min") == INT64_MIN);
  CHECK(json::get_integer(object, "max") == INT64_MAX);
  CHECK(json::get_integer(object, "odd") == 9007199254740993);
  CHECK_FALSE(json::get_integer(object, "over"));
  CHECK_FALSE(json::get_integer(object, "umax"));
  CHECK_FALSE(json::get_integer(object, "e"));
  CHECK(json::get_unsigned(object, "umax") == UINT64_MAX);
  CHECK(json::get_unsigned(object, "over") == std::uint64_t{1} << 63);
  CHECK_FALSE(json::get_unsigned(object, "min"));
  CHECK(json::get_double(object, "umax") == 18446744073709551616.0);
  CHECK(json::get_double(object, "e") == 1000.0);
  CHECK(std::signbit(*json::get_double(object, "zero")));
}

TEST_CASE("any value is had as it was written", "[json]") {
  const char* object = R"( { "a" : [ 1.10 , {"z" : 1E5 , "b":"\u0041 c" } ] , "s" : "\/" } )";
  CHECK(json::get_text(object, "a") == R"([1.10,{"z":1E5,"b":"\u0041 c"}])");
  CHECK(json::get_text(object, "s") == R"("\/")");
  CHECK(json::get_text(object, "") == R"({"a":[1.10,{"z":1E5,"b":"\u0041 c"}],"s":"\/"})");
  CHECK_FALSE(json::get_text(object, "b"));
}

TEST_CASE("dots go into objects, after the path as a key", "[json]") {
  const char* object = R"({"metadata":{"user":{"id":"u1"},"user.name":"n"},"a.b":{"c.d":4},)"
                       R"("x":{"y":1},"x.y":2,"p":7,"p.q":{"r":8},"f":{"g":{}},"f.g":{"h":9}})";
  CHECK(json::get_string(object, "metadata.user.id") == "u1");
  CHECK(json::get_string(object, "metadata.user.name") == "n");
  CHECK(json::get_integer(object, "a.b.c.d") == 4);
  CHECK(json::get_integer(object, "x.y") == 2);
  CHECK(json::get_integer(object, "p.q.r") == 8);
  CHECK(json::get_integer(object, "f.g.h") == 9);  // the other way to read it leads nowhere
  for (const char* nowhere : {"metadata.user.id.x", "metadata..id", ".", "metadata.", ".metadata",
                              "x.z", "p.q.r.s", "a.b.c"}) {
    INFO(nowhere);
    CHECK_FALSE(json::get_text(object, nowhere));
  }
  CHECK(json::get_integer(R"({"":{"":1}})", ".") == 1);
  CHECK(json::get_integer(R"({"l":[{"a":1}]})", "l.0.a") == std::nullopt);
}

TEST_CASE("elements and keys", "[json]") {
  const char* object = R"({"l":[ 1.0 , "a\u0041", {"b" : [] } ],"e":[],"o":{"z":1,"\u0061":2}})";
  const auto elements = json::get_elements(object, "l");
  CHECK(elements == Texts{"1.0", R"("a\u0041")", R"({"b":[]})"});
  CHECK(json::get_string(elements->at(1), "") == "aA");
  CHECK(json::get_double(elements->at(0), "") == 1.0);
  CHECK(json::get_elements(elements->at(2), "b") == Texts{});
  CHECK(json::get_elements(object, "e") == Texts{});
  CHECK_FALSE(json::get_elements(object, "o"));
  CHECK(json::get_keys(object, "") == Texts{"l", "e", "o"});
  CHECK(json::get_keys(object, "o") == Texts{"z", "a"});
  CHECK_FALSE(json::get_keys(object, "l"));
}

TEST_CASE("text that is no JSON has no members", "[json]") {
  for (const char* text : {"", "{", "[1]", "null", "7", "\xff", R"({"a":1} x)", R"({"a":})"}) {
    INFO(text);
    CHECK_FALSE(json::get_text(text, "a"));
    CHECK_FALSE(json::get_keys(text, "a"));
  }
}
