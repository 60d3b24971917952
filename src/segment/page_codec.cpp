#include "segment/page_codec.hpp"

#include <zstd.h>

#include <memory>

#include "base/thread_own.hpp"

namespace reel::segment {
namespace {

struct PageDecompressor {
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

}  // namespace

PagePacker::PagePacker(int zstd_level) : context_(ZSTD_createCCtx()), level_(zstd_level) {}
PagePacker::~PagePacker() { ZSTD_freeCCtx(context_); }

void PagePacker::append(std::string& out, std::string_view columns) {
  const std::size_t from = out.size(), room = ZSTD_compressBound(columns.size());
  if (context_ != nullptr) {
    out.resize(from + room);
    const std::size_t packed = ZSTD_compressCCtx(context_, out.data() + from, room, columns.data(),
                                                 columns.size(), level_);
    if (ZSTD_isError(packed) == 0 && packed < columns.size()) return out.resize(from + packed);
    out.resize(from);
  }
  out.append(columns);
}

bool unpack_columns(std::string_view stored, std::string& columns) {
  if (stored.size() == columns.size()) {
    columns.assign(stored);
    return true;
  }
  const std::size_t got =
      ZSTD_decompressDCtx(base::thread_own<PageDecompressor>().context.get(), columns.data(),
                          columns.size(), stored.data(), stored.size());
  return ZSTD_isError(got) == 0 && got == columns.size();
}

}  // namespace reel::segment
