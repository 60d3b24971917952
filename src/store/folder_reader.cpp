#include "store/folder_reader.hpp"

#include <utility>

#include "base/clock.hpp"
#include "catalog/tombstone.hpp"

namespace reel::store {
namespace {

// Times of files are as coarse as the kernel's ticks: 10 ms at most.
constexpr std::int64_t kFileTimeUs = 100'000;

bool same(const Watermarks& a, const Watermarks& b) {
  return a.recorded == b.recorded && a.written == b.written && a.durable == b.durable;
}

}  // namespace

class FolderReader::FolderCursor final : public EventCursor {
 public:
  FolderCursor(std::shared_ptr<FolderReader> folder, Cursor cursor)
      : folder_(std::move(folder)), cursor_(std::move(cursor)) {}
  ~FolderCursor() override {
    const std::lock_guard lock(folder_->mutex_);
    cursor_.reset();
  }

  bool next() override {
    const std::lock_guard lock(folder_->mutex_);
    while (cursor_->next()) {
      if (cursor_->view().event.type != EventType::gap) return true;
    }
    return false;
  }
  const EnvelopeView& view() const noexcept override { return cursor_->view(); }
  const Status& status() const noexcept override { return cursor_->status(); }
  std::optional<std::uint64_t> last_seq() override {
    const std::lock_guard lock(folder_->mutex_);
    return cursor_->last_seq();
  }

 private:
  const std::shared_ptr<FolderReader> folder_;
  std::optional<Cursor> cursor_;
};

Result<std::shared_ptr<FolderReader>> FolderReader::open(const std::string& path,
                                                         ReaderOptions options, Progress progress) {
  auto reader = Reader::open(path, options);
  if (!reader) return reader.status();
  return std::shared_ptr<FolderReader>(
      new FolderReader(path, *std::move(reader), std::move(progress)));
}

std::optional<FolderReader::Version> FolderReader::version_now() const {
  const auto marks = progress_ ? progress_() : std::nullopt;
  if (!marks) return std::nullopt;
  Version version{*marks, 0, true};
  const auto deleted = io::posix().info(catalog::deleted_directory(path_));
  if (!deleted) return version;
  version.deleted_us = deleted->changed_us;
  version.settled = base::system_clock().wall_us() - deleted->changed_us > kFileTimeUs;
  return version;
}

// The version is taken before the look: what happens in between is looked at twice, never missed.
Status FolderReader::move_on() {
  const auto now = version_now();
  const bool unchanged = now && shown_ && shown_->settled && same(now->marks, shown_->marks) &&
                         now->deleted_us == shown_->deleted_us;
  if (unchanged) return {};
  shown_.reset();
  if (Status status = reader_.refresh(); !status) return status;
  shown_ = now;
  return {};
}

Result<std::unique_ptr<EventCursor>> FolderReader::read(std::string_view id,
                                                        std::string_view name_space,
                                                        SeqRange range) {
  using Made = Result<std::unique_ptr<EventCursor>>;
  return look([&](Reader& reader) -> Made {
    auto cursor = reader.cursor(id, name_space, range.first, range.last);
    if (!cursor) return cursor.status();
    return std::unique_ptr<EventCursor>(
        std::make_unique<FolderCursor>(shared_from_this(), *std::move(cursor)));
  });
}

}  // namespace reel::store
