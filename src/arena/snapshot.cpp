#include "arena/snapshot.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "arena/arena_view.hpp"
#include "arena/fence.hpp"

namespace reel::arena {
namespace {

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
    } else if (state != ChunkState::run_head || !copy_run(view_, index, copy)) {
      return;
    }
    loads_before_this();
    if (header.generation.load(std::memory_order_relaxed) != generation) return;
    snapshot_.buffers.push_back(std::move(copy));
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
