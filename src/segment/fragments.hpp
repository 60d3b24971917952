// Puts the text and parts of an event that lies in fragment blocks together again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/file_view.hpp"
#include "segment/data_block.hpp"

namespace reel::segment {

// Where fragments were not what their row says.
struct FragmentDamage {
  std::uint64_t offset = 0, bytes = 0;
};

// Fills `buffer` with text and parts and points row.event at them. Memory grows with what is really
// there, one checked fragment at a time, never with what the row claims.
std::optional<FragmentDamage> assemble(const io::FileView& file, std::uint64_t segment_id,
                                       const BlockRow& row, std::string& buffer, EventView& event);

}  // namespace reel::segment
