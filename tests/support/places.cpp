#include "support/places.hpp"

namespace reel::test {

const char* const kSourceDir = REEL_SOURCE_DIR;
const char* const kReelTool = REEL_TOOL;
const char* const kEndsProgram = REEL_ENDS;
const char* const kPluginLibrary = REEL_PLUGIN;

}  // namespace reel::test
