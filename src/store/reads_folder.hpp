// ReadsFolder: the reading half of a store that is a folder. `Base` is the interface it is of.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/saved_snapshots.hpp"
#include "reel/replay.hpp"
#include "reel/stores.hpp"
#include "store/folder_reader.hpp"
#include "store/no_events.hpp"
#include "store/ttl.hpp"
#include "store/walk.hpp"

namespace reel::store {

template <class Base>
class ReadsFolder : public Base {
 public:
  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    return all_events(read(id, {}));
  }
  Result<std::vector<Envelope>> get_events_after(std::string_view id,
                                                 std::uint64_t after_seq) override {
    return all_events(read(id, after(after_seq)));
  }
  Result<bool> exists(std::string_view id) override {
    return ask<bool>(id, false, [&](Reader& reader) { return reader.exists(id, name_space_); });
  }
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    using Ids = std::vector<std::string>;
    return look<Ids>(Ids(),
                     [&](Reader& reader) { return reader.list_streams(prefix, name_space_); });
  }
  Result<std::unique_ptr<EventCursor>> read(std::string_view id, SeqRange range) override {
    auto folder = checked_folder(id);
    if (!folder) return folder.status();
    if (*folder == nullptr) return no_events();
    auto cursor = (*folder)->read(id, name_space_, range);
    if (!cursor || !hides()) return cursor;
    return visible(*std::move(cursor), handle_filter(ttl_ms_, now_));
  }
  Result<std::optional<StreamMetadata>> metadata(std::string_view id) override {
    using Found = std::optional<StreamMetadata>;
    if (!hides()) {
      return ask<Found>(id, Found(),
                        [&](Reader& reader) { return reader.metadata(id, name_space_); });
    }
    auto found = EventStore::metadata(id);
    if (found && *found) (*found)->name_space = name_space_;
    return found;
  }
  Result<std::optional<Envelope>> get_last_event(std::string_view id) override;
  Result<State> fold(std::string_view id, SeqRange range, FoldMode mode) override;

  Result<std::optional<Snapshot>> get_snapshot(std::string_view id) override {
    return snapshot(id, [](catalog::SavedSnapshots& saved) { return saved.last(); });
  }
  Result<std::optional<Snapshot>> get_snapshot_before(std::string_view id,
                                                      std::uint64_t seq) override {
    return snapshot(id, [&](catalog::SavedSnapshots& saved) { return saved.before(seq); });
  }

 protected:
  using Folder = std::shared_ptr<FolderReader>;

  ReadsFolder(std::string name_space, std::int64_t ttl_ms, NowMs now)
      : name_space_(std::move(name_space)), ttl_ms_(ttl_ms), now_(std::move(now)) {}

  virtual Result<Folder> folder() = 0;  // null: there is none, so there are no streams
  virtual Status check_id(std::string_view id) const = 0;

  const std::string& name_space() const noexcept { return name_space_; }

 private:
  bool hides() const noexcept { return ttl_ms_ != 0; }

  Result<Folder> checked_folder(std::string_view id) {
    if (Status status = check_id(id); !status) return status;
    return folder();
  }
  template <class T, class Ask>
  static Result<T> look_in(const Result<Folder>& folder, T nothing, Ask ask) {
    if (!folder) return folder.status();
    if (*folder == nullptr) return nothing;
    return (*folder)->look([&](Reader& reader) -> Result<T> { return ask(reader); });
  }
  template <class T, class Ask>
  Result<T> look(T nothing, Ask ask) {
    return look_in<T>(folder(), std::move(nothing), ask);
  }
  template <class T, class Ask>
  Result<T> ask(std::string_view id, T nothing, Ask ask) {
    return look_in<T>(checked_folder(id), std::move(nothing), ask);
  }
  template <class Choose>
  Result<std::optional<Snapshot>> snapshot(std::string_view id, Choose choose) {
    const auto folder = checked_folder(id);
    if (!folder) return folder.status();
    if (*folder == nullptr) return std::optional<Snapshot>();
    catalog::SavedSnapshots saved(io::posix(), (*folder)->path(), name_space_, id);
    return choose(saved);
  }

  const std::string name_space_;
  const std::int64_t ttl_ms_;
  const NowMs now_;
};

// A stream may end in a GAP: then the last event is looked for from the front.
template <class Base>
Result<std::optional<Envelope>> ReadsFolder<Base>::get_last_event(std::string_view id) {
  if (hides()) return last_event(read(id, {}));
  const auto found = metadata(id);
  if (!found) return found.status();
  if (!*found || (*found)->next_seq == 0) return std::optional<Envelope>();
  auto last = last_event(read(id, {(*found)->next_seq - 1, UINT64_MAX}));
  if (!last || *last) return last;
  return last_event(read(id, {}));
}

// By the log's automatic snapshots, which are never far. One that a user saved is not begun with:
// it says what its owner put into it, and walking on from it costs more than folding gathered
// columns.
template <class Base>
Result<State> ReadsFolder<Base>::fold(std::string_view id, SeqRange range, FoldMode mode) {
  if (hides()) return fold_events(read(id, range), {}, mode);
  return ask<State>(id, State(), [&](Reader& reader) {
    return replay_to_state(reader, id, name_space_, range.first, range.last, mode);
  });
}

}  // namespace reel::store
