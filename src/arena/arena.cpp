#include "arena/arena.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/checksum.hpp"

namespace reel::arena {
namespace {

constexpr std::uint32_t kChunkStep = (16u << 20) / kChunkBytes;
constexpr std::uint32_t kSlotStep = 4096;  // 1 MiB

std::uint64_t header_checksum(const ArenaHeader& header) noexcept {
  return base::checksum64(
      std::string_view(reinterpret_cast<const char*>(&header), offsetof(ArenaHeader, checksum)));
}

void fill_header(ArenaHeader& header, const ArenaOptions& options) noexcept {
  header.magic = kArenaMagic;
  header.version = kArenaVersion;
  header.lane = options.lane;
  header.store = options.store;
  header.arena_id = options.arena_id;
  header.store_device = options.store_device;
  header.store_inode = options.store_inode;
  header.last_segment = options.last_segment;
  header.created_us = options.created_us;
  header.slot_count = options.slot_count;
  header.chunk_count = options.chunk_count;
  const std::size_t bytes = std::min(options.boot_id.size(), sizeof header.boot_id - 1);
  std::memcpy(header.boot_id, options.boot_id.data(), bytes);
  header.checksum = header_checksum(header);
}

}  // namespace

HeaderFault header_fault(const ArenaHeader& header) noexcept {
  if (header.magic != kArenaMagic || header.checksum != header_checksum(header)) {
    return HeaderFault::broken;
  }
  const bool known = header.version == kArenaVersion || header.version == kArenaVersion2;
  return known ? HeaderFault::none : HeaderFault::other_version;
}

Arena::Arena(std::string path, std::unique_ptr<io::SharedMapping> mapping)
    : path_(std::move(path)), mapping_(std::move(mapping)) {}

void Arena::place(std::uint32_t slot_count, std::uint32_t chunk_count,
                  std::uint32_t version) noexcept {
  char* base = mapping_->data();
  header_ = reinterpret_cast<ArenaHeader*>(base);
  filters_ = reinterpret_cast<NameFilter*>(base + filters_offset());
  slots_ = reinterpret_cast<StreamSlot*>(base + slots_offset());
  tags_ = reinterpret_cast<NameTag*>(base + tags_offset(slot_count));
  chunk_headers_ = reinterpret_cast<ChunkHeader*>(base + chunk_headers_offset(slot_count));
  chunks_ = base + chunks_offset(slot_count, chunk_count);
  chunk_bytes_ = arena::chunk_bytes(version);
}

Result<std::unique_ptr<Arena>> Arena::create(io::FileSystem& fs, const std::string& path,
                                             const ArenaOptions& options) {
  auto mapping = fs.create_shared(path, arena_file_bytes(options.slot_count, options.chunk_count));
  if (!mapping) return mapping.status();
  std::unique_ptr<Arena> arena(new Arena(path, std::move(*mapping)));
  arena->place(options.slot_count, options.chunk_count, kArenaVersion);

  const std::uint64_t headers = chunk_headers_offset(options.slot_count);
  const std::uint64_t chunks = chunks_offset(options.slot_count, options.chunk_count);
  Status status = arena->mapping_->reserve(0, slots_offset());
  if (status) status = arena->mapping_->reserve(headers, chunks - headers);
  if (status) {
    fill_header(*arena->header_, options);
    status = arena->reserve_slots().status();
  }
  if (status) status = arena->reserve_chunks().status();
  if (status) return arena;
  (void)fs.remove(path);
  return status;
}

Result<std::unique_ptr<Arena>> Arena::join(io::FileSystem& fs, const std::string& path,
                                           const base::Uuid& store, std::uint64_t arena_id) {
  auto mapping = fs.open_shared(path);
  if (!mapping) return mapping.status();
  std::unique_ptr<Arena> arena(new Arena(path, std::move(*mapping)));
  const std::uint64_t bytes = arena->mapping_->size();
  arena->place(0, 0, kArenaVersion);
  const ArenaHeader& header = *arena->header_;
  if (bytes < kPageBytes || header_fault(header) != HeaderFault::none || !(header.store == store) ||
      header.arena_id != arena_id || bytes < arena_file_bytes(header)) {
    return Error{ErrorCode::damaged, 0, path, 0, "this is not the arena that its lane names"};
  }
  arena->place(header.slot_count, header.chunk_count, header.version);
  return arena;
}

Result<Reserved> Arena::reserve_chunks() {
  const std::lock_guard lock(growing_);
  const std::uint32_t first = chunks_reserved();
  const std::uint32_t count = std::min(kChunkStep, header_->chunk_count - first);
  if (count == 0) return Reserved{first, 0};
  const auto offset = static_cast<std::uint64_t>(chunk(first) - mapping_->data());
  Status status = mapping_->reserve(offset, std::uint64_t{count} * kChunkBytes);
  if (!status) return status;
  header_->chunks_reserved.store(first + count, std::memory_order_release);
  return Reserved{first, count};
}

Result<Reserved> Arena::reserve_slots() {
  const std::lock_guard lock(growing_);
  const std::uint32_t first = slots_reserved();
  const std::uint32_t count = std::min(kSlotStep, header_->slot_count - first);
  if (count == 0) return Reserved{first, 0};
  const std::uint64_t offset = slots_offset() + std::uint64_t{first} * sizeof(StreamSlot);
  Status status = mapping_->reserve(offset, std::uint64_t{count} * sizeof(StreamSlot));
  if (!status) return status;
  status = mapping_->reserve(tags_offset(header_->slot_count) + first * sizeof(NameTag),
                             count * sizeof(NameTag));
  if (!status) return status;
  header_->slots_reserved.store(first + count, std::memory_order_release);
  return Reserved{first, count};
}

std::string_view Arena::name_of(const StreamSlot& slot) noexcept {
  const char* from = slot.name_chunk == kNoChunk ? slot.name : chunk(slot.name_chunk);
  return {from, std::size_t{slot.name_space_bytes} + slot.id_bytes};
}

}  // namespace reel::arena
