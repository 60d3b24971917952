#include "support/places.hpp"

namespace reel::test {

const char* const kSourceDir = REEL_SOURCE_DIR;
const char* const kReelTool = REEL_TOOL;

}  // namespace reel::test
