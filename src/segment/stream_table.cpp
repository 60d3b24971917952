#include "segment/stream_table.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace reel::segment {
namespace {

std::uint32_t facts_flags(const event::StreamFacts& f) noexcept {
  return (f.has_events ? kHasEvents : 0U) | (f.has_token_count ? kHasTokenCount : 0U) |
         (f.has_start ? kHasStart : 0U) | (f.has_end ? kHasEnd : 0U) |
         (f.completed ? kCompleted : 0U) | (f.has_error ? kHasError : 0U) |
         (f.ends_in_error ? kEndsInError : 0U);
}

StreamEntry entry_of(const StreamIdentity& identity, const StreamRecord& record) noexcept {
  const event::StreamFacts& f = record.facts;
  StreamEntry e;
  e.incarnation = identity.incarnation;
  e.ordinal = identity.ordinal;
  e.first_seq = f.first_seq;
  e.next_seq = f.next_seq;
  e.gap_events = f.gap_events;
  e.token_count = f.token_count;
  e.start_ts = f.start_ts;
  e.end_ts = f.end_ts;
  e.event_count = static_cast<std::uint32_t>(f.event_count);
  e.gap_records = static_cast<std::uint32_t>(f.gap_records);
  e.name_space_bytes = static_cast<std::uint16_t>(identity.name_space.size());
  e.id_bytes = static_cast<std::uint16_t>(identity.id.size());
  e.flags = facts_flags(f);
  e.start_seq = record.start_seq;
  return e;
}

template <class T>
void append_array(std::string& out, const std::vector<T>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

}  // namespace

std::uint32_t StreamTable::add(const StreamIdentity& identity) {
  const std::string_view name_space = identity.name_space, id = identity.id;
  char* const names = room_for_names(name_space.size() + id.size());
  std::copy(id.begin(), id.end(), std::copy(name_space.begin(), name_space.end(), names));
  named_.push_back({identity.incarnation, identity.ordinal, names,
                    static_cast<std::uint32_t>(name_space.size()),
                    static_cast<std::uint32_t>(id.size())});
  records_.emplace_back();
  return size() - 1;
}

// Names never move: who reads an unsealed segment keeps views of them while it grows.
char* StreamTable::room_for_names(std::size_t bytes) {
  constexpr std::size_t kFirstBytes = 4096, kMostBytes = std::size_t{2} << 20;
  if (names_.empty() || names_room_ < bytes) {
    const std::size_t next = names_.empty() ? kFirstBytes : names_.back().size() * 2;
    names_.emplace_back(std::max(std::min(next, kMostBytes), bytes));
    names_room_ = names_.back().size();
  }
  char* const room = names_.back().data() + names_.back().size() - names_room_;
  names_room_ -= bytes;
  return room;
}

StreamIdentity StreamTable::identity(std::uint32_t number) const {
  const Named& named = named_[number];
  return {{named.names, named.name_space_bytes},
          {named.names + named.name_space_bytes, named.id_bytes},
          named.incarnation,
          named.ordinal};
}

void StreamTable::link(std::uint32_t number, std::uint32_t block, std::uint64_t first_seq) {
  StreamRecord& record = records_[number];
  if (record.links != 0 && chain_[record.last_link].link.block == block) return;
  const std::uint64_t delta = record.links == 0 ? 0 : first_seq - record.facts.first_seq;
  chain_.push_back(
      {{block, static_cast<std::uint32_t>(std::min<std::uint64_t>(delta, kSeqDeltaMax))},
       record.last_link});
  record.last_link = static_cast<std::uint32_t>(chain_.size() - 1);
  ++record.links;
}

std::vector<Link> StreamTable::links(std::uint32_t number) const {
  const StreamRecord& record = records_[number];
  std::vector<Link> links(record.links);
  std::uint32_t at = record.last_link;
  for (auto to = links.rbegin(); to != links.rend(); ++to) {
    *to = chain_[at].link;
    at = chain_[at].previous;
  }
  return links;
}

std::vector<SnapshotEntry> StreamTable::snapshots(std::uint32_t number) const {
  std::vector<SnapshotEntry> own;
  for (const SnapshotEntry& snapshot : snapshots_) {
    if (snapshot.stream == number) own.push_back(snapshot);
  }
  return own;
}

void StreamTable::take_back(const Mark& mark) {
  blocks_.resize(mark.blocks);
  chain_.resize(mark.chain);
  snapshots_.resize(mark.snapshots);
  events_ = mark.events;
}

std::string StreamTable::encode_index() const {
  IndexHeader header;
  header.events = events_;
  header.streams = size();
  header.blocks = static_cast<std::uint32_t>(blocks_.size());
  header.links = static_cast<std::uint32_t>(chain_.size());
  header.snapshots = static_cast<std::uint32_t>(snapshots_.size());

  std::vector<StreamEntry> entries;
  std::vector<Link> all_links;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> by_hash;
  std::string blob;
  for (std::uint32_t number = 0; number < size(); ++number) {
    const StreamIdentity id = identity(number);
    StreamEntry& entry = entries.emplace_back(entry_of(id, records_[number]));
    entry.blob_offset = static_cast<std::uint32_t>(blob.size());
    entry.first_link = static_cast<std::uint32_t>(all_links.size());
    blob.append(id.name_space).append(id.id);
    const std::vector<Link> own = links(number);
    all_links.insert(all_links.end(), own.begin(), own.end());
    by_hash.emplace_back(stream_hash(id.name_space, id.id), number);
    header.gap_records += records_[number].facts.gap_records;
    header.gap_events += records_[number].facts.gap_events;
  }
  header.blob_bytes = blob.size();
  std::sort(by_hash.begin(), by_hash.end());
  std::vector<SnapshotEntry> snapshots = snapshots_;
  std::sort(snapshots.begin(), snapshots.end(), [](const auto& a, const auto& b) {
    return std::pair(a.stream, a.first_seq) < std::pair(b.stream, b.first_seq);
  });

  std::string out;
  out.append(reinterpret_cast<const char*>(&header), sizeof header);
  append_array(out, blocks_);
  append_array(out, entries);
  for (const auto& [hash, number] : by_hash) base::append_le(out, hash);
  append_array(out, all_links);
  append_array(out, snapshots);
  for (const auto& [hash, number] : by_hash) base::append_le(out, number);
  return out.append(blob);
}

}  // namespace reel::segment
