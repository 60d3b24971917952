#include "segment/index_view.hpp"

#include "base/bytes.hpp"

namespace reel::segment {

std::optional<IndexView> IndexView::parse(std::string_view payload) {
  if (payload.size() < sizeof(IndexHeader)) return std::nullopt;
  IndexView view;
  view.header_ = base::load<IndexHeader>(payload.data());
  const IndexHeader& h = view.header_;
  base::Input input(payload.substr(sizeof h));
  view.blocks_ = input.bytes(std::uint64_t{h.blocks} * sizeof(BlockEntry)).data();
  view.entries_ = input.bytes(std::uint64_t{h.streams} * sizeof(StreamEntry)).data();
  view.hashes_ = input.bytes(std::uint64_t{h.streams} * sizeof(std::uint64_t)).data();
  view.links_ = input.bytes(std::uint64_t{h.links} * sizeof(Link)).data();
  view.snapshots_ = input.bytes(std::uint64_t{h.snapshots} * sizeof(SnapshotEntry)).data();
  view.numbers_ = input.bytes(std::uint64_t{h.streams} * sizeof(std::uint32_t)).data();
  view.blob_ = input.bytes(h.blob_bytes);
  if (!input.ok() || !input.at_end()) return std::nullopt;
  return view;
}

BlockEntry IndexView::block(std::uint32_t ordinal) const noexcept {
  return base::load<BlockEntry>(blocks_ + std::size_t{ordinal} * sizeof(BlockEntry));
}

StreamEntry IndexView::entry(std::uint32_t number) const noexcept {
  return base::load<StreamEntry>(entries_ + std::size_t{number} * sizeof(StreamEntry));
}

SegmentStream IndexView::stream(std::uint32_t number) const noexcept {
  const StreamEntry e = entry(number);
  SegmentStream stream;
  stream.number = number;
  const std::size_t names = std::size_t{e.name_space_bytes} + e.id_bytes;
  if (e.blob_offset <= blob_.size() && names <= blob_.size() - e.blob_offset) {
    stream.identity.name_space = blob_.substr(e.blob_offset, e.name_space_bytes);
    stream.identity.id = blob_.substr(e.blob_offset + e.name_space_bytes, e.id_bytes);
  }
  stream.identity.incarnation = e.incarnation;
  stream.identity.ordinal = e.ordinal;
  event::StreamFacts& f = stream.facts;
  f.event_count = e.event_count;
  f.gap_records = e.gap_records;
  f.gap_events = e.gap_events;
  f.first_seq = e.first_seq;
  f.next_seq = e.next_seq;
  f.token_count = e.token_count;
  f.start_ts = e.start_ts;
  f.end_ts = e.end_ts;
  f.has_events = (e.flags & kHasEvents) != 0;
  f.has_token_count = (e.flags & kHasTokenCount) != 0;
  f.has_start = (e.flags & kHasStart) != 0;
  f.has_end = (e.flags & kHasEnd) != 0;
  f.completed = (e.flags & kCompleted) != 0;
  f.has_error = (e.flags & kHasError) != 0;
  f.ends_in_error = (e.flags & kEndsInError) != 0;
  return stream;
}

std::uint64_t IndexView::start_seq(std::uint32_t number) const noexcept {
  return entry(number).start_seq;
}

std::vector<Link> IndexView::links(std::uint32_t number) const {
  const std::uint32_t first = entry(number).first_link;
  const std::uint32_t end =
      number + 1 < header_.streams ? entry(number + 1).first_link : header_.links;
  std::vector<Link> links;
  if (first > end || end > header_.links) return links;
  links.reserve(end - first);
  for (std::uint32_t i = first; i < end; ++i) {
    const auto link = base::load<Link>(links_ + std::size_t{i} * sizeof(Link));
    // Blocks only ever come later: whatever else is said here is a lie.
    if (link.block >= header_.blocks || (!links.empty() && link.block <= links.back().block)) break;
    links.push_back(link);
  }
  return links;
}

std::vector<SnapshotEntry> IndexView::snapshots(std::uint32_t number) const {
  const auto at = [&](std::uint32_t i) {
    return base::load<SnapshotEntry>(snapshots_ + std::size_t{i} * sizeof(SnapshotEntry));
  };
  std::uint32_t low = 0, high = header_.snapshots;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (at(middle).stream < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  std::vector<SnapshotEntry> own;
  for (; low < header_.snapshots && at(low).stream == number; ++low) own.push_back(at(low));
  return own;
}

std::vector<std::uint32_t> IndexView::find(std::string_view name_space, std::string_view id) const {
  const std::uint64_t wanted = stream_hash(name_space, id);
  const auto hash = [&](std::size_t i) {
    return base::load<std::uint64_t>(hashes_ + i * sizeof(std::uint64_t));
  };
  std::size_t low = 0, high = header_.streams;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (hash(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  std::vector<std::uint32_t> found;
  for (; low < header_.streams && hash(low) == wanted; ++low) {
    const auto number = base::load<std::uint32_t>(numbers_ + low * sizeof(std::uint32_t));
    if (number >= header_.streams) continue;
    const StreamIdentity identity = stream(number).identity;
    if (identity.name_space == name_space && identity.id == id) found.push_back(number);
  }
  return found;
}

}  // namespace reel::segment
