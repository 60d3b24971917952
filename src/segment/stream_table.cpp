#include "segment/stream_table.hpp"

#include <algorithm>
#include <utility>

namespace reel::segment {

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

void StreamTable::links(std::uint32_t number, std::vector<Link>& links) const {
  const StreamRecord& record = records_[number];
  links.resize(record.links);
  std::uint32_t at = record.last_link;
  for (auto to = links.rbegin(); to != links.rend(); ++to) {
    *to = chain_[at].link;
    at = chain_[at].previous;
  }
}

std::vector<Link> StreamTable::links(std::uint32_t number) const {
  std::vector<Link> own;
  links(number, own);
  return own;
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

std::vector<SnapshotEntry> StreamTable::sorted_snapshots() const {
  std::vector<SnapshotEntry> sorted = snapshots_;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::pair(a.stream, a.first_seq) < std::pair(b.stream, b.first_seq);
  });
  return sorted;
}

}  // namespace reel::segment
