// The elements of an array, whole or damaged.
#include "json/element_walk.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/parsing.hpp"

using namespace reel;
using namespace reel::test;

namespace {

struct Walked {
  std::vector<std::string> elements;
  Status status;
};

Walked walk(const std::string& text) {
  json::ElementWalk walk(text);
  Walked walked;
  while (const auto element = walk.next()) walked.elements.emplace_back(*element);
  CHECK_FALSE(walk.next());
  walked.status = walk.status();
  return walked;
}

using Elements = std::vector<std::string>;

}  // namespace

TEST_CASE("the elements of an array are cut out as written", "[json]") {
  CHECK(walk("[]").elements.empty());
  CHECK(walk(" [ ] \n").status.ok());
  const Walked several = walk("\n[ {\"a\" : \"]},[\\\"\"} ,[1,[2]],\n\"x,y\", 7 ,nonsense]\n");
  CHECK(several.status.ok());
  CHECK(several.elements ==
        Elements{"{\"a\" : \"]},[\\\"\"}", "[1,[2]]", "\"x,y\"", "7", "nonsense"});
}

TEST_CASE("a broken array gives what came before, and where it is broken", "[json]") {
  struct Broken {
    std::string text;
    Elements before;
    std::uint64_t offset;
  };
  const std::vector<Broken> table = {
      {"", {}, 0},
      {"{}", {}, 0},
      {"[", {}, 1},
      {"[1", {"1"}, 2},
      {"[1,", {"1"}, 3},
      {"[1,]", {"1"}, 3},
      {"[1 2]", {"1"}, 3},
      {"[1] x", {"1"}, 4},
      {"[1}", {"1"}, 2},
      {"[{},,{}]", {"{}"}, 4},
      {"[][]", {}, 2},
      {"[,1]", {}, 1},
      {"[1,{\"a\":[2}]", {"1", "{\"a\":[2}]"}, 12},
      {"[1,\"x", {"1", "\"x"}, 5},
  };
  for (const Broken& broken : table) {
    CAPTURE(broken.text);
    const Walked walked = walk(broken.text);
    CHECK(walked.elements == broken.before);
    REQUIRE_FALSE(walked.status.ok());
    CHECK(walked.status.error().code == ErrorCode::invalid_argument);
    CHECK(walked.status.error().offset == broken.offset);
  }
  const std::string no_end("[\0", 2);
  CHECK_FALSE(walk(no_end).status.ok());
  CHECK_FALSE(walk(std::string("[1]\0", 4)).status.ok());
}

TEST_CASE("elements are parsed one by one", "[json]") {
  const std::string good = R"({"type":"X","ts":1})";
  const std::string text = "[" + good + ",{\"type\":\"X\"}, 7,\n" + good + "," + good + " {";
  json::Parser parser;
  std::vector<std::size_t> offsets;
  std::string kinds;
  const Status status =
      parser.parse_elements(text, [&](std::size_t offset, const Result<json::ParsedLine>& element) {
        offsets.push_back(offset);
        kinds += element ? '+' : '-';
      });
  CHECK(kinds == "+--++");
  CHECK(offsets == std::vector<std::size_t>{1, 21, 35, 38, 58});
  CHECK_THAT(status.error().message, says("comma"));
  CHECK(status.error().offset == text.size() - 1);
}
