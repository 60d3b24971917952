// LiveCatalog: the catalog of the lane that a Log records in, for a compaction beside its writer.
// Changes are made between two steps of the writer, and saved by its syncs.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "log/stream_registry.hpp"
#include "merge/catalog_access.hpp"
#include "record/lane.hpp"
#include "writer/segment_log.hpp"

namespace reel::log {

class LiveCatalog final : public merge::CatalogAccess {
 public:
  struct Lane {
    std::mutex& step;  // held by whoever steps the writer
    writer::SegmentLog& segments;
    StreamRegistry& registry;
    record::Lane& lane;
  };
  // `pause` lets the writer go on for a moment; false: nobody waits any more (ErrorCode::closed).
  LiveCatalog(const Lane& lane, std::function<bool()> pause)
      : lane_(lane), pause_(std::move(pause)) {}

  // Without numbers that were set aside and not yet told of.
  Result<catalog::LaneCatalog> load() override;
  Status change(const Change& how) override;
  Status change_segments(const Change& how, std::span<const std::uint64_t> expired) override;

  // See SegmentLog; with `wait` the active segment is ended for it, and the answer waited for.
  Result<std::optional<catalog::VoidNumbers>> set_numbers_aside(std::uint64_t count, bool wait);

 private:
  Status wait_saved();

  const Lane lane_;
  const std::function<bool()> pause_;
};

}  // namespace reel::log
