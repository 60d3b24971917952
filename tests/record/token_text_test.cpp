// Every length of text that takes a way of its own, and its neighbours, against a plain copy, by
// each of the two ways. The source ends where a page that must not be touched begins, or where its
// allocation ends, so that AddressSanitizer sees a read beyond it.
#include "record/token_text.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reel::record {
namespace {

constexpr std::size_t kBefore = 36;  // where a frame's header stands
constexpr char kOld = '\x5a';

using Copy = std::function<void(char* to, const char* from, std::size_t bytes)>;

// What this processor can do.
std::vector<Copy> copies() {
  std::vector<Copy> all{copy_text};
#if REEL_MASKS
  if (has_masks()) all.emplace_back(copy_text_masked);
#endif
  return all;
}

std::string copied(const Copy& copy, const char* text, std::size_t bytes) {
  std::string memory(kBefore + bytes + 3 + 2 * kTextSlack, kOld);
  copy(memory.data() + kBefore, text, bytes);
  return memory;
}

void check_copied(const std::string& memory, std::string_view text) {
  const std::size_t frame_end = kBefore + (text.size() + 3) / 4 * 4;
  REQUIRE(memory.substr(0, kBefore) == std::string(kBefore, kOld));
  REQUIRE(memory.substr(kBefore, text.size()) == text);
  for (std::size_t i = kBefore + text.size(); i < frame_end; ++i) REQUIRE(memory[i] == '\0');
  const std::string behind = memory.substr(frame_end + kTextSlack);
  REQUIRE(behind == std::string(behind.size(), kOld));
}

void fill(char* text, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('A' + i % 50);
}

// A page, and behind it one that nobody may touch.
class PageWithEnd {
 public:
  PageWithEnd()
      : bytes_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        page_(static_cast<char*>(mmap(nullptr, 2 * bytes_, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    REQUIRE(page_ != MAP_FAILED);
    REQUIRE(mprotect(page_ + bytes_, bytes_, PROT_NONE) == 0);
  }
  ~PageWithEnd() { munmap(page_, 2 * bytes_); }
  PageWithEnd(const PageWithEnd&) = delete;
  PageWithEnd& operator=(const PageWithEnd&) = delete;
  char* end() const { return page_ + bytes_; }

 private:
  std::size_t bytes_;
  char* page_;
};

TEST_CASE("copied text is followed by zeros up to a multiple of four", "[record]") {
  for (const Copy& copy : copies()) {
    for (std::size_t bytes = 0; bytes < 200; ++bytes) {
      CAPTURE(bytes);
      const auto text = std::make_unique<char[]>(bytes);
      fill(text.get(), bytes);
      check_copied(copied(copy, text.get(), bytes), {text.get(), bytes});
    }
  }
}

TEST_CASE("a text that ends where a page does is read no further", "[record]") {
  const PageWithEnd page;
  for (const Copy& copy : copies()) {
    for (std::size_t bytes = 0; bytes < 200; ++bytes) {
      CAPTURE(bytes);
      char* const text = page.end() - bytes;
      fill(text, bytes);
      check_copied(copied(copy, text, bytes), {text, bytes});
    }
  }
}

TEST_CASE("of what lies beside a text nothing is copied, wherever it lies", "[record]") {
  const PageWithEnd page;
  constexpr std::size_t kBytesMax = 40;
  for (const Copy& copy : copies()) {
    for (std::size_t from_end = kBytesMax; from_end < 2 * kBytesMax; ++from_end) {
      for (std::size_t bytes = 0; bytes <= kBytesMax; ++bytes) {
        CAPTURE(from_end, bytes);
        fill(page.end() - 2 * kBytesMax, 2 * kBytesMax);
        check_copied(copied(copy, page.end() - from_end, bytes), {page.end() - from_end, bytes});
      }
    }
  }
}

TEST_CASE("a text of nothing is read from nowhere", "[record]") {
  for (const Copy& copy : copies()) {
    std::string memory(2 * kTextSlack, kOld);
    copy(memory.data(), nullptr, 0);
    REQUIRE(memory.substr(kTextSlack) == std::string(kTextSlack, kOld));
  }
}

}  // namespace
}  // namespace reel::record
