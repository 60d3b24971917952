// zstd, for all that a segment compresses: columns, fragments, dictionaries, pages of the index.
// How long the raw bytes are stands elsewhere in the file, never in the compressed ones.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

struct ZSTD_CCtx_s;

namespace reel::segment {

// One thread.
class Compressor {
 public:
  explicit Compressor(int zstd_level);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // What `compress` needs behind `to`, whatever the bytes.
  static std::size_t room(std::size_t raw_bytes) noexcept;
  // One zstd frame; answers its size, which is smaller than `raw`; 0: there is none that is.
  std::size_t compress(std::string_view raw, char* to) noexcept;

 private:
  ZSTD_CCtx_s* context_;  // nullptr: there was no memory for one
};

// One frame into exactly `raw`; false: it is not that. Any thread.
bool decompress(std::string_view frame, std::span<char> raw);

}  // namespace reel::segment
