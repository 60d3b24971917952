#include "log/segment_index.hpp"

#include <algorithm>

#include "catalog/catalog.hpp"

namespace reel::log {
namespace {

// When the event before `next_seq` happened, as far as it can be read.
std::int64_t last_stamp(const segment::SegmentReader& reader, std::uint32_t number,
                        std::uint64_t next_seq) {
  constexpr double kMicros = 1000, kLatestUs = 9e18;  // an int64_t holds it
  double last_us = 0;
  const auto cursor = reader.cursor(number, next_seq == 0 ? 0 : next_seq - 1, false);
  while (cursor->next()) last_us = std::max(last_us, cursor->event().ts_ms * kMicros);
  return static_cast<std::int64_t>(std::clamp(last_us, 0.0, kLatestUs));
}

}  // namespace

SegmentIndex::SegmentIndex(io::FileSystem& fs, std::string lane_directory)
    : fs_(fs), lane_directory_(std::move(lane_directory)) {}

void SegmentIndex::add(const segment::SegmentSummary& summary) {
  entries_.push_back({summary, nullptr});
}

Status SegmentIndex::open_all() {
  for (; opened_ < entries_.size(); ++opened_) {
    Entry& entry = entries_[opened_];
    std::optional<std::uint64_t> valid;
    if (!entry.summary.sealed) valid = entry.summary.bytes;
    auto reader = segment::SegmentReader::open(
        fs_, catalog::segment_file(lane_directory_, entry.summary.number), valid);
    if (reader) {
      entry.reader = std::move(*reader);
    } else if (reader.error().code != ErrorCode::damaged &&
               reader.error().code != ErrorCode::not_found) {
      return reader.status();
    }
  }
  return {};
}

Result<std::optional<KnownStream>> SegmentIndex::find(std::string_view name_space,
                                                      std::string_view id) {
  if (Status status = open_all(); !status) return status;
  std::optional<KnownStream> known;
  const segment::SegmentReader* holder = nullptr;
  std::uint32_t number_there = 0;
  for (const Entry& entry : entries_) {
    if (entry.reader == nullptr) continue;  // missing or damaged: `verify` says so
    for (const std::uint32_t number : entry.reader->find(name_space, id)) {
      const segment::SegmentStream stream = entry.reader->stream(number);
      const bool newer = !known || stream.identity.ordinal > known->ordinal;
      const bool further = known && stream.identity.incarnation == known->incarnation &&
                           stream.facts.next_seq > known->next_seq;
      if (newer || further) {
        known = {stream.identity.incarnation, stream.identity.ordinal, stream.facts.next_seq,
                 entry.summary.sealed ? stream.facts.next_seq : 0, 0};
        holder = entry.reader.get();
        number_there = number;
      }
    }
  }
  if (known) known->last_us = last_stamp(*holder, number_there, known->next_seq);
  return known;
}

}  // namespace reel::log
