// The three steps of the demo. Each prints what it did on stdout, and how far it is on stderr.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "reel/reel.hpp"

namespace reel::demo {

// Arrivals, times the reference trace's: some hundred streams at a time.
inline constexpr double kSpeedup = 20;

struct Settings {
  std::uint64_t events = 1'500'000;  // the streams that are open then stay without an end
  std::uint64_t seed = 1;
};

// What went in.
struct Recorded {
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> streams;  // events of each
};

// Records the load of `settings` in a new store at `path` and closes it. Any answer but Append::ok,
// and any event lost on closing, is an Error.
Result<Recorded> record(const std::string& path, const Settings& settings);

// Makes the load again, replays the store, and compares: the same streams, and in each the same
// events in the same order, byte for byte. An Error says where they part.
Status compare(const std::string& path, const Settings& settings, const Recorded& recorded);

// reel::verify on every byte of the store; prints the bytes an event took on disk.
Status verify(const std::string& path, const Recorded& recorded);

}  // namespace reel::demo
