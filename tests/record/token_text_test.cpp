// Every length of text that takes a way of its own, and its neighbours, against a plain copy. The
// source ends where its allocation ends, so that AddressSanitizer sees a read beyond it.
#include "record/token_text.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

namespace reel::record {
namespace {

constexpr std::size_t kBefore = 36;  // where a frame's header stands
constexpr char kOld = '\x5a';

std::string copied(std::size_t bytes) {
  const auto text = std::make_unique<char[]>(bytes);
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('A' + i % 50);
  std::string memory(kBefore + bytes + 3 + 2 * kTextSlack, kOld);
  copy_text(memory.data() + kBefore, text.get(), bytes);
  return memory;
}

TEST_CASE("copied text is followed by zeros up to a multiple of four", "[record]") {
  for (std::size_t bytes = 0; bytes < 200; ++bytes) {
    CAPTURE(bytes);
    const std::string memory = copied(bytes);
    const std::size_t frame_end = kBefore + (bytes + 3) / 4 * 4;
    REQUIRE(memory.substr(0, kBefore) == std::string(kBefore, kOld));
    for (std::size_t i = 0; i < bytes; ++i) {
      REQUIRE(memory[kBefore + i] == static_cast<char>('A' + i % 50));
    }
    for (std::size_t i = kBefore + bytes; i < frame_end; ++i) REQUIRE(memory[i] == '\0');
    const std::string behind = memory.substr(frame_end + kTextSlack);
    REQUIRE(behind == std::string(behind.size(), kOld));
  }
}

TEST_CASE("a text of nothing is read from nowhere", "[record]") {
  std::string memory(2 * kTextSlack, kOld);
  copy_text(memory.data(), nullptr, 0);
  REQUIRE(memory.substr(kTextSlack) == std::string(kTextSlack, kOld));
}

}  // namespace
}  // namespace reel::record
