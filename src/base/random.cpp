#include "base/random.hpp"

#include <exception>
#include <optional>
#include <random>

namespace reel::base {

// libstdc++'s default is the processor's RDSEED, 25 us a draw in some virtual machines; the kernel
// takes a fraction of one. Other libraries do not know the name.
std::uint32_t random_u32() {
  thread_local std::optional<std::random_device> device;
  if (!device) {
    try {
      device.emplace("getentropy");
    } catch (const std::exception&) {
      device.emplace();
    }
  }
  return (*device)();
}

std::uint64_t random_u64() { return (std::uint64_t{random_u32()} << 32) | random_u32(); }

std::uint64_t random_nonzero_u64() {
  for (;;) {
    if (const std::uint64_t value = random_u64(); value != 0) return value;
  }
}

}  // namespace reel::base
