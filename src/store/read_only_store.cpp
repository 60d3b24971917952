#include "store/reads_folder.hpp"

namespace reel {
namespace {

Error read_only() {
  return {ErrorCode::invalid_argument, 0, "", 0,
          "this store is open for reading only; use file_store to change it"};
}

class ReadOnly final : public store::ReadsFolder<EventStoreWithSnapshots> {
 public:
  ReadOnly(std::shared_ptr<store::FolderReader> folder, std::string_view name_space)
      : ReadsFolder(std::string(name_space), 0, {}), folder_(std::move(folder)) {}

  Result<std::uint64_t> append(std::string_view, const Event&,
                               std::optional<std::uint64_t>) override {
    return read_only();
  }
  Result<bool> delete_stream(std::string_view) override { return read_only(); }
  Status save_snapshot(const Snapshot&) override { return read_only(); }

 protected:
  Result<Folder> folder() override { return folder_; }
  Status check_id(std::string_view) const override { return {}; }

 private:
  const Folder folder_;
};

}  // namespace

Result<std::shared_ptr<EventStoreWithSnapshots>> read_only_store(const std::string& path,
                                                                 std::string_view name_space,
                                                                 ReaderOptions options) {
  auto folder = store::FolderReader::open(path, options, {});
  if (!folder) return folder.status();
  return std::shared_ptr<EventStoreWithSnapshots>(
      std::make_shared<ReadOnly>(*std::move(folder), name_space));
}

}  // namespace reel
