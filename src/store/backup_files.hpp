// BackupFiles: the folder that a backup is made in, OUT.unfinished, and how files of the store get
// there. Names are those within a store. The folder is known by its mark (catalog/backup_mark.hpp),
// which is its first file, and held by the lock of its lane 0.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "catalog/backup_mark.hpp"
#include "io/file_system.hpp"
#include "io/file_view.hpp"
#include "reel/reader.hpp"
#include "reel/status.hpp"

namespace reel::store {

struct BackupPlaces {
  std::string store, out;
  std::string earlier;  // a backup to link to; empty: none
  bool copy = false;    // no links to the store
};

class BackupFiles {
 public:
  // After each piece that is copied: so many bytes. An error stops.
  using Copied = std::function<Status(std::uint64_t bytes)>;

  BackupFiles(io::FileSystem& fs, BackupPlaces places, Copied copied)
      : fs_(fs), places_(std::move(places)), copied_(std::move(copied)) {}

  // Makes the folder, or takes the one that an earlier call left and clears it.
  Status begin(const catalog::BackupMark& mark);
  const std::string& folder() const noexcept { return folder_; }
  std::string path(const std::string& name) const { return io::join(folder_, name); }
  Status make_folder(const std::string& name);

  enum class Taken : std::uint8_t { linked, copied };
  // A file of the store: linked, or copied and durable. `in_earlier`: the earlier backup has the
  // same. not_found: the store has it no more.
  Result<Taken> take(const std::string& name, bool in_earlier = false);
  // Its first bytes, as somebody has them open.
  Status write(const std::string& name, const io::FileView& bytes, std::uint64_t count);
  void note_missing(const std::string& name) { origins_[name]; }  // the store has it no more
  Status sync_names();

  // Damage as it was found in the folder, told of the file that it comes from. An error: what was
  // copied is not what is there now.
  Result<Damage> blame(Damage found) const;
  // Copies anew what is damaged of the earlier backup's. Answers whether there was any.
  Result<bool> replace_earlier(const std::vector<Damage>& found);
  // What could not be read of the store.
  std::vector<Damage>& damage() noexcept { return damage_; }

  Status publish();  // the folder becomes OUT, durably
  void abandon();    // removes what can be removed

 private:
  struct Copy;
  struct Origin {
    bool is_earlier = false, is_copy = false;
    std::uint64_t digest = 0;  // of a copy
  };
  Status check_folder(bool& is_marked);
  Status clear(const std::string& folder);
  Status copy(const std::string& name);
  Status copy_piece(const io::ReadFile& from, Copy& to, std::uint64_t offset, std::uint64_t bytes);
  std::string name_of(const std::string& file) const;

  io::FileSystem& fs_;
  const BackupPlaces places_;
  const Copied copied_;
  std::string folder_;
  std::unique_ptr<io::FileLock> lock_;
  std::map<std::string, Origin> origins_;  // of what was taken, by name
  std::vector<std::string> folders_;
  std::vector<Damage> damage_;
};

}  // namespace reel::store
