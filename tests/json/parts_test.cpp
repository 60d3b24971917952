#include "json/parts.hpp"

#include "support/catch.hpp"

namespace reel::json {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("violations come out one by one, as they were written") {
  CHECK(violations(R"({"violations":[]})").empty());
  CHECK(violations(R"({"passed":true,"violations":[{"rule":"a","n":1.50},{"b":[1,{"c":2}]}]})") ==
        Texts{R"({"rule":"a","n":1.50})", R"({"b":[1,{"c":2}]})"});
  CHECK(violations(R"( { "x" : "[{\"" , "violations" : [ { "z": 1, "a" : "]},{ x" } , 7 ] } )") ==
        Texts{R"({"z":1,"a":"]},{ x"})", "7"});
  CHECK(violations(R"({"violations":[{"big":9007199254740993,"f":1e2,"s":"\u0041"}]})") ==
        Texts{R"({"big":9007199254740993,"f":1e2,"s":"\u0041"})"});
  CHECK(violations(R"({"violat\u0069ons":[{"a":1}],"other":[{"b":2}]})") == Texts{R"({"a":1})"});
}

TEST_CASE("what holds no violations gives none") {
  for (const char* text :
       {"", "{}", "[]", "null", "{", "{\"violations\":", R"({"violations":null})",
        R"({"violations":{"a":1}})", R"({"inner":{"violations":[{}]}})", "\xff",
        R"({"violations":[{}]} x)"}) {
    INFO(text);
    CHECK(violations(text).empty());
  }
  CHECK(violations({}).empty());  // nor does a view of nothing
}

TEST_CASE("drift is detected only by true") {
  CHECK(detected(R"({"types":["tone"],"detected":true})"));
  for (const char* text : {"", "{}", R"({"detected":false})", R"({"detected":"true"})",
                           R"({"detected":null})", R"({"a":{"detected":true}})", "[true]"}) {
    INFO(text);
    CHECK_FALSE(detected(text));
  }
}

TEST_CASE("an error's members") {
  const auto error = serialized_error(
      R"({"message":"timed \"out\"","name":"TimeoutError","code":"E1","stack":"a\nb",)"
      R"( "metadata":{ "z": 1.0, "a": [ ] },"extra":1})");
  CHECK(error.name == "TimeoutError");
  CHECK(error.message == "timed \"out\"");
  CHECK(error.code == "E1");
  CHECK(error.stack == "a\nb");
  CHECK(error.metadata == R"({"z":1.0,"a":[]})");
}

TEST_CASE("absent and null members of an error") {
  for (const char* text : {"", "{}", R"({"code":null,"stack":null,"metadata":null})", "broken"}) {
    const auto error = serialized_error(text);
    INFO(text);
    CHECK(error.name.empty());
    CHECK(error.message.empty());
    CHECK_FALSE(error.code);
    CHECK_FALSE(error.stack);
    CHECK_FALSE(error.metadata);
  }
  CHECK(serialized_error(R"({"code":404})").code == "404");
}

}  // namespace
}  // namespace reel::json
