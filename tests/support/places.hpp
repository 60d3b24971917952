// Where this build lies. Only places.cpp is compiled with these paths, so that a compiler cache
// serves the tests of every checkout.
#pragma once

namespace reel::test {

extern const char* const kSourceDir;
extern const char* const kReelTool;  // the command `reel`; "" when it is not built
// tests/lifecycle/: a program that ends, and a plugin for it to load.
extern const char* const kEndsProgram;
extern const char* const kPluginLibrary;

}  // namespace reel::test
