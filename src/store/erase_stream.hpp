// Erasure: one call of erase_stream, on any filesystem.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "catalog/erasure_request.hpp"
#include "io/file_system.hpp"
#include "reel/erasure.hpp"

namespace reel::store {

class Erasure {
 public:
  // `pause` is called between two looks for answers.
  Erasure(io::FileSystem& fs, base::Clock& clock, const std::string& path, std::string_view id,
          std::string_view name_space, EraseOptions options, std::function<void()> pause)
      : fs_(fs),
        clock_(clock),
        path_(path),
        id_(id),
        name_space_(name_space),
        options_(std::move(options)),
        pause_(std::move(pause)) {
    options_.compact.retention = {};
    options_.compact.dry_run = options_.compact.salvage = false;
    options_.compact.fresh = true;
  }

  Result<ErasureReceipt> run();

 private:
  Status find_lives();
  Status compact(std::optional<std::vector<std::uint32_t>> lanes);
  Status wait_for_lanes();
  Status look();
  Status ask(std::uint32_t lane);
  Status ask_for(const catalog::ErasureRequest& request);
  Result<bool> hear(std::uint32_t lane);
  Status forget(std::uint32_t lane);
  Status check_lanes() const;
  Status check_segments(const std::string& directory) const;
  struct Life {
    std::uint64_t incarnation = 0, ordinal = 0;
  };
  Result<std::vector<Life>> lives_in(const std::string& directory) const;
  Status find_older_lives();
  bool is_one_of_them(std::uint64_t incarnation) const;
  Status check_files(const std::string& directory) const;
  Result<std::string> stranger_in(const std::string& directory) const;
  bool is_live(const std::string& directory) const;
  Status drop_late_snapshots();

  io::FileSystem& fs_;
  base::Clock& clock_;
  const std::string path_;
  const std::string_view id_, name_space_;
  EraseOptions options_;
  const std::function<void()> pause_;
  std::set<std::uint32_t> waiting_;  // lanes whose processes were asked
  std::uint64_t newest_ = 0;         // ordinal of the newest life that goes
  ErasureReceipt receipt_;
};

}  // namespace reel::store
