// Against the published vectors of SipHash-2-4-128, and any split of the input against one piece.
#include "segment/content_hash.hpp"

#include <random>
#include <string>

#include "support/catch.hpp"

namespace reel::segment {
namespace {

// The vectors' key: bytes 00 01 .. 0f.
constexpr Uuid kKey{0x0f0e0d0c0b0a0908, 0x0706050403020100};

std::string hex(const Uuid& hash) {
  std::string out;
  for (const std::uint64_t word : {hash.low, hash.high}) {
    for (unsigned i = 0; i < 8; ++i) {
      constexpr const char* kDigits = "0123456789abcdef";
      out.push_back(kDigits[(word >> (8 * i + 4)) & 15]);
      out.push_back(kDigits[(word >> (8 * i)) & 15]);
    }
  }
  return out;
}

TEST_CASE("SipHash-2-4-128 gives its authors' vectors", "[segment]") {
  SipHash128<2, 4> hash(kKey);
  CHECK(hex(hash.digest()) == "a3817f04ba25a8e66df67214c7550293");
  hash.update(std::string_view("\0", 1));
  CHECK(hex(hash.digest()) == "da87c1d86b99af44347659119b22fc45");
}

TEST_CASE("a content hashed in pieces is the same content", "[segment]") {
  std::mt19937_64 random(11);
  std::string text;
  for (int i = 0; i < 400; ++i) text.push_back(static_cast<char>(random()));
  ContentHash whole(kKey);
  whole.update(text);
  for (int round = 0; round < 2000; ++round) {
    ContentHash pieces(kKey);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t take = std::min<std::size_t>(random() % 21, text.size() - at);
      if (take <= 8) {
        std::uint64_t word = random();
        std::memcpy(&word, text.data() + at, take);
        pieces.update_word(word, take);
      } else {
        pieces.update({text.data() + at, take});
      }
      at += take;
    }
    REQUIRE(pieces == whole);
    REQUIRE(pieces.digest() == whole.digest());
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    ContentHash hash(kKey);
    hash.update(other);
    REQUIRE(!(hash.digest() == whole.digest()));
  }
}

}  // namespace
}  // namespace reel::segment
