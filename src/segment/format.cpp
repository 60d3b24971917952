#include "segment/format.hpp"

#include <xxhash.h>

#include <algorithm>
#include <string>

namespace reel::segment {

std::uint64_t checksum(std::string_view bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t digest_step(std::uint64_t digest, std::uint64_t header_checksum) noexcept {
  const std::uint64_t both[2] = {digest, header_checksum};
  return XXH3_64bits(both, sizeof both);
}

std::uint64_t stream_hash(std::string_view name_space, std::string_view id) {
  constexpr std::size_t kShortBytes = 256;
  if (name_space.size() + 1 + id.size() <= kShortBytes) {  // nearly always
    char key[kShortBytes];
    char* to = std::copy(name_space.begin(), name_space.end(), key);
    *to++ = '\0';
    to = std::copy(id.begin(), id.end(), to);
    return checksum({key, static_cast<std::size_t>(to - key)});
  }
  std::string key;
  key.reserve(name_space.size() + 1 + id.size());
  key.append(name_space).push_back('\0');
  key.append(id);
  return checksum(key);
}

}  // namespace reel::segment
