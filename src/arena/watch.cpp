#include "arena/watch.hpp"

#include "arena/fence.hpp"

namespace reel::arena {
namespace {

void take_frames(std::shared_ptr<const std::string> bytes, ArenaWatch::Look& look) {
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const auto frame = event::get_frame(rest);
    if (!frame) return;  // damage: readers and verify tell of it
    look.frames.push_back(
        {frame->header.slot, frame->header.incarnation, frame->header.seq, frame->event, bytes});
    rest.remove_prefix(frame->size);
  }
}

}  // namespace

Result<std::unique_ptr<ArenaWatch>> ArenaWatch::open(io::FileSystem& fs,
                                                     const std::string& arena_path,
                                                     const base::Uuid& store,
                                                     std::uint64_t arena_id) {
  auto mapping = fs.map(arena_path);
  if (!mapping) return mapping.status();
  auto view = ArenaView::make((*mapping)->bytes(), arena_path, store, arena_id);
  if (!view) return view.status();
  return std::unique_ptr<ArenaWatch>(new ArenaWatch(*std::move(mapping), *view));
}

ArenaWatch::Look ArenaWatch::look() {
  Look look;
  look.missed = first_;
  first_ = false;
  const std::uint32_t chunks = view_.chunks();
  if (seen_.size() < chunks) seen_.resize(chunks);
  for (std::uint32_t i = 0; i < chunks; ++i) look_at(i, look);
  return look;
}

// What a chunk says is taken in the order in which it changes from the other end: generation,
// state, committed. Whatever changes hands meanwhile shows as another generation afterwards.
void ArenaWatch::look_at(std::uint32_t chunk, Look& look) {
  const ChunkHeader& header = view_.chunk_header(chunk);
  Seen& seen = seen_[chunk];
  const std::uint64_t generation = header.generation.load(std::memory_order_acquire);
  if (generation != seen.generation) {
    look.missed |= !seen.whole || generation != seen.generation + 1;
    seen = {generation, 0, false};
  }
  if (seen.whole) return;
  const auto state = static_cast<ChunkState>(header.state.load(std::memory_order_acquire));
  const std::uint32_t committed = header.committed.load(std::memory_order_acquire);
  if (committed > view_.chunk_bytes() || committed < seen.committed) return;
  auto bytes = std::make_shared<std::string>();
  if (committed > seen.committed && !copy(chunk, state, committed, *bytes)) return;
  loads_before_this();
  // Given back meanwhile: the next look says what that means.
  if (header.generation.load(std::memory_order_relaxed) != generation) return;
  // The rest of a run goes with its head, and a name is no event.
  seen.whole = state == ChunkState::full || state == ChunkState::run_body ||
               state == ChunkState::name || (state == ChunkState::run_head && committed > 0);
  seen.committed = committed;
  if (!bytes->empty()) take_frames(std::move(bytes), look);
}

bool ArenaWatch::copy(std::uint32_t chunk, ChunkState state, std::uint32_t committed,
                      std::string& bytes) const {
  const std::uint32_t from = seen_[chunk].committed;
  if (state == ChunkState::open || state == ChunkState::full) {
    bytes.assign(view_.chunk(chunk) + from, committed - from);
    return true;
  }
  return state == ChunkState::run_head && copy_run(view_, chunk, bytes);
}

std::optional<SnapshotStream> ArenaWatch::stream_in(std::uint32_t slot) const {
  if (slot >= view_.slots()) return std::nullopt;
  return copy_slot(view_, slot);
}

std::uint32_t ArenaWatch::listings() const noexcept {
  return view_.header().listings.load(std::memory_order_acquire);
}

std::uint32_t ArenaWatch::arrivals() const noexcept {
  return view_.header().arrivals.load(std::memory_order_acquire);
}

bool ArenaWatch::ended() const noexcept {
  return view_.header().ended.load(std::memory_order_acquire) != 0;
}

}  // namespace reel::arena
