// CatalogAccess: the catalog of a lane for a compaction, which has it alone, or shares it with the
// lane's writer.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "catalog/catalog.hpp"
#include "io/file_system.hpp"

namespace reel::merge {

class CatalogAccess {
 public:
  using Change = std::function<void(catalog::LaneCatalog&)>;
  virtual ~CatalogAccess() = default;
  virtual Result<catalog::LaneCatalog> load() = 0;
  // Durable when it answers ok.
  virtual Status change(const Change& how) = 0;
  // The same where segments change for others, which hold nothing of the streams of `expired`
  // (incarnations, ascending). busy: one of those is recorded again; nothing has changed.
  virtual Status change_segments(const Change& how, std::span<const std::uint64_t> expired) = 0;
};

// Of who holds the lane's lock.
class OwnCatalog final : public CatalogAccess {
 public:
  OwnCatalog(io::FileSystem& fs, std::string lane_directory)
      : fs_(fs), directory_(std::move(lane_directory)) {}
  Result<catalog::LaneCatalog> load() override { return catalog::load_catalog(fs_, directory_); }
  Status change(const Change& how) override {
    auto catalog = load();
    if (!catalog) return catalog.status();
    how(*catalog);
    return catalog::save_catalog(fs_, directory_, *catalog);
  }
  Status change_segments(const Change& how, std::span<const std::uint64_t>) override {
    return change(how);
  }

 private:
  io::FileSystem& fs_;
  const std::string directory_;
};

}  // namespace reel::merge
