// The parts of verify: one lane, its arena, its segments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "reel/reader.hpp"

namespace reel::reader {

Result<VerifyReport> verify_store(io::FileSystem& fs, const std::string& path,
                                  const VerifyProgress& progress = {});

struct LaneCheck {
  io::FileSystem& fs;
  VerifyReport& report;
  const VerifyProgress& progress;      // shown after each segment; may be empty
  std::string path;                    // of the store
  std::optional<segment::Uuid> store;  // nullopt: reel.store is damaged, so nothing to compare with
  std::string directory;
  std::uint32_t number = 0;

  void damaged(const std::string& file, const std::string& what) const {
    report.damage.push_back({file, 0, 0, what});
  }
  void damaged(const Error& error) const {
    report.damage.push_back({error.file, error.offset, 0, error.message});
  }
  void note(const std::string& text) const { report.notes.push_back(text); }
};

// Errors only when the system refuses; damage goes into the report.
Status check_lane(const LaneCheck& check);

// A segment file; `listed` is the catalog's word on it, null when it says nothing.
void check_segment(const LaneCheck& check, const std::string& path, std::uint64_t number,
                   const segment::SegmentSummary* listed, bool lane_clean);

void count_file(io::FileSystem& fs, const std::string& path, VerifyReport& report);

}  // namespace reel::reader
