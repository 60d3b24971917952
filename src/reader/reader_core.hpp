// ReaderCore: what a Reader holds. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reader/column_scan.hpp"
#include "reader/cursor.hpp"
#include "reader/scan.hpp"
#include "reader/store_view.hpp"
#include "reader/stream_parts.hpp"
#include "reel/reader.hpp"

namespace reel::detail {

class ReaderCore {
 public:
  static Result<std::shared_ptr<ReaderCore>> open(io::FileSystem& fs, std::string path,
                                                  ReaderOptions options);

  Status refresh();
  StoreInfo info();
  const std::vector<reader::StreamParts>& streams();  // all, by ordinal; walked once a view
  std::optional<reader::StreamParts> find(std::string_view name_space, std::string_view id) const {
    return reader::find_stream(*view_, name_space, id);
  }
  std::unique_ptr<CursorCore> cursor(std::string_view id, std::string_view name_space,
                                     CursorCore::Range range) const;
  std::unique_ptr<ScanCore> scan(std::optional<std::string_view> name_space);
  std::vector<std::unique_ptr<ColumnScanCore>> scan_columns(const ColumnOptions& options);
  std::vector<Envelope> newest(const Newest& asked);
  const std::vector<Damage>& damage();
  io::FileSystem& fs() const noexcept { return fs_; }
  const reader::StoreView& view() const noexcept { return *view_; }
  bool strict() const noexcept { return options_.strict; }

 private:
  ReaderCore(io::FileSystem& fs, std::string path, ReaderOptions options)
      : fs_(fs), path_(std::move(path)), options_(options) {}
  void note(const Damage& damage);

  io::FileSystem& fs_;
  const std::string path_;
  const ReaderOptions options_;
  std::shared_ptr<const reader::StoreView> view_;
  bool streams_known_ = false;
  std::vector<reader::StreamParts> streams_;
  std::vector<Damage> damage_;  // of all views so far, each once
};

// For those who build on readers: what a Reader holds.
struct ReaderAccess {
  static const ReaderCore& core(const Reader& reader) noexcept { return *reader.core_; }
};

}  // namespace reel::detail
