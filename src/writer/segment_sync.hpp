// The part of a SegmentLog's sync that waits for the disk, and how it went. Whoever runs it has it
// alone until it is over.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "writer/segment_log.hpp"

namespace reel::writer {

struct SegmentLog::Sync {
  void run(io::FileSystem& fs, base::Clock& clock, const std::string& directory) noexcept;

  // What no answer has come for, an exception in between included, has failed.
  static Status not_done() { return Error{ErrorCode::internal, 0, {}, 0, {}}; }
  struct Part {
    segment::SegmentWriter* segment = nullptr;  // whose file it is
    std::unique_ptr<io::FileSync> file;         // nullptr: nothing to do
    std::int64_t us = 0;                        // how long that took
    Status status = not_done();
  };
  enum : std::size_t { kSealing, kActive, kParts };  // in the order in which they become durable
  std::array<Part, kParts> parts;
  bool seals() const noexcept { return parts[kSealing].file != nullptr; }

  std::uint64_t names = 0;  // of names_ when it began
  bool sync_names = false;
  Status names_status;
  std::optional<catalog::LaneCatalog> catalog;  // where it is to be saved
  std::uint64_t catalog_changes = 0;            // that it has
  Status catalog_status;
};

}  // namespace reel::writer
