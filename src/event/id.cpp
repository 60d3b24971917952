// Ids of streams: RFC 9562 UUIDv7.
//
//   48 bits Unix ms | version 7 | 12 bits counter | variant 10 | 62 random bits
//
// Milliseconds and counter are one number that only grows, in one atomic: that orders the ids of
// all threads. A counter that overflows borrows from the next millisecond, as the RFC allows; so
// does a clock that steps back. The random bits come from the system for every id, never from a
// generator with a state that a forked child would share.
#include <atomic>
#include <chrono>

#include "base/random.hpp"
#include "reel/event.hpp"

namespace reel {
namespace {

constexpr unsigned kCounterBits = 12;
constexpr std::uint32_t kCounterStartMask = 0x7ff;  // starts in the lower half: room to count

std::uint64_t next_tick(std::uint32_t random) noexcept {
  static std::atomic<std::uint64_t> last{0};
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::uint64_t fresh =
      (static_cast<std::uint64_t>(now.count()) << kCounterBits) | (random & kCounterStartMask);
  std::uint64_t seen = last.load(std::memory_order_relaxed);
  std::uint64_t tick;
  do {
    // Within the millisecond of the last id its counter goes on; else it starts anew.
    tick = (fresh >> kCounterBits) > (seen >> kCounterBits) ? fresh : seen + 1;
  } while (!last.compare_exchange_weak(seen, tick, std::memory_order_relaxed));
  return tick;
}

void put_hex(char* to, std::uint64_t value, unsigned digits) noexcept {
  for (unsigned i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 0xf];
}

}  // namespace

std::string generate_id() {
  const std::uint64_t tick = next_tick(base::random_u32());
  const std::uint64_t random = base::random_u64();
  const std::uint64_t ms = tick >> kCounterBits;
  std::string id(36, '-');
  put_hex(&id[0], ms >> 16, 8);
  put_hex(&id[9], ms, 4);
  put_hex(&id[14], 0x7000 | (tick & 0xfff), 4);
  put_hex(&id[19], 0x8000 | (random >> 50), 4);
  put_hex(&id[24], random, 12);
  return id;
}

}  // namespace reel
