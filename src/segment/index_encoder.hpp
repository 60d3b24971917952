// Lays a StreamTable out as the index of a sealed segment, page by page.
#pragma once

#include <optional>
#include <string>

#include "segment/stream_table.hpp"

namespace reel::segment {

// The payload of the index block; nullopt when it would be too large for one, or a page of it.
std::optional<std::string> encode_index(const StreamTable& table, int zstd_level);

}  // namespace reel::segment
