#include "arena/snapshot.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "arena/arena.hpp"
#include "arena/fence.hpp"
#include "arena/slot_name.hpp"

namespace reel::arena {
namespace {

// The arena's parts, read-only, with bounds checked once against the mapping.
class ArenaView {
 public:
  static Result<ArenaView> make(std::string_view bytes, const std::string& path,
                                const base::Uuid& store, std::uint64_t arena_id) {
    const auto damaged = [&](const char* why) {
      return Error{ErrorCode::damaged, 0, path, 0, why};
    };
    if (bytes.size() < kPageBytes) return damaged("too short for an arena; it is not read");
    const auto& header = *reinterpret_cast<const ArenaHeader*>(bytes.data());
    switch (header_fault(header)) {
      case HeaderFault::none:
        break;
      case HeaderFault::broken:
        return damaged("not an arena; it is not read");
      case HeaderFault::other_version:
        return damaged("an arena of another version of reel; it is not read");
    }
    if (!(header.store == store) || header.arena_id != arena_id) {
      return damaged("the arena belongs to another store; it is left alone");
    }
    if (bytes.size() < arena_file_bytes(header)) {
      return damaged("the arena is shorter than its header says; it is not read");
    }
    return ArenaView(bytes.data(), header);
  }

  std::uint32_t slots() const {
    return std::min(header_->slots_reserved.load(std::memory_order_acquire), header_->slot_count);
  }
  std::uint32_t chunks() const {
    return std::min(header_->chunks_reserved.load(std::memory_order_acquire), header_->chunk_count);
  }
  const StreamSlot& slot(std::uint32_t i) const {
    return reinterpret_cast<const StreamSlot*>(base_ + slots_offset())[i];
  }
  const ChunkHeader& chunk_header(std::uint32_t i) const {
    return reinterpret_cast<const ChunkHeader*>(base_ +
                                                chunk_headers_offset(header_->slot_count))[i];
  }
  const char* chunk(std::uint32_t i) const {
    return base_ + chunks_offset(header_->slot_count, header_->chunk_count) +
           std::uint64_t{i} * chunk_bytes();
  }
  std::uint32_t chunk_bytes() const { return arena::chunk_bytes(header_->version); }

 private:
  ArenaView(const char* base, const ArenaHeader& header) : base_(base), header_(&header) {}
  const char* base_;
  const ArenaHeader* header_;
};

// One taken slot, copied while its incarnation stayed the same.
std::optional<SnapshotStream> copy_slot(const ArenaView& view, std::uint32_t index) {
  const StreamSlot& slot = view.slot(index);
  SnapshotStream stream;
  stream.incarnation = slot.incarnation.load(std::memory_order_acquire);
  if (stream.incarnation == 0) return std::nullopt;
  stream.ordinal = slot.ordinal;
  stream.first_seq = slot.first_seq;
  stream.written_seq = slot.written_seq.load(std::memory_order_acquire);
  stream.held = is_held(slot.closed_at.load(std::memory_order_acquire));
  // gap_first grows with each new gap, while gap_count is 0: the same before and after, it is the
  // one that was counted.
  do {
    stream.gap_first = slot.gap_first.load(std::memory_order_acquire);
    stream.gap_count = slot.gap_count.load(std::memory_order_acquire);
  } while (slot.gap_first.load(std::memory_order_acquire) != stream.gap_first);
  const auto name = slot_name(slot, view.chunk(0), view.chunks(), view.chunk_bytes());
  if (!name) return std::nullopt;
  stream.name_space = name->name_space;
  stream.id = name->id;
  loads_before_this();
  if (slot.incarnation.load(std::memory_order_relaxed) != stream.incarnation) return std::nullopt;
  return stream;
}

class Taker {
 public:
  Taker(const ArenaView& view, ArenaSnapshot& snapshot) : view_(view), snapshot_(snapshot) {}

  // Chunks before slots: a frame's slot is taken before the frame is made, so every frame copied
  // here finds its stream, unless the writer has written and given it up meanwhile.
  void take() {
    for (std::uint32_t i = 0; i < view_.chunks(); ++i) copy_chunk(i);
    for (std::uint32_t i = 0; i < view_.slots(); ++i) {
      if (auto stream = copy_slot(view_, i)) {
        by_slot_.emplace(i, snapshot_.streams.size());
        snapshot_.streams.push_back(std::move(*stream));
      }
    }
    for (const std::string& buffer : snapshot_.buffers) sort_in(buffer);
    for (SnapshotStream& stream : snapshot_.streams) {
      std::sort(stream.frames.begin(), stream.frames.end(),
                [](const auto& a, const auto& b) { return a.seq < b.seq; });
    }
    std::sort(snapshot_.streams.begin(), snapshot_.streams.end(),
              [](const auto& a, const auto& b) { return a.ordinal < b.ordinal; });
  }

 private:
  void copy_chunk(std::uint32_t index) {
    const ChunkHeader& header = view_.chunk_header(index);
    const std::uint64_t generation = header.generation.load(std::memory_order_acquire);
    const auto state = static_cast<ChunkState>(header.state.load(std::memory_order_acquire));
    const std::uint32_t committed = header.committed.load(std::memory_order_acquire);
    if (committed == 0 || committed > view_.chunk_bytes()) return;
    std::string copy;
    if (state == ChunkState::open || state == ChunkState::full) {
      copy.assign(view_.chunk(index), committed);
    } else if (state != ChunkState::run_head || !copy_run(index, copy)) {
      return;
    }
    loads_before_this();
    if (header.generation.load(std::memory_order_relaxed) != generation) return;
    snapshot_.buffers.push_back(std::move(copy));
  }

  // The pieces of one large event, joined. False when the chain makes no sense (it was given back).
  bool copy_run(std::uint32_t index, std::string& copy) const {
    std::uint64_t left = view_.chunk_header(index).run_bytes;
    if (left > std::uint64_t{view_.chunks()} * view_.chunk_bytes()) return false;
    copy.reserve(left);
    while (left > 0) {
      if (index >= view_.chunks()) return false;
      const auto piece =
          static_cast<std::size_t>(std::min<std::uint64_t>(left, view_.chunk_bytes()));
      copy.append(view_.chunk(index), piece);
      left -= piece;
      index = view_.chunk_header(index).next;
    }
    return true;
  }

  void sort_in(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto frame = event::get_frame(bytes);
      if (!frame) {
        snapshot_.damaged_bytes += bytes.size();
        return;
      }
      add(*frame, bytes);
      bytes.remove_prefix(frame->size);
    }
  }

  void add(const event::DecodedFrame& frame, std::string_view bytes) {
    const auto found = by_slot_.find(frame.header.slot);
    if (found == by_slot_.end()) return;  // written, and its stream given up
    SnapshotStream& stream = snapshot_.streams[found->second];
    if (static_cast<std::uint32_t>(stream.incarnation) != frame.header.incarnation) return;
    stream.frames.push_back(
        {frame.header.seq, bytes.data(), static_cast<std::uint32_t>(frame.size)});
  }

  const ArenaView& view_;
  ArenaSnapshot& snapshot_;
  std::unordered_map<std::uint32_t, std::size_t> by_slot_;
};

}  // namespace

Result<ArenaSnapshot> take_snapshot(io::FileSystem& fs, const std::string& arena_path,
                                    const base::Uuid& store, std::uint64_t arena_id) {
  auto mapping = fs.map(arena_path);
  if (!mapping) return mapping.status();
  auto view = ArenaView::make((*mapping)->bytes(), arena_path, store, arena_id);
  if (!view) return view.status();
  ArenaSnapshot snapshot;
  snapshot.path = arena_path;
  Taker(*view, snapshot).take();
  return snapshot;
}

std::optional<std::uint32_t> takeovers(io::FileSystem& fs, const std::string& arena_path,
                                       std::uint64_t arena_id) {
  const auto mapping = fs.map(arena_path);
  if (!mapping || (*mapping)->bytes().size() < kPageBytes) return std::nullopt;
  const auto& header = *reinterpret_cast<const ArenaHeader*>((*mapping)->bytes().data());
  if (header.arena_id != arena_id) return std::nullopt;
  return header.takeovers.load(std::memory_order_acquire);
}

}  // namespace reel::arena
