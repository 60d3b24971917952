#include "segment/compression.hpp"

#include <zstd.h>

#include <memory>

#include "base/thread_own.hpp"

namespace reel::segment {
namespace {

struct Decompressor {
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

}  // namespace

Compressor::Compressor(int zstd_level) : context_(ZSTD_createCCtx()) {
  if (context_ == nullptr) return;
  ZSTD_CCtx_setParameter(context_, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, zstd_level);
}
Compressor::~Compressor() { ZSTD_freeCCtx(context_); }

std::size_t Compressor::room(std::size_t raw_bytes) noexcept {
  return ZSTD_compressBound(raw_bytes);
}

std::size_t Compressor::compress(std::string_view raw, char* to) noexcept {
  if (context_ == nullptr) return 0;
  const std::size_t packed = ZSTD_compress2(context_, to, room(raw.size()), raw.data(), raw.size());
  return ZSTD_isError(packed) == 0 && packed < raw.size() ? packed : 0;
}

bool decompress(std::string_view frame, std::span<char> raw) {
  ZSTD_DCtx* const context = base::thread_own<Decompressor>().context.get();
  if (context == nullptr) return false;
  const std::size_t got =
      ZSTD_decompressDCtx(context, raw.data(), raw.size(), frame.data(), frame.size());
  return ZSTD_isError(got) == 0 && got == raw.size();
}

}  // namespace reel::segment
