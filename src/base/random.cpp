#include "base/random.hpp"

#include <exception>
#include <random>

#include "base/thread_own.hpp"

namespace reel::base {

// libstdc++'s default is the processor's RDSEED, 25 us a draw in some virtual machines; the kernel
// takes a fraction of one. Other libraries do not know the name.
struct Device {
  std::random_device device = make();
  static std::random_device make() {
    try {
      return std::random_device("getentropy");
    } catch (const std::exception&) {
      return std::random_device();
    }
  }
};

std::uint32_t random_u32() { return thread_own<Device>().device(); }

std::uint64_t random_u64() { return (std::uint64_t{random_u32()} << 32) | random_u32(); }

std::uint64_t random_nonzero_u64() {
  for (;;) {
    if (const std::uint64_t value = random_u64(); value != 0) return value;
  }
}

}  // namespace reel::base
