// L0's own files, for `reel export --format l0`: a stream in a file of its own.
#pragma once

#include <string>
#include <vector>

#include "open_reader.hpp"
#include "time_window.hpp"

namespace reel::tool {

struct L0Files {
  std::string directory = ".";  // made, parents included, where it is missing
  bool replace = false;         // files that are there already
};

// Writes DIRECTORY/<stream_id>.json, and beside it <stream_id>.snapshot.json where a snapshot was
// saved (the last one, as L0 keeps it; written anew with its stream), for the streams asked for
// (none: all), in seq order with the seqs they have, GAPs omitted; each appears whole or not at
// all. Told on stdout, a line a file. An id that is no file name, or a file that is there, is
// complained about; the others are written. Only events that the window holds are.
ExitCode export_l0_files(const Common& common, const std::vector<std::string>& asked,
                         const L0Files& files, const TimeWindow& window);

}  // namespace reel::tool
