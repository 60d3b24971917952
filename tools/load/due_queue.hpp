// Who is due next: a timing wheel of small sorted lists, by (time, number). A push and a pop touch
// a cache line or two each, where a heap of a thousand streams would guess ten branches wrong.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace reel::load {

class DueQueue {
 public:
  struct Due {
    std::int64_t us = 0;
    std::uint32_t number = 0;
    std::uint32_t slot = 0;  // at most one entry for each
  };

  DueQueue() { heads_.fill(kNone); }

  bool empty() const noexcept { return count_ == 0; }

  void push(const Due& due) {
    const std::int64_t tick = tick_of(due.us);
    if (count_++ == 0 || tick < tick_) tick_ = tick;
    if (nodes_.size() <= due.slot) nodes_.resize(due.slot + std::size_t{1});
    nodes_[due.slot] = {due.us, due.number, kNone};
    link(due.slot, bucket_of(tick));
  }

  // The next one. Precondition: not empty.
  Due front() noexcept {
    for (;;) {
      const std::uint32_t slot = heads_[bucket_of(tick_)];
      // What is due in a later turn of the wheel waits in the same list.
      if (slot != kNone && tick_of(nodes_[slot].us) == tick_) {
        return {nodes_[slot].us, nodes_[slot].number, slot};
      }
      tick_ += to_next_used(bucket_of(tick_));
    }
  }

  // Removes what front() gave. Precondition: nothing was pushed since.
  void pop() noexcept {
    const std::size_t bucket = bucket_of(tick_);
    heads_[bucket] = nodes_[heads_[bucket]].next;
    if (heads_[bucket] == kNone) used_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
    --count_;
  }

 private:
  static constexpr unsigned kTickBits = 6;         // 64 us
  static constexpr std::size_t kBuckets = 16'384;  // a turn takes about a second
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  struct Node {
    std::int64_t us = 0;
    std::uint32_t number = 0;
    std::uint32_t next = kNone;
    bool before(const Node& other) const noexcept {
      return us != other.us ? us < other.us : number < other.number;
    }
  };

  static std::int64_t tick_of(std::int64_t us) noexcept { return us >> kTickBits; }
  static std::size_t bucket_of(std::int64_t tick) noexcept {
    return static_cast<std::size_t>(tick) % kBuckets;
  }

  void link(std::uint32_t slot, std::size_t bucket) noexcept {
    std::uint32_t* at = &heads_[bucket];
    while (*at != kNone && nodes_[*at].before(nodes_[slot])) at = &nodes_[*at].next;
    nodes_[slot].next = *at;
    *at = slot;
    used_[bucket / 64] |= std::uint64_t{1} << bucket % 64;
  }

  // How many ticks from `bucket` to the next one in use: 1 to a whole turn.
  std::int64_t to_next_used(std::size_t bucket) const noexcept {
    const std::size_t from = (bucket + 1) % kBuckets;
    std::uint64_t word = used_[from / 64] & (~std::uint64_t{0} << from % 64);
    std::size_t at = from / 64;
    while (word == 0) word = used_[at = (at + 1) % used_.size()];
    const std::size_t found = at * 64 + static_cast<std::size_t>(std::countr_zero(word));
    return static_cast<std::int64_t>((found + kBuckets - from) % kBuckets) + 1;
  }

  std::array<std::uint32_t, kBuckets> heads_{};
  std::array<std::uint64_t, kBuckets / 64> used_{};
  std::vector<Node> nodes_;  // by slot
  std::int64_t tick_ = 0;    // nothing is due before it
  std::size_t count_ = 0;
};

}  // namespace reel::load
