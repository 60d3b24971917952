// FileStore: a handle on a StoreFolder, which it finds when it is first needed.
#include <algorithm>
#include <filesystem>

#include "store/reads_folder.hpp"
#include "store/refusals.hpp"
#include "store/store_folder.hpp"

namespace reel {
namespace {

Error bad_id(const char* why) {
  return {ErrorCode::invalid_argument, 0, "", 0, std::string("Invalid stream ID: ") + why};
}

bool is_id_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

Status check_file_id(std::string_view id) {
  if (id.empty()) return bad_id("it must not be empty");
  if (!std::all_of(id.begin(), id.end(), is_id_byte)) {
    return bad_id("only letters, digits, hyphens and underscores are allowed");
  }
  if (id.size() > kStreamIdBytesMax) return bad_id("it is longer than 4096 bytes");
  return {};
}

// A handle keeps to its folder even when the process goes to another one.
std::string absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path made = std::filesystem::absolute(path, error);
  return error ? path : made.string();
}

class File final : public store::ReadsFolder<FileStore> {
 public:
  explicit File(FileStoreOptions options)
      : ReadsFolder(options.prefix, options.ttl_ms, options.now),
        path_(absolute(options.base_path)),
        log_options_(std::move(options.log)) {}

  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected_seq) override {
    const auto recorders = recorders_for(id);
    return recorders ? (*recorders)->append(id, event, expected_seq) : recorders.status();
  }
  Status append_tokens(std::string_view id, std::span<const std::string_view> values,
                       std::int64_t first_index, double ts_ms, std::size_t& stored) override {
    stored = 0;
    if (!values.empty() && first_index > INT64_MAX - static_cast<std::int64_t>(values.size() - 1)) {
      return store::bad_argument("the tokens' indexes would go beyond 2^63 - 1");
    }
    const auto recorders = recorders_for(id);
    if (!recorders) return recorders.status();
    return (*recorders)->append_tokens(id, values, first_index, ts_ms, stored);
  }
  Result<bool> delete_stream(std::string_view id) override {
    if (Status status = check_file_id(id); !status) return status;
    auto found = store_folder(false);
    if (!found) return found.status();
    return *found == nullptr ? Result<bool>(false) : (*found)->delete_stream(id, name_space());
  }
  Status save_snapshot(const Snapshot& snapshot) override {
    if (Status status = check_file_id(snapshot.stream_id); !status) return status;
    auto made = store_folder(true);
    if (!made) return made.status();
    return catalog::SavedSnapshots(io::posix(), (*made)->path(), name_space(), snapshot.stream_id)
        .save(snapshot);
  }
  Status flush(std::uint32_t deadline_ms) override {
    auto found = store_folder(false);
    if (!found) return found.status();
    return *found == nullptr ? Status() : (*found)->flush(deadline_ms);
  }
  Status sync(std::uint32_t deadline_ms) override {
    auto found = store_folder(false);
    if (!found) return found.status();
    return *found == nullptr ? Status() : (*found)->sync(deadline_ms);
  }

 protected:
  Result<Folder> folder() override {
    auto found = store_folder(false);
    if (!found) return found.status();
    return *found == nullptr ? Result<Folder>(Folder()) : (*found)->reader();
  }
  Status check_id(std::string_view id) const override { return check_file_id(id); }

 private:
  using StoreFolderPtr = std::shared_ptr<store::StoreFolder>;

  // Null when there is none, and none is to be made.
  Result<StoreFolderPtr> store_folder(bool make) {
    const std::lock_guard lock(mutex_);
    if (folder_ != nullptr) return folder_;
    auto found = make ? store::StoreFolder::make(path_) : store::StoreFolder::find(path_);
    if (found) folder_ = *found;
    return found;
  }
  Result<store::RecorderCache*> recorders_for(std::string_view id) {
    if (Status status = check_file_id(id); !status) return status;
    store::RecorderCache* const recorders = recorders_.load(std::memory_order_acquire);
    return recorders != nullptr ? Result(recorders) : open_recorders();
  }
  Result<store::RecorderCache*> open_recorders() {
    auto made = store_folder(true);
    if (!made) return made.status();
    auto opened = (*made)->recorders(name_space(), log_options_);
    if (opened) recorders_.store(*opened, std::memory_order_release);
    return opened;
  }

  const std::string path_;
  const LogOptions log_options_;
  std::mutex mutex_;  // guards folder_
  StoreFolderPtr folder_;
  std::atomic<store::RecorderCache*> recorders_{
      nullptr};  // of folder_, once something was appended
};

}  // namespace

std::shared_ptr<FileStore> file_store(FileStoreOptions options) {
  return std::make_shared<File>(std::move(options));
}

}  // namespace reel
