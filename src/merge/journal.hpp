// Journal: how far the compaction of a lane has come, so that it goes on after an end instead of
// anew. STORE/lanes/NNNN/compaction, in the text form of the catalog; written after each segment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/file_system.hpp"
#include "merge/segment_merge.hpp"

namespace reel::merge {

struct Journal {
  // What was to be done: the same, or nothing of it counts.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> inputs;  // number and segment id
  int zstd_level = 0;
  std::uint64_t block_bytes = 0, segment_bytes_max = 0;
  std::uint64_t first_number = 0, end_number = 0;  // of what is written
  std::uint64_t retention = 0;                     // digest of its settings; 0: everything was kept
  // Done.
  std::vector<MergedSegment> outputs;
  std::vector<std::uint64_t> expired;  // incarnations that went, up to the last stream there

  bool is_same_work(const Journal& other) const;
};

std::string journal_file(const std::string& lane_directory);
// nullopt: there is none, or it is damaged; then nothing of it counts either.
Result<std::optional<Journal>> load_journal(io::FileSystem& fs, const std::string& lane_directory);
Status save_journal(io::FileSystem& fs, const std::string& lane_directory, const Journal& journal);
Status remove_journal(io::FileSystem& fs, const std::string& lane_directory);  // or there is none

}  // namespace reel::merge
