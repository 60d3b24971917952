// StreamTable: what a segment knows of its streams and blocks while it grows: the writer's running
// account and, rebuilt from the blocks, the reader's of an unsealed segment. encode_index()
// (index_encoder.hpp) lays it out as the index of a sealed one, which IndexView reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/facts.hpp"
#include "io/large_memory.hpp"
#include "segment/facets.hpp"
#include "segment/format.hpp"
#include "segment/segment_writer.hpp"

namespace reel::segment {

// A stream's place in the segment: facts, links, last START.
struct StreamRecord {
  event::StreamFacts facts;
  std::uint64_t start_seq = 0;
  std::uint32_t last_link = UINT32_MAX;  // into the chain of links
  std::uint32_t links = 0;
};

class StreamTable {
 public:
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(records_.size()); }
  // Copies the identity. Returns its number.
  std::uint32_t add(const StreamIdentity& identity);
  // Its names live as long as the table.
  StreamIdentity identity(std::uint32_t number) const;
  StreamRecord& record(std::uint32_t number) { return records_[number]; }
  const StreamRecord& record(std::uint32_t number) const { return records_[number]; }

  // Notes that the stream has events from `first_seq` on in block `block`; once per block.
  void link(std::uint32_t number, std::uint32_t block, std::uint64_t first_seq);
  std::vector<Link> links(std::uint32_t number) const;
  void links(std::uint32_t number, std::vector<Link>& links) const;  // in place of what it holds

  // The snapshots of a stream, in the order of their blocks; of all, by stream and seq.
  std::vector<SnapshotEntry> snapshots(std::uint32_t number) const;
  std::vector<SnapshotEntry> sorted_snapshots() const;
  void add_snapshot(const SnapshotEntry& snapshot) { snapshots_.push_back(snapshot); }

  // What is known of START options. Who takes a START back tells it.
  FacetTable& facets() noexcept { return facets_; }
  const FacetTable& facets() const noexcept { return facets_; }

  std::vector<BlockEntry>& blocks() noexcept { return blocks_; }
  const std::vector<BlockEntry>& blocks() const noexcept { return blocks_; }

  std::uint64_t events() const noexcept { return events_; }
  void add_events(std::uint64_t count) noexcept { events_ += count; }

  // Takes back what was added since `mark` was taken; the records themselves are the caller's to
  // restore. Streams stay.
  struct Mark {
    std::size_t blocks = 0, chain = 0, snapshots = 0;
    std::uint64_t events = 0;
  };
  Mark mark() const noexcept { return {blocks_.size(), chain_.size(), snapshots_.size(), events_}; }
  void take_back(const Mark& mark);

 private:
  struct Chained {
    Link link;
    std::uint32_t previous = UINT32_MAX;
  };
  struct Named {
    std::uint64_t incarnation, ordinal;
    const char* names;  // namespace, then id
    std::uint32_t name_space_bytes, id_bytes;
  };
  char* room_for_names(std::size_t bytes);
  io::LargeVector<StreamRecord> records_;
  io::LargeVector<Named> named_;
  std::vector<io::LargeBuffer> names_;  // the last of which has this room left
  std::size_t names_room_ = 0;
  io::LargeVector<Chained> chain_;
  std::vector<SnapshotEntry> snapshots_;
  std::vector<BlockEntry> blocks_;
  FacetTable facets_;
  std::uint64_t events_ = 0;  // rows, gap records included
};

}  // namespace reel::segment
