// The columns of an index page, compressed: a page is a few kibibytes, so what a block would pay
// once for its context is shared here.
#pragma once

#include <string>
#include <string_view>

struct ZSTD_CCtx_s;

namespace reel::segment {

class PagePacker {
 public:
  explicit PagePacker(int zstd_level);
  ~PagePacker();
  PagePacker(const PagePacker&) = delete;
  PagePacker& operator=(const PagePacker&) = delete;

  // One zstd frame when that is smaller, else the columns as they are.
  void append(std::string& out, std::string_view columns);

 private:
  ZSTD_CCtx_s* context_;
  int level_;
};

// `stored` decompressed into exactly `columns`, which has the right size; false when it is not
// that.
bool unpack_columns(std::string_view stored, std::string& columns);

}  // namespace reel::segment
