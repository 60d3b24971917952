// Memory for what is large and kept: blocks on their way, the account of a segment's streams. From
// kLargeBytes on it comes from the system in pages of 2 MiB where those are to be had: touching new
// memory 4 KiB at a time takes longer than what the writer then does with it, most of all on virtual
// machines. Below that it is the heap's. Any thread.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace reel::io {

inline constexpr std::size_t kLargeBytes = std::size_t{1} << 20;

// Throws std::bad_alloc. `bytes` must be the same in both.
void* take_memory(std::size_t bytes);
void give_memory(void* memory, std::size_t bytes) noexcept;

template <class T>
struct LargeAllocator {
  using value_type = T;
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) { return static_cast<T*>(take_memory(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept { give_memory(memory, count * sizeof(T)); }
  bool operator==(const LargeAllocator&) const = default;
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

// Bytes that nobody has set.
class LargeBuffer {
 public:
  LargeBuffer() = default;
  explicit LargeBuffer(std::size_t bytes)
      : data_(static_cast<char*>(take_memory(bytes))), size_(bytes) {}
  LargeBuffer(LargeBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  LargeBuffer& operator=(LargeBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~LargeBuffer() {
    if (data_ != nullptr) give_memory(data_, size_);
  }
  char* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace reel::io
