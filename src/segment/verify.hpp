// Checks every byte of one segment: see SegmentReader::verify.
#pragma once

#include "reel/reader.hpp"
#include "segment/segment_file.hpp"

namespace reel::segment {

// Appends files, bytes, blocks, events, damage and notes; leaves `ok` alone.
void verify_segment(const SegmentFile& file, VerifyReport& report);

}  // namespace reel::segment
