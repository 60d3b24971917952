// Random numbers from the operating system's source, for ids that must not collide or be
// guessed (store, segment, incarnation, arena name, stream id). Thread-safe and fork-safe: no state
// is kept between calls, so a child never draws what its parent draws. 32 bits cost a system call,
// 64 two. Throws std::exception where the system gives none.
#pragma once

#include <cstdint>

namespace reel::base {

std::uint32_t random_u32();
std::uint64_t random_u64();
std::uint64_t random_nonzero_u64();

// Many of them for one draw: a walk through all 64-bit numbers in a mixed-up order (splitmix64)
// from a place that is drawn. Two walks meet as seldom as two draws do, and a walk not with itself.
// For ids that must not collide but may be guessed by who knows some of them. Not thread-safe, and
// a forked child must not go on with its parent's.
class RandomWalk {
 public:
  RandomWalk() : at_(random_u64()) {}
  std::uint64_t next_nonzero() noexcept {
    for (;;) {
      std::uint64_t mixed = at_ += 0x9e3779b97f4a7c15;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      mixed ^= mixed >> 31;
      if (mixed != 0) return mixed;
    }
  }

 private:
  std::uint64_t at_;
};

}  // namespace reel::base
