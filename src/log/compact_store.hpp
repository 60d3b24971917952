// What compact() does, lane by lane, for who may have to wait for some of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/file_system.hpp"
#include "reel/compaction.hpp"

namespace reel::log {

struct LanesToCompact {
  // Incarnations whose deletion is settled, ascending: they go at once, however young.
  std::vector<std::uint64_t> erased;
  std::optional<std::vector<std::uint32_t>> lanes;  // just these, ascending; nullopt: all there are
};

struct CompactedLanes {
  CompactReport report;
  std::vector<std::uint32_t> busy;  // recorded in, and left alone
};

// Errors: those of compact(), but that all lanes are busy is none.
Result<CompactedLanes> compact_free_lanes(io::FileSystem& fs, const std::string& path,
                                          const CompactOptions& options,
                                          const LanesToCompact& which);

}  // namespace reel::log
