// Loads for tests.
#pragma once

#include "load/load_generator.hpp"
#include "support/catch.hpp"

namespace reel::load {

// Fails the running test when there is no such load.
inline LoadGenerator made(const LoadOptions& options) {
  auto generator = LoadGenerator::make(options);
  INFO((generator ? "" : generator.error().to_string()));
  REQUIRE(generator.ok());
  return *std::move(generator);
}

// The built-in texts and arrivals, 20 times as fast; `streams` 0: no end of their own.
inline LoadOptions built_in(std::uint64_t streams, std::uint64_t seed = 1) {
  LoadOptions options;
  options.streams = streams;
  options.speedup = 20;
  options.seed = seed;
  return options;
}

}  // namespace reel::load
