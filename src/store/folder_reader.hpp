// FolderReader: one Reader on a folder for many threads, used by one at a time and moved on to now
// before each look. Cursors take turns with it too, a step at a time.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "reel/store.hpp"

namespace reel::store {

class FolderReader : public std::enable_shared_from_this<FolderReader> {
 public:
  // How far this process's own Log on the folder is; nullopt: it has none, or others write too.
  using Progress = std::function<std::optional<Watermarks>()>;

  static Result<std::shared_ptr<FolderReader>> open(const std::string& path, ReaderOptions options,
                                                    Progress progress);

  const std::string& path() const noexcept { return path_; }

  // What `ask(Reader&)` answers, which must be a Result.
  template <class Ask>
  auto look(Ask ask) -> decltype(ask(std::declval<Reader&>())) {
    const std::lock_guard lock(mutex_);
    if (Status status = move_on(); !status) return status;
    return ask(reader_);
  }

  // GAPs are not shown.
  Result<std::unique_ptr<EventCursor>> read(std::string_view id, std::string_view name_space,
                                            SeqRange range);

 private:
  class FolderCursor;
  // What the view that the Reader shows was made of.
  struct Version {
    Watermarks marks;
    std::int64_t deleted_us = 0;  // when the folder of tombstones changed last
    bool settled = false;  // that was long enough ago for a later change to have a later time
  };

  FolderReader(std::string path, Reader reader, Progress progress)
      : path_(std::move(path)), reader_(std::move(reader)), progress_(std::move(progress)) {}
  Status move_on();
  std::optional<Version> version_now() const;

  const std::string path_;
  std::mutex mutex_;  // guards what follows, and all its cursors
  Reader reader_;
  const Progress progress_;
  std::optional<Version> shown_;
};

}  // namespace reel::store
