#include "segment/block_codec.hpp"

#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "base/thread_own.hpp"

namespace reel::segment {
namespace {

std::size_t raw_max(BlockKind kind) noexcept {
  switch (kind) {
    case BlockKind::data:
      return kBlockRawMax;
    case BlockKind::fragment:
      return kFragmentRawMax;
    case BlockKind::index:
      return UINT32_MAX;
  }
  return 0;
}

bool sane(const BlockHeader& header) noexcept {
  if (header.magic != kBlockMagic || header.zero != 0 || (header.flags & ~kZstd) != 0) return false;
  if (header.kind < BlockKind::data || header.kind > BlockKind::index) return false;
  if (header.raw_bytes > raw_max(header.kind)) return false;
  if ((header.flags & kZstd) == 0) return header.stored_bytes == header.raw_bytes;
  return header.kind != BlockKind::index && header.stored_bytes < header.raw_bytes;
}

}  // namespace

BlockPacker::BlockPacker(int zstd_level) : context_(ZSTD_createCCtx()), level_(zstd_level) {}
BlockPacker::~BlockPacker() { ZSTD_freeCCtx(context_); }

std::string_view BlockPacker::pack(BlockHeader& header, std::string_view raw) {
  const std::span<char> block = pack_unsealed(header, raw);
  seal_block(block, header);
  return {block.data(), block.size()};
}

std::span<char> BlockPacker::pack_unsealed(BlockHeader& header, std::string_view raw) {
  const bool compress = header.kind != BlockKind::index;
  const std::size_t room = compress ? ZSTD_compressBound(raw.size()) : raw.size();
  const std::size_t block_max = sizeof header + padded(std::max(room, raw.size()));
  if (buffer_.size() < block_max) buffer_ = io::LargeBuffer(block_max);
  char* const payload = buffer_.data() + sizeof header;
  header.raw_bytes = static_cast<std::uint32_t>(raw.size());
  header.stored_bytes = header.raw_bytes;
  header.flags = 0;
  if (compress && context_ != nullptr) {
    const std::size_t packed =
        ZSTD_compressCCtx(context_, payload, room, raw.data(), raw.size(), level_);
    if (ZSTD_isError(packed) == 0 && packed < raw.size()) {
      header.stored_bytes = static_cast<std::uint32_t>(packed);
      header.flags = kZstd;
    }
  }
  if (header.flags == 0 && !raw.empty()) std::memcpy(payload, raw.data(), raw.size());
  const std::size_t end = padded(header.stored_bytes);
  std::memset(payload + header.stored_bytes, 0, end - header.stored_bytes);
  return {buffer_.data(), block_bytes(header)};
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

std::optional<BlockHeader> read_block_header(std::string_view file, std::uint64_t offset,
                                             std::uint64_t segment_id) noexcept {
  if (offset % kBlockAlign != 0 || offset > file.size() ||
      file.size() - offset < sizeof(BlockHeader)) {
    return std::nullopt;
  }
  const std::string_view bytes = file.substr(offset, sizeof(BlockHeader));
  const auto header = base::load<BlockHeader>(bytes.data());
  if (checksum(bytes.substr(kHeaderChecksumFrom)) != header.header_checksum) return std::nullopt;
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

std::string_view block_payload(std::string_view file, const BlockHeader& header) noexcept {
  return file.substr(header.offset + sizeof header, header.stored_bytes);
}

bool payload_intact(std::string_view file, const BlockHeader& header) noexcept {
  const std::string_view block = file.substr(header.offset, block_bytes(header));
  const std::size_t end = sizeof header + header.stored_bytes;
  const std::string_view padding = block.substr(end);
  return padding.find_first_not_of('\0') == std::string_view::npos &&
         checksum(block.substr(kPayloadChecksumFrom, end - kPayloadChecksumFrom)) ==
             header.payload_checksum;
}

struct Decompressor {
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

std::unique_ptr<char[]> unpack(std::string_view file, const BlockHeader& header) {
  const std::string_view stored = block_payload(file, header);
  std::unique_ptr<char[]> raw(new char[header.raw_bytes + std::size_t{1}]);
  if ((header.flags & kZstd) == 0) {
    std::memcpy(raw.get(), stored.data(), stored.size());
    return raw;
  }
  const std::size_t got =
      ZSTD_decompressDCtx(base::thread_own<Decompressor>().context.get(), raw.get(),
                          header.raw_bytes, stored.data(), stored.size());
  return ZSTD_isError(got) == 0 && got == header.raw_bytes ? std::move(raw) : nullptr;
}

}  // namespace reel::segment
