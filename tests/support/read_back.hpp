// A second, simple-minded reader of a store: everything that its lanes' segments and arenas hold of
// the newest incarnation of each stream, deleted or not.
// The tests' oracle for what survived; it shares no code with the reader room.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/file_system.hpp"
#include "reel/event.hpp"

namespace reel::test {

struct StoredStream {
  std::vector<std::pair<std::uint64_t, Event>> events;  // by seq, GAP records included
};
using Stored = std::map<std::string, StoredStream>;  // by stream id

// Fails the running test when something cannot be read.
Stored read_back(io::FileSystem& fs, const std::string& store);

// The events of a stream as text, for comparing: "seq type ts number text parts".
std::vector<std::string> describe(const StoredStream& stream);
std::string describe(std::uint64_t seq, const Event& event);

using Expected = std::map<std::string, std::vector<std::string>>;  // the same, by stream id

// Fails the running test unless `store` holds exactly the streams and events expected.
void check_same(const Expected& expected, io::FileSystem& fs, const std::string& store = "/store");

}  // namespace reel::test
