#include "merge/retention_plan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "base/checksum.hpp"

namespace reel {

bool Retention::any() const noexcept {
  const auto limits = [](const RetentionAges& ages) { return ages.all_ms || ages.content_ms; };
  return bytes_max != 0 || limits(keep) ||
         std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const PrefixRetention& rule) { return limits(rule.keep); });
}

namespace merge {

std::uint32_t RetentionPlan::rule_of(std::string_view id) const noexcept {
  for (std::size_t i = 0; i < retention_.prefixes.size(); ++i) {
    if (id.starts_with(retention_.prefixes[i].prefix)) return static_cast<std::uint32_t>(i + 1);
  }
  return 0;
}

void RetentionPlan::add(const segment::SegmentReader& segment, std::uint64_t file_bytes) {
  const std::uint64_t all = std::max<std::uint64_t>(segment.events() + segment.gap_records(), 1);
  const double bytes_per_event = static_cast<double>(file_bytes) / static_cast<double>(all);
  bytes_ += file_bytes;
  for (std::uint32_t number = 0; number < segment.stream_count(); ++number) {
    const segment::SegmentStream stream = segment.stream(number);
    if (!stream.facts.has_events) continue;
    Entry entry;
    entry.incarnation = stream.identity.incarnation;
    const double latest = segment.latest_ms(number);
    // A stamp that is none says nothing of an age.
    entry.latest_ms = std::isfinite(latest) ? latest : std::numeric_limits<double>::infinity();
    entry.events = stream.facts.event_count + stream.facts.gap_records;
    entry.bytes = static_cast<std::uint64_t>(bytes_per_event * static_cast<double>(entry.events));
    entry.rule = rule_of(stream.identity.id);
    entries_.push_back(entry);
  }
}

// Each stream once.
void RetentionPlan::join_streams() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.incarnation < b.incarnation; });
  auto last = entries_.begin();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry == entries_.begin()) continue;
    if (entry->incarnation != last->incarnation) {
      *++last = *entry;
      continue;
    }
    last->latest_ms = std::max(last->latest_ms, entry->latest_ms);
    last->events += entry->events;
    last->bytes += entry->bytes;
  }
  if (!entries_.empty()) entries_.erase(last + 1, entries_.end());
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.latest_ms < b.latest_ms; });
}

void RetentionPlan::judge_ages(double now_ms, std::span<const std::uint64_t> held) {
  for (const Entry& entry : entries_) {
    if (std::isfinite(entry.latest_ms)) note_event(entry.latest_ms);
  }
  const double from = std::min(now_ms, newest_ms_);
  for (Entry& entry : entries_) {
    const RetentionAges& keep =
        entry.rule == 0 ? retention_.keep : retention_.prefixes[entry.rule - 1].keep;
    if (std::binary_search(held.begin(), held.end(), entry.incarnation)) continue;
    if (keep.all_ms && entry.latest_ms < from - *keep.all_ms) {
      entry.fate = Fate::expired;
    } else if (keep.content_ms && entry.latest_ms < from - *keep.content_ms) {
      entry.fate = Fate::stripped;
    }
  }
}

// What its content takes of a stream is not known: only streams that go as a whole are counted.
void RetentionPlan::judge_bytes(std::span<const std::uint64_t> held) {
  if (retention_.bytes_max == 0) return;
  std::uint64_t left = bytes_;
  for (const Entry& entry : entries_) {
    if (entry.fate == Fate::expired) left -= std::min(left, entry.bytes);
  }
  for (Entry& entry : entries_) {
    if (left <= retention_.bytes_max) return;
    if (entry.fate == Fate::expired || entry.bytes == 0 || !std::isfinite(entry.latest_ms))
      continue;
    if (std::binary_search(held.begin(), held.end(), entry.incarnation)) continue;
    entry.fate = Fate::expired;
    left -= std::min(left, entry.bytes);
  }
}

// One stream may go in any case, or a store of a single large one would keep it for ever.
void RetentionPlan::cap() {
  double all = 0;
  for (const Entry& entry : entries_) all += static_cast<double>(entry.events);
  const double most = all * std::clamp(retention_.share_max, 0.0, 1.0);
  double going = 0;
  for (Entry& entry : entries_) {
    if (entry.fate == Fate::kept) continue;
    const auto events = static_cast<double>(entry.events);
    if (capped_ || (going > 0 && going + events > most)) {
      capped_ = true;
      entry.fate = Fate::kept;
    } else {
      going += events;
    }
  }
}

void RetentionPlan::settle(double now_ms, std::span<const std::uint64_t> held) {
  join_streams();
  judge_ages(now_ms, held);
  judge_bytes(held);
  cap();
  for (const Entry& entry : entries_) {
    if (entry.fate != Fate::kept) fates_.emplace_back(entry.incarnation, entry.fate);
  }
  entries_ = {};
  std::sort(fates_.begin(), fates_.end());
}

Fate RetentionPlan::fate(std::uint64_t incarnation) const noexcept {
  const auto found =
      std::lower_bound(fates_.begin(), fates_.end(), incarnation,
                       [](const auto& entry, std::uint64_t of) { return entry.first < of; });
  return found != fates_.end() && found->first == incarnation ? found->second : Fate::kept;
}

std::uint64_t retention_digest(const Retention& retention) {
  if (!retention.any()) return 0;
  std::string text;
  const auto put = [&](const std::optional<double>& age) {
    text += age ? std::to_string(std::bit_cast<std::uint64_t>(*age)) + ' ' : "- ";
  };
  const auto put_ages = [&](const RetentionAges& ages) {
    put(ages.all_ms);
    put(ages.content_ms);
  };
  put_ages(retention.keep);
  for (const PrefixRetention& rule : retention.prefixes) {
    text += std::to_string(rule.prefix.size()) + rule.prefix;
    put_ages(rule.keep);
  }
  put(retention.share_max);
  text += std::to_string(retention.bytes_max);
  return std::max<std::uint64_t>(base::checksum64(text), 1);
}

}  // namespace merge
}  // namespace reel
