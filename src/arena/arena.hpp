// Arena: the mapped memory that outlives the process: a table of streams and a pool of chunks.
// It hands out addresses and grows in steps; who may write where is the rooms' agreement: an open
// chunk belongs to the thread that took it, a full one to the writer, a slot to its Recorder and
// (written_seq) to the writer. reserve_* may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "arena/layout.hpp"
#include "arena/name_filter.hpp"
#include "io/file_system.hpp"
#include "reel/options.hpp"
#include "reel/status.hpp"

namespace reel::arena {

struct ArenaOptions {
  base::Uuid store;
  std::uint64_t store_device = 0, store_inode = 0;
  std::uint64_t arena_id = 0;
  std::uint64_t last_segment = 0;
  std::int64_t created_us = 0;
  std::string boot_id;
  std::uint32_t lane = 0;
  std::uint32_t slot_count = 0;
  std::uint32_t chunk_count = 0;
};

// The new units [first, first + count).
struct Reserved {
  std::uint32_t first = 0, count = 0;
};

class Arena {
 public:
  // Makes the file (it must not exist) and reserves the first step of slots and chunks.
  static Result<std::unique_ptr<Arena>> create(io::FileSystem& fs, const std::string& path,
                                               const ArenaOptions& options);
  // Another lane's, to look into its stream table and to tell it something. not_found: there is no
  // such file (yet, or any more). damaged: it is not the arena `arena_id` of `store`, or not yet.
  static Result<std::unique_ptr<Arena>> join(io::FileSystem& fs, const std::string& path,
                                             const base::Uuid& store, std::uint64_t arena_id);

  const std::string& path() const noexcept { return path_; }
  ArenaHeader& header() noexcept { return *header_; }
  StreamSlot& slot(std::uint32_t index) noexcept { return slots_[index]; }
  NameTag& tag(std::uint32_t slot_index) noexcept { return tags_[slot_index]; }
  NameFilter& filter(std::uint64_t turn) noexcept { return filters_[turn % 2]; }
  ChunkHeader& chunk_header(std::uint32_t index) noexcept { return chunk_headers_[index]; }
  char* chunk(std::uint32_t index) noexcept {
    return chunks_ + std::uint64_t{index} * chunk_bytes_;
  }
  std::uint32_t chunks_reserved() const noexcept {
    return header_->chunks_reserved.load(std::memory_order_acquire);
  }
  std::uint32_t slots_reserved() const noexcept {
    return header_->slots_reserved.load(std::memory_order_acquire);
  }

  // The next step of chunks or slots. count == 0: the arena has its full size. An error: the
  // filesystem has no room.
  Result<Reserved> reserve_chunks();
  Result<Reserved> reserve_slots();

  // kChunkBytes, but in an arena of another version that was joined.
  std::uint32_t chunk_bytes() const noexcept { return chunk_bytes_; }

  // Namespace and id of a slot, wherever they lie. Live as long as the slot is taken.
  std::string_view name_of(const StreamSlot& slot) noexcept;

 private:
  Arena(std::string path, std::unique_ptr<io::SharedMapping> mapping);
  void place(std::uint32_t slot_count, std::uint32_t chunk_count, std::uint32_t version) noexcept;

  std::string path_;
  std::unique_ptr<io::SharedMapping> mapping_;
  ArenaHeader* header_ = nullptr;
  NameFilter* filters_ = nullptr;
  StreamSlot* slots_ = nullptr;
  NameTag* tags_ = nullptr;
  ChunkHeader* chunk_headers_ = nullptr;
  char* chunks_ = nullptr;
  std::uint32_t chunk_bytes_ = kChunkBytes;
  std::mutex growing_;
};

// Where a new arena goes, by the user's choice and what the machine has.
struct Place {
  std::string path;
  bool on_tmpfs = false;
};
Result<Place> choose_place(io::FileSystem& fs, ArenaPlace wish, const std::string& lane_directory,
                           std::uint64_t arena_id, std::uint64_t bytes);

// Of the machine's current run; "" where the system does not say.
std::string boot_id(io::FileSystem& fs);

enum class HeaderFault : std::uint8_t { none, broken, other_version };
// none: the header's fixed part is whole and of a version that this code reads.
HeaderFault header_fault(const ArenaHeader& header) noexcept;

}  // namespace reel::arena
