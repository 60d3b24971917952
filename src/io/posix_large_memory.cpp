#include <sys/mman.h>

#include <cstdint>
#include <limits>
#include <new>

#include "base/sanitized.hpp"
#include "io/large_memory.hpp"

namespace reel::io {
namespace {

constexpr std::size_t kPageBytes = std::size_t{2} << 20;

// A sanitizer's own heap knows bounds, and looks for pointers in what it handed out.
bool is_large(std::size_t bytes) noexcept { return !REEL_SANITIZED && bytes >= kLargeBytes; }

std::size_t rounded(std::size_t bytes) noexcept {
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

// Whole pages at their places: a page more is asked for, and what sticks out given back.
void* map_pages(std::size_t bytes) noexcept {
  void* const mapped = ::mmap(nullptr, bytes + kPageBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* const from = static_cast<char*>(mapped);
  const std::size_t past = reinterpret_cast<std::uintptr_t>(from) % kPageBytes;
  const std::size_t front = past == 0 ? 0 : kPageBytes - past;
  if (front != 0) (void)::munmap(from, front);
  (void)::munmap(from + front + bytes, kPageBytes - front);
  (void)::madvise(from + front, bytes, MADV_HUGEPAGE);  // a wish: it may be refused
  return from + front;
}

}  // namespace

void* take_memory(std::size_t bytes) {
  if (!is_large(bytes)) return ::operator new(bytes);
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
  void* const pages = map_pages(rounded(bytes));
  if (pages == nullptr) throw std::bad_alloc();
  return pages;
}

void give_memory(void* memory, std::size_t bytes) noexcept {
  if (is_large(bytes)) {
    (void)::munmap(memory, rounded(bytes));
  } else {
    ::operator delete(memory);
  }
}

}  // namespace reel::io
