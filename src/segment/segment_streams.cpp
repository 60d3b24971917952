// What a SegmentFile says of its streams: from the pages of the index, or from the scan where there
// is no index, or where a page is damaged.
#include <algorithm>
#include <utility>

#include "segment/block_codec.hpp"
#include "segment/segment_file.hpp"

namespace reel::segment {

std::uint64_t SegmentFile::events() const {
  if (index_) return index_->header().events;
  return scan_ != nullptr ? scan_->table().events() : 0;
}

std::uint64_t SegmentFile::gap_records() const {
  if (index_) return index_->header().gap_records;
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < streams(); ++i) sum += scan_->table().record(i).facts.gap_records;
  return sum;
}

std::uint64_t SegmentFile::gap_events() const {
  if (index_) return index_->header().gap_events;
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < streams(); ++i) sum += scan_->table().record(i).facts.gap_events;
  return sum;
}

std::uint32_t SegmentFile::streams() const {
  if (index_) return index_->header().streams;
  return scan_ != nullptr ? scan_->table().size() : 0;
}

// nullptr: there is no index, or the page is damaged.
std::shared_ptr<const StreamPage> SegmentFile::page_of(std::uint32_t number) const {
  if (!index_ || number >= index_->header().streams) return nullptr;
  for (CachedPage& cached : pages_) {
    if (cached.streams == nullptr || !cached.streams->holds(number)) continue;
    cached.used = ++page_uses_;
    return cached.streams;
  }
  const std::uint32_t page = index_->page_of(number);
  CachedPage* oldest = &pages_[0];
  for (CachedPage& cached : pages_) {
    if (cached.used != 0 && cached.page == page) return nullptr;  // known to be damaged
    if (cached.used < oldest->used) oldest = &cached;
  }
  auto streams = index_->page(page);
  if (streams != nullptr && !streams->holds(number)) streams = nullptr;
  if (streams == nullptr) note_index_damage();
  *oldest = {page, ++page_uses_, streams};
  return streams;
}

// The scan's account of a stream; nullptr: it knows nothing of it.
const StreamTable* SegmentFile::scanned(std::uint32_t number) const {
  if (footer_) scan(true);  // up to the index; once
  return scan_ != nullptr && number < scan_->table().size() ? &scan_->table() : nullptr;
}

SegmentStream SegmentFile::stream(std::uint32_t number) const {
  if (const auto page = page_of(number)) return page->stream(number);
  SegmentStream stream;
  stream.number = number;
  if (const StreamTable* const table = scanned(number)) {
    stream.identity = table->identity(number);
    stream.facts = table->record(number).facts;
  }
  return stream;
}

std::uint64_t SegmentFile::start_seq(std::uint32_t number) const {
  if (const auto page = page_of(number)) return page->start_seq(number);
  const StreamTable* const table = scanned(number);
  return table != nullptr ? table->record(number).start_seq : 0;
}

std::vector<Link> SegmentFile::links(std::uint32_t number) const {
  if (const auto page = page_of(number)) return page->links(number);
  const StreamTable* const table = scanned(number);
  return table != nullptr ? table->links(number) : std::vector<Link>();
}

std::vector<SnapshotEntry> SegmentFile::snapshots(std::uint32_t number) const {
  if (index_) return index_->snapshots(number);
  return scan_ != nullptr ? scan_->table().snapshots(number) : std::vector<SnapshotEntry>();
}

// The last block of a kind that a segment has one of at most; nullopt: there is none that is whole.
std::optional<SegmentFile::Unpacked> SegmentFile::unpack_last(BlockKind kind,
                                                              const char* name) const {
  for (std::uint32_t ordinal = blocks(); ordinal-- > 0;) {
    if (block(ordinal).kind != static_cast<std::uint32_t>(kind)) continue;
    auto stored = intact_block(ordinal, kind);
    if (!stored) return std::nullopt;
    auto raw = unpack(*stored);
    if (raw == nullptr) {
      (void)note_damage(stored->header.offset, block_bytes(stored->header), name);
      return std::nullopt;
    }
    return Unpacked{std::move(*stored), std::move(raw)};
  }
  return std::nullopt;
}

std::optional<FacetIndex> SegmentFile::load_facets() const {
  const auto found = unpack_last(BlockKind::facets, "facets");
  if (!found) return std::nullopt;
  auto facets = FacetIndex::parse(std::string(found->bytes()), streams());
  const BlockHeader& header = found->block.header;
  if (!facets) (void)note_damage(header.offset, block_bytes(header), "facets");
  return facets;
}

std::optional<Lineage> SegmentFile::lineage() const {
  if (!index_) return std::nullopt;  // only sealed ones have it
  const auto found = unpack_last(BlockKind::lineage, "lineage");
  if (!found) return std::nullopt;
  auto lineage = Lineage::parse(found->bytes(), streams());
  const BlockHeader& header = found->block.header;
  if (!lineage) (void)note_damage(header.offset, block_bytes(header), "lineage");
  return lineage;
}

Facet SegmentFile::facet(std::uint32_t number, std::string_view key) const {
  const std::uint64_t end = whole_bytes();
  if (std::exchange(facets_end_, end) != end) {
    if (index_) {
      facets_ = load_facets();
    } else if (scan_ != nullptr) {
      facets_ = FacetIndex::parse(scan_->table().facets().encode(streams()), streams());
    }
  }
  return facets_ ? facets_->find(number, key) : Facet{Facet::Kind::unknown, {}};
}

bool SegmentFile::can_look_up() const {
  if (!index_) return false;
  if (!lookup_intact_) {
    lookup_intact_ = index_->lookup().intact();
    if (!*lookup_intact_) note_index_damage();
  }
  return *lookup_intact_;
}

std::vector<std::uint32_t> SegmentFile::candidates(std::uint64_t hash) const {
  if (can_look_up()) return index_->lookup().find(hash);
  for (; hashed_ < streams(); ++hashed_) {
    const SegmentStream known = stream(hashed_);
    by_hash_.emplace(stream_hash(known.identity.name_space, known.identity.id), hashed_);
  }
  std::vector<std::uint32_t> found;
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) found.push_back(it->second);
  return found;
}

std::vector<std::uint32_t> SegmentFile::find(std::string_view name_space,
                                             std::string_view id) const {
  std::vector<std::uint32_t> found = candidates(stream_hash(name_space, id));
  std::erase_if(found, [&](std::uint32_t number) {
    const SegmentStream known = stream(number);
    return known.identity.name_space != name_space || known.identity.id != id;
  });
  if (found.size() < 2) return found;
  std::sort(found.begin(), found.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto ordinal = [&](std::uint32_t n) { return stream(n).identity.ordinal; };
    return std::pair(ordinal(a), a) < std::pair(ordinal(b), b);
  });
  return found;
}

}  // namespace reel::segment
