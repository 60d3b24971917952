#include "provider/json_tree.hpp"

#include <random>
#include <string>

#include "support/catch.hpp"

namespace reel::provider {

TEST_CASE("members are found in any order and raw text is kept", "[provider][json_tree]") {
  Tree tree;
  REQUIRE(tree.parse(R"( {"b" : [ 1.50 , {"x":null} ] ,"k\"\u0041":"\u00e9\ud83d\ude00\n",
                          "n":18446744073709551615, "t":true,"e":{}} )")
              .empty());
  const Value root = tree.root();
  CHECK(root["t"].is_true());
  CHECK(root["b"].json() == R"([1.50,{"x":null}])");
  CHECK(root["b"].raw() == R"([ 1.50 , {"x":null} ])");
  CHECK(root["k\"A"].text() == "\xC3\xA9\xF0\x9F\x98\x80\n");
  CHECK(root["k\"A"].name() == R"("k\"\u0041")");
  CHECK(root["n"].raw() == "18446744073709551615");
  CHECK_FALSE(root["n"].integer());
  CHECK(root["b"].front().number() == 1.5);
  CHECK_FALSE(root["b"].front().integer());
  CHECK(root["e"].is_empty());
  CHECK_FALSE(root["absent"]["deeper"]);
  CHECK(root["absent"].is_empty());
  CHECK(root.size() == 5);
}

TEST_CASE("what is no single valid JSON object is refused", "[provider][json_tree]") {
  Tree tree;
  for (const char* text : {"",
                           "[1]",
                           "5",
                           "\"x\"",
                           "null",
                           "{",
                           "{\"a\":1",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{\"a\":tru}",
                           "{\"a\":nul}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":1} x",
                           "{\"a\":1}{}",
                           "{\"a\":1e400}",
                           "{\"a\":123456789012345678901234567890}",
                           "{\"a\":\"\x01\"}",
                           "{\"a\":\"\xFF\"}",
                           "{\"a\":\"\xED\xA0\x80\"}",
                           "{\"a\":1,\"a\":2}",
                           "{\"x\":{\"a\":1,\"\\u0061\":2}}"}) {
    INFO(text);
    CHECK_FALSE(tree.parse(text).empty());
    CHECK_FALSE(tree.root());
  }
}

TEST_CASE("lone surrogates are refused, pairs are not", "[provider][json_tree]") {
  Tree tree;
  for (const char* text : {R"({"a":"\ud83d"})", R"({"a":"\ude00"})", R"({"a":"\ude00\ud83d"})",
                           R"({"a":"\ud83dx"})", R"({"\ud83d":1})", R"({"a":["\uDFFF"]})"}) {
    INFO(text);
    CHECK_FALSE(tree.parse(text).empty());
  }
  CHECK(tree.parse(R"({"a":"\ud83d\ude00","b":"\\ud83d"})").empty());
}

TEST_CASE("depth has a limit", "[provider][json_tree]") {
  Tree tree;
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  CHECK(tree.parse(nested(kDepthMax - 1)).empty());
  CHECK_FALSE(tree.parse(nested(kDepthMax)).empty());
  CHECK_FALSE(tree.parse(nested(100000)).empty());
}

TEST_CASE("damaged JSON never gives a tree that is not there", "[provider][json_tree]") {
  const std::string good =
      R"({"id":"x\u00e9","a":[1,2.5e3,{"b":null,"c":[true,false]}],"s":"\"}{","u":{}})";
  Tree tree;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20000; ++round) {
    std::string text = good.substr(0, 1 + random() % good.size());
    for (std::uint64_t i = random() % 3; i > 0; --i)
      text[random() % text.size()] = static_cast<char>(random());
    const bool ok = tree.parse(text).empty();
    REQUIRE(ok == static_cast<bool>(tree.root()));
    for (const Value member : tree.root()) REQUIRE(member.raw().size() <= text.size());
  }
}

}  // namespace reel::provider
