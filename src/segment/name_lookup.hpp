// NameLookup: which streams of a segment may have a name, told by its hash, in place. The
// fingerprints of one bucket tell that a name is not there; one in 8192 that is not passes them.
//
//   starts        4 bytes * (buckets + 1): where in the arrays below each bucket begins
//   fingerprints  2 bytes * streams
//   numbers       number_bytes * streams; in a bucket ascending
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "segment/index_format.hpp"

namespace reel::segment {

// Appends the lookup of streams with these hashes, by number, and sets its fields in the header.
void append_lookup(std::string& out, const std::vector<std::uint64_t>& hashes, IndexHeader& header);

class NameLookup {
 public:
  // Takes its bytes off the front of `rest`, which must outlive it; nullopt when it cannot.
  static std::optional<NameLookup> parse(const IndexHeader& header, std::string_view& rest);

  // Before anything is looked up: a damaged lookup would hide streams.
  bool intact() const noexcept;
  std::string_view bytes() const noexcept { return bytes_; }
  // Ascending numbers of the streams whose names have this hash, and seldom others.
  std::vector<std::uint32_t> find(std::uint64_t hash) const;

 private:
  std::uint32_t start(std::uint64_t bucket) const noexcept;
  std::uint32_t number(std::uint32_t place) const noexcept;

  std::string_view bytes_;
  const char *fingerprints_ = nullptr, *numbers_ = nullptr;
  std::uint64_t checksum_ = 0;
  std::uint32_t streams_ = 0;
  unsigned bucket_bits_ = 0, number_bytes_ = 4;
};

}  // namespace reel::segment
