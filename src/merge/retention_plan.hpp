// RetentionPlan: what a Retention comes to for a store as it is at the moment. It is told of all
// segments of all lanes, because a stream's end may lie in another lane than its beginning. Memory:
// 48 bytes a stream and segment while it is made, then 16 for each stream of which something goes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "reel/retention.hpp"
#include "segment/segment_reader.hpp"

namespace reel::merge {

// Of a stream: everything stays, its content goes, everything goes by age, or was deleted.
enum class Fate : std::uint8_t { kept, stripped, expired, deleted };

class RetentionPlan {
 public:
  explicit RetentionPlan(Retention retention) : retention_(std::move(retention)) {}

  // `file_bytes`: what would go with the segment; 0 where it cannot go yet.
  void add(const segment::SegmentReader& segment, std::uint64_t file_bytes);
  // There is an event of that time somewhere, besides those of the segments added.
  void note_event(double ts_ms) noexcept { newest_ms_ = std::max(newest_ms_, ts_ms); }
  // `held`: incarnations that a Recorder holds, or that are not all in segments; ascending.
  void settle(double now_ms, std::span<const std::uint64_t> held);

  // After settle().
  Fate fate(std::uint64_t incarnation) const noexcept;
  bool empty() const noexcept { return fates_.empty(); }  // everything stays
  bool capped() const noexcept { return capped_; }        // more would have gone

 private:
  struct Entry {
    std::uint64_t incarnation = 0;
    double latest_ms = 0;
    std::uint64_t events = 0, bytes = 0;
    std::uint32_t rule = 0;  // 0: `keep`; else one more than the place of its prefix
    Fate fate = Fate::kept;
  };
  std::uint32_t rule_of(std::string_view id) const noexcept;
  void join_streams();
  void judge_ages(double now_ms, std::span<const std::uint64_t> held);
  void judge_bytes(std::span<const std::uint64_t> held);
  void cap();

  Retention retention_;
  std::vector<Entry> entries_;  // by stream and segment; then by stream, the oldest first
  std::uint64_t bytes_ = 0;
  double newest_ms_ = 0;
  std::vector<std::pair<std::uint64_t, Fate>> fates_;  // by incarnation; of all that are not kept
  bool capped_ = false;
};

// The same for the same settings.
std::uint64_t retention_digest(const Retention& retention);

}  // namespace reel::merge
