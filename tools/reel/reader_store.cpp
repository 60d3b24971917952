#include "reader_store.hpp"

#include <utility>

#include "reel/replay.hpp"

namespace reel::tool {
namespace {

class ReaderCursor final : public EventCursor {
 public:
  explicit ReaderCursor(Cursor cursor) : cursor_(std::move(cursor)) {}
  bool next() override {
    while (cursor_.next()) {
      if (cursor_.view().event.type != EventType::gap) return true;
    }
    return false;
  }
  const EnvelopeView& view() const noexcept override { return cursor_.view(); }
  const Status& status() const noexcept override { return cursor_.status(); }

 private:
  Cursor cursor_;
};

class ReaderStore final : public EventStore {
 public:
  ReaderStore(const Reader& reader, std::string name_space)
      : reader_(reader), name_space_(std::move(name_space)) {}

  Result<std::uint64_t> append(std::string_view, const Event&,
                               std::optional<std::uint64_t>) override {
    return read_only();
  }
  Result<bool> delete_stream(std::string_view) override { return read_only(); }

  Result<std::vector<Envelope>> get_events(std::string_view stream_id) override {
    auto cursor = read(stream_id, {});
    if (!cursor) return cursor.status();
    std::vector<Envelope> events;
    while ((*cursor)->next()) {
      const EnvelopeView& view = (*cursor)->view();
      events.push_back({std::string(view.stream_id), view.seq, to_event(view.event)});
    }
    if (!(*cursor)->status()) return (*cursor)->status();
    return events;
  }
  Result<bool> exists(std::string_view stream_id) override {
    return reader_.exists(stream_id, name_space_);
  }
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    return reader_.list_streams(prefix, name_space_);
  }
  Result<std::unique_ptr<EventCursor>> read(std::string_view stream_id, SeqRange range) override {
    auto cursor = reader_.cursor(stream_id, name_space_, range.first, range.last);
    if (!cursor) return cursor.status();
    return std::unique_ptr<EventCursor>(std::make_unique<ReaderCursor>(*std::move(cursor)));
  }
  Result<std::optional<StreamMetadata>> metadata(std::string_view stream_id) override {
    return reader_.metadata(stream_id, name_space_);
  }
  Result<State> fold(std::string_view stream_id, SeqRange range, FoldMode mode) override {
    return replay_to_state(reader_, stream_id, name_space_, range.first, range.last, mode);
  }

 private:
  static Error read_only() {
    return {ErrorCode::invalid_argument, 0, "", 0, "this store is open for reading only"};
  }

  const Reader& reader_;
  const std::string name_space_;
};

}  // namespace

std::shared_ptr<EventStore> reader_store(const Reader& reader, std::string name_space) {
  return std::make_shared<ReaderStore>(reader, std::move(name_space));
}

}  // namespace reel::tool
