#include <string>

#include "catalog/catalog.hpp"
#include "support/catch.hpp"

namespace reel::catalog {
namespace {

const Records kSample = {{"key", "value"},
                         {"empty", ""},
                         {"key", "again"},
                         {"path", "a\nb\\n c\\"},
                         {"nul", std::string("\0x", 2)}};

TEST_CASE("records come back in order, repeated keys and odd values included") {
  const std::string text = encode_records("reel test", kSample);
  const auto records = decode_records("reel test", text, "f");
  REQUIRE(records.ok());
  CHECK(*records == kSample);
  CHECK(text.starts_with("reel test\nkey value\nempty \n"));
  CHECK(text.find("\nchecksum ") != std::string::npos);
}

TEST_CASE("records notice every changed byte") {
  const std::string text = encode_records("reel test", kSample);
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = text;
      changed[at] = static_cast<char>(value);
      if (changed == text) continue;
      INFO("byte " << at << " became " << value);
      REQUIRE_FALSE(decode_records("reel test", changed, "f").ok());
    }
  }
}

TEST_CASE("records notice every cut and every addition") {
  const std::string text = encode_records("reel test", kSample);
  for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
    INFO("cut at " << bytes);
    REQUIRE_FALSE(decode_records("reel test", text.substr(0, bytes), "f").ok());
  }
  for (const char* tail : {"\n", " ", "x", "key value\n"}) {
    CHECK_FALSE(decode_records("reel test", text + tail, "f").ok());
  }
  CHECK_FALSE(decode_records("reel test", text + text, "f").ok());
}

TEST_CASE("records of another kind are refused, with the file's name") {
  const auto records = decode_records("reel b", encode_records("reel a", kSample), "some/file");
  REQUIRE_FALSE(records.ok());
  CHECK(records.error().code == ErrorCode::damaged);
  CHECK(records.error().file == "some/file");
}

}  // namespace
}  // namespace reel::catalog
