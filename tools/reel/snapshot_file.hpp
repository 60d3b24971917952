// L0's <stream>.snapshot.json: the state that was kept beside a stream's events, one JSON object.
#pragma once

#include <string>
#include <string_view>

#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel::tool {

// Does the file begin like one? Told by what stands in it, not by its name; nothing is read away.
bool looks_like_snapshot(int fd);

// Reads the whole file. Errors: io, too_large, invalid_argument with a sentence.
Result<Snapshot> read_snapshot(int fd);

// Saves it in the store, unless it is the one that was saved last.
Status save_snapshot_once(const std::string& store, const std::string& name_space,
                          const Snapshot& snapshot);

// The snapshot of the stream that was saved last as such a file's text; "" when there is none.
Result<std::string> last_snapshot_text(const std::string& store, const std::string& name_space,
                                       std::string_view stream);

}  // namespace reel::tool
