// What nobody can go below: reading the clock, and storing 32 bytes into mapped memory with a
// release of their end. Neither keeps anything.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "contest.hpp"

namespace reel::peers {
namespace {

class ClockLimit {
 public:
  explicit ClockLimit(const std::string&) {}
  void record(const Token&) {
    const std::uint64_t now = plain_ticks();
    asm volatile("" : : "r"(now));  // as if used
  }
  void drain() {}
};

// A file, as reel's arena is one; its pages are touched before the clock runs, as reel's are.
class StoreLimit {
 public:
  explicit StoreLimit(const std::string& folder) {
    const int fd = ::open((folder + "/memory").c_str(), O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ::ftruncate(fd, kSize) != 0) give_up("store", "cannot make its file");
    void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (memory == MAP_FAILED) give_up("store", "cannot map its file");
    memory_ = static_cast<char*>(memory);
    std::memset(memory_, 1, kSize);
  }
  ~StoreLimit() { ::munmap(memory_, kSize); }
  StoreLimit(const StoreLimit&) = delete;
  StoreLimit& operator=(const StoreLimit&) = delete;

  void record(const Token&) {
    const std::uint64_t frame[kFrame / 8] = {at_, at_, at_, at_};
    std::memcpy(memory_ + at_, frame, kFrame);
    at_ = (at_ + kFrame) % kSize;
    committed_.store(at_, std::memory_order_release);
    asm volatile("" : : "r"(memory_) : "memory");
  }
  void drain() {}

 private:
  static constexpr std::size_t kSize = 64 << 10, kFrame = 32;
  char* memory_ = nullptr;
  std::size_t at_ = 0;
  std::atomic<std::size_t> committed_{0};
};

}  // namespace

Contestant bare_clock() {
  return {"limit: rdtsc", "nothing is kept", run_round<ClockLimit>, false};
}
Contestant bare_store() {
  return {"limit: 32 bytes and a release, mapped", "nothing is kept", run_round<StoreLimit>, false};
}

}  // namespace reel::peers
