#include "log/segment_index.hpp"

#include <algorithm>
#include <utility>

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
  some_gone_ = false;
  for (; opened_ < entries_.size(); ++opened_) {
    Entry& entry = entries_[opened_];
    if (entry.reader != nullptr) continue;
    std::optional<std::uint64_t> valid;
    if (!entry.summary.sealed) valid = entry.summary.bytes;
    auto reader = segment::SegmentReader::open(
        fs_, catalog::segment_file(lane_directory_, entry.summary.number), {.valid_bytes = valid});
    if (reader) {
      entry.reader = std::move(*reader);
    } else if (reader.error().code == ErrorCode::not_found) {
      some_gone_ = true;
    } else if (reader.error().code != ErrorCode::damaged) {
      return reader.status();
    }
  }
  return {};
}

void SegmentIndex::replace(const catalog::LaneCatalog& catalog) {
  catalog_ = catalog;
  const auto& listed = catalog_.segments;
  std::vector<Entry> before = std::exchange(entries_, {});
  opened_ = 0;
  for (const segment::SegmentSummary& summary : listed) {
    const auto same = std::find_if(before.begin(), before.end(), [&](const Entry& entry) {
      return entry.summary.number == summary.number && entry.summary.digest == summary.digest;
    });
    entries_.push_back({summary, same == before.end() ? nullptr : std::move(same->reader)});
  }
  std::erase_if(unlisted_, [&](const Entry& entry) {
    return !listed.empty() && entry.summary.number <= listed.back().number;
  });
}

void SegmentIndex::Furthest::look(const segment::SegmentReader& reader, bool durable,
                                  std::string_view name_space, std::string_view id) {
  for (const std::uint32_t there : reader.find(name_space, id)) {
    const segment::SegmentStream stream = reader.stream(there);
    const KnownStream found{stream.identity.incarnation, stream.identity.ordinal,
                            stream.facts.next_seq, durable ? stream.facts.next_seq : 0, 0};
    if (known && !found.is_after(*known)) continue;
    known = found;
    holder = &reader;
    number = there;
  }
}

std::optional<KnownStream> SegmentIndex::Furthest::with_stamp() const {
  auto stamped = known;
  if (stamped) stamped->last_us = last_stamp(*holder, number, stamped->next_seq);
  return stamped;
}

Result<std::optional<KnownStream>> SegmentIndex::find(std::string_view name_space,
                                                      std::string_view id) {
  if (Status status = open_all(); !status) return status;
  Furthest furthest;
  for (const Entry& entry : entries_) {
    if (entry.reader == nullptr) continue;  // missing or damaged: `verify` says so
    furthest.look(*entry.reader, entry.summary.sealed, name_space, id);
  }
  return furthest.with_stamp();
}

// Files above the last that is listed: the one being written, and perhaps one that was given up.
Status SegmentIndex::open_unlisted() {
  auto names = fs_.list(lane_directory_);
  if (!names) return names.status();
  const std::uint64_t last = entries_.empty() ? 0 : entries_.back().summary.number;
  std::vector<Entry> before = std::exchange(unlisted_, {});
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (!number || *number <= last || catalog_.find_void(*number) != nullptr) continue;
    Entry entry;
    const auto same = std::find_if(before.begin(), before.end(), [&](const Entry& known) {
      return known.summary.number == *number;
    });
    if (same != before.end() && same->reader->refresh()) {
      entry = std::move(*same);
    } else if (auto opened = segment::SegmentReader::open(fs_, io::join(lane_directory_, name));
               opened) {
      entry.reader = std::move(*opened);
    } else if (opened.error().code != ErrorCode::damaged) {
      return opened.status();
    } else {
      continue;  // only just begun
    }
    entry.summary.number = *number;
    unlisted_.push_back(std::move(entry));
  }
  return {};
}

Result<std::optional<KnownStream>> SegmentIndex::find_unlisted(std::string_view name_space,
                                                               std::string_view id) {
  // A file that failed gets another name and number: then the folder is listed again.
  constexpr int kLooksMax = 8;
  Status status = open_unlisted();
  for (int i = 1; !status && status.error().code == ErrorCode::not_found && i < kLooksMax; ++i) {
    status = open_unlisted();
  }
  if (!status) return status;
  Furthest furthest;
  for (const Entry& entry : unlisted_) {
    if (entry.reader->find(name_space, id).empty()) continue;
    const std::string path = catalog::segment_file(lane_directory_, entry.summary.number);
    status = fs_.sync_file(path);
    if (status) status = fs_.sync_directory(lane_directory_);
    if (!status) return status;
    furthest.look(*entry.reader, true, name_space, id);
  }
  return furthest.with_stamp();
}

}  // namespace reel::log
