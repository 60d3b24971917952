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

}  // namespace reel::base
