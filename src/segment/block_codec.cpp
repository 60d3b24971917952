#include "segment/block_codec.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"

namespace reel::segment {
namespace {

std::size_t raw_max(BlockKind kind) noexcept {
  switch (kind) {
    case BlockKind::data:
    case BlockKind::dictionary:
    case BlockKind::facets:
      return kBlockRawMax;
    case BlockKind::lineage:
      return kLineageRawMax;
    case BlockKind::fragment:
      return kFragmentRawMax;
    case BlockKind::index:
      return UINT32_MAX;
  }
  return 0;
}

bool sane(const BlockHeader& header) noexcept {
  if (header.magic != kBlockMagic || header.kind < BlockKind::data) return false;
  if (header.kind > BlockKind::lineage) return true;  // of a later minor version: passed over
  if (header.zero != 0 || (header.flags & ~kZstd) != 0) return false;
  if (header.raw_bytes > raw_max(header.kind)) return false;
  const bool zstd = (header.flags & kZstd) != 0;
  if (header.kind == BlockKind::data) {
    return !zstd && header.stored_bytes <= header.raw_bytes + kDirectoryBytesMax;
  }
  if (!zstd) return header.stored_bytes == header.raw_bytes;
  return header.kind != BlockKind::index && header.stored_bytes < header.raw_bytes;
}

}  // namespace

std::string_view BlockPacker::pack(BlockHeader& header, const BlockShape& shape,
                                   std::string_view raw) {
  const std::span<char> block = pack_unsealed(header, shape, raw);
  seal_block(block, header);
  return {block.data(), block.size()};
}

char* BlockPacker::room_for_payload(std::size_t bytes) {
  const std::size_t block_max = sizeof(BlockHeader) + padded(bytes);
  if (buffer_.size() < block_max) buffer_ = io::LargeBuffer(block_max);
  return buffer_.data() + sizeof(BlockHeader);
}

std::span<char> BlockPacker::pack_unsealed(BlockHeader& header, const BlockShape& shape,
                                           std::string_view raw) {
  header.flags = 0;
  header.raw_bytes = static_cast<std::uint32_t>(raw.size());
  header.stored_bytes = static_cast<std::uint32_t>(
      header.kind == BlockKind::data ? pack_columns(shape, raw) : pack_whole(header, raw));
  const std::size_t end = padded(header.stored_bytes);
  std::memset(buffer_.data() + sizeof header + header.stored_bytes, 0, end - header.stored_bytes);
  return {buffer_.data(), block_bytes(header)};
}

// Answers the stored bytes, as does pack_columns.
std::size_t BlockPacker::pack_whole(BlockHeader& header, std::string_view raw) {
  char* const to = room_for_payload(Compressor::room(raw.size()));
  if (header.kind != BlockKind::index) {
    if (const std::size_t packed = compressor_.compress(raw, to); packed != 0) {
      header.flags = kZstd;
      return packed;
    }
  }
  if (!raw.empty()) std::memcpy(to, raw.data(), raw.size());
  return raw.size();
}

// The directory comes first and its length is known last: the columns are stored behind the room it
// might take, and moved up to it.
std::size_t BlockPacker::pack_columns(const BlockShape& shape, std::string_view raw) {
  std::size_t room = kDirectoryBytesMax;
  for (const std::uint32_t bytes : shape.raw) room += Compressor::room(bytes);
  char* const payload = room_for_payload(room);
  char* const columns = payload + kDirectoryBytesMax;
  char* to = columns;
  ColumnSizes stored{};
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::size_t bytes = store_column(compressor_, raw.substr(0, shape.raw[i]), to);
    raw.remove_prefix(shape.raw[i]);
    stored[i] = static_cast<std::uint32_t>(bytes);
    to += bytes;
  }
  const char* const end = to;
  to = put_directory(payload, shape, stored);
  std::memmove(to, columns, static_cast<std::size_t>(end - columns));
  return static_cast<std::size_t>(to - payload) + static_cast<std::size_t>(end - columns);
}

void seal_block(std::span<char> block, BlockHeader& header) {
  char* const at = block.data();
  base::store(at, header);
  header.payload_checksum = checksum(
      {at + kPayloadChecksumFrom, sizeof header - kPayloadChecksumFrom + header.stored_bytes});
  base::store(at, header);
  header.header_checksum =
      checksum({at + kHeaderChecksumFrom, sizeof header - kHeaderChecksumFrom});
  base::store(at, header);
}

std::optional<BlockHeader> read_block_header(const io::FileView& file, std::uint64_t offset,
                                             std::uint64_t segment_id) {
  if (offset % kBlockAlign != 0 || offset > file.size() ||
      file.size() - offset < sizeof(BlockHeader)) {
    return std::nullopt;
  }
  const auto bytes = file.bytes(offset, sizeof(BlockHeader));
  if (!bytes) return std::nullopt;
  const auto header = base::load<BlockHeader>(bytes->view.data());
  if (checksum(bytes->view.substr(kHeaderChecksumFrom)) != header.header_checksum) {
    return std::nullopt;
  }
  if (!sane(header) || header.segment_id != segment_id || header.offset != offset) {
    return std::nullopt;
  }
  if (block_bytes(header) > file.size() - offset) return std::nullopt;
  return header;
}

BlockEntry entry_of(const BlockHeader& header) noexcept {
  BlockEntry entry;
  entry.offset = header.offset;
  entry.stored_bytes = header.stored_bytes;
  entry.raw_bytes = header.raw_bytes;
  entry.events = header.events;
  entry.kind = static_cast<std::uint32_t>(header.kind);
  entry.min_ts_ms = header.min_ts_ms;
  entry.max_ts_ms = header.max_ts_ms;
  return entry;
}

std::uint64_t block_bytes(const BlockHeader& header) noexcept {
  return sizeof header + padded(header.stored_bytes);
}

std::optional<StoredBlock> read_block(const io::FileView& file, const BlockHeader& header) {
  auto read = file.bytes(header.offset, block_bytes(header));
  if (!read) return std::nullopt;
  const std::string_view block = read->view;
  const std::size_t end = sizeof header + header.stored_bytes;
  if (block.substr(end).find_first_not_of('\0') != std::string_view::npos ||
      checksum(block.substr(kPayloadChecksumFrom, end - kPayloadChecksumFrom)) !=
          header.payload_checksum) {
    return std::nullopt;
  }
  return StoredBlock{header, block, std::move(read->keep)};
}

std::optional<StoredBlock> whole_block(const io::FileView& file, std::uint64_t segment_id,
                                       const BlockEntry& entry, BlockKind kind,
                                       std::uint32_t ordinal, BlockDamage& damaged) {
  const auto header = read_block_header(file, entry.offset, segment_id);
  if (!header || header->kind != kind || header->ordinal != ordinal) {
    damaged = {sizeof(BlockHeader) + padded(entry.stored_bytes), "block header"};
    return std::nullopt;
  }
  auto block = read_block(file, *header);
  if (!block) damaged = {block_bytes(*header), "block payload"};
  return block;
}

std::unique_ptr<char[]> unpack(const StoredBlock& block) {
  const std::string_view stored = block.payload();
  std::unique_ptr<char[]> raw(new char[block.header.raw_bytes + std::size_t{1}]);
  if ((block.header.flags & kZstd) == 0) {
    std::memcpy(raw.get(), stored.data(), stored.size());
    return raw;
  }
  return decompress(stored, {raw.get(), block.header.raw_bytes}) ? std::move(raw) : nullptr;
}

}  // namespace reel::segment
