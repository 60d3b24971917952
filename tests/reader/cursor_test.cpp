// Segments and an arena as one stream, with an arena made by hand.
#include "reader/cursor.hpp"

#include <deque>

#include "support/catch.hpp"
#include "support/hand_store.hpp"
#include "support/temp_dir.hpp"

namespace reel::reader {
namespace {

using test::HandStore;
using test::token_at;
using Seqs = std::vector<std::uint64_t>;

Event token(std::uint64_t seq) {
  return token_at(static_cast<double>(seq), std::to_string(seq), static_cast<std::int64_t>(seq));
}

// A view of a store on disk with arena frames laid over it.
class FakeArena {
 public:
  void stream(std::string id, std::uint64_t incarnation, std::uint64_t ordinal) {
    arena::SnapshotStream stream;
    stream.name_space = "l0";
    stream.id = std::move(id);
    stream.incarnation = incarnation;
    stream.ordinal = ordinal;
    snapshot_->streams.push_back(std::move(stream));
  }
  void frame(std::uint64_t seq, const Event& event) {
    const std::string& bytes = frames_.emplace_back(test::frame_of(event, seq));
    snapshot_->streams.back().frames.push_back(
        {seq, bytes.data(), static_cast<std::uint32_t>(bytes.size())});
  }
  std::shared_ptr<const StoreView> over(const std::string& path) const {
    const auto seen = look(io::posix(), path, {}, nullptr, false);
    REQUIRE(seen.ok());
    auto view = std::make_shared<StoreView>(**seen);
    Lane& lane = view->lanes.at(0);
    lane.arena = snapshot_;
    for (const auto& stream : snapshot_->streams) {
      view->arena_streams.emplace(stream_key(stream.name_space, stream.id),
                                  ArenaPart{&lane, &stream});
    }
    return view;
  }

 private:
  std::shared_ptr<arena::ArenaSnapshot> snapshot_ = std::make_shared<arena::ArenaSnapshot>();
  std::deque<std::string> frames_;
};

Seqs seqs(const std::shared_ptr<const StoreView>& view, std::string_view id,
          detail::CursorCore::Range range = {}) {
  const auto parts = find_stream(*view, "l0", id);
  if (!parts) return {};
  detail::CursorCore cursor(view, *parts, range, false);
  Seqs list;
  while (cursor.next()) list.push_back(cursor.view().seq);
  return list;
}

TEST_CASE("the arena goes on where the segments end, and repeats nothing") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.catalog().clean = false;
  store.add_segment({{{"a", 0, token(0), 5, 1}, {"a", 1, token(1), 5, 1}}});
  store.add_segment({{{"a", 2, token(2), 5, 1}}}, HandStore::End::leave);
  store.save();
  FakeArena arena;
  arena.stream("a", 5, 1);
  for (const std::uint64_t seq : Seqs{1, 2, 3, 4}) arena.frame(seq, token(seq));
  const auto view = arena.over(store.path());
  CHECK(seqs(view, "a") == Seqs{0, 1, 2, 3, 4});
  CHECK(seqs(view, "a", {2, 3}) == Seqs{2, 3});
  CHECK(seqs(view, "a", {4, UINT64_MAX}) == Seqs{4});
  CHECK(seqs(view, "a", {5, UINT64_MAX}).empty());

  const auto parts = find_stream(*view, "l0", "a");
  REQUIRE(parts);
  const JoinedFacts joined = join_facts(*parts);
  CHECK(joined.facts.event_count == 5);
  CHECK(joined.facts.next_seq == 5);
  CHECK(joined.facts.token_count == 5);
  CHECK(joined.arena_events == 2);
  CHECK(joined.durable_seq == 1);
}

TEST_CASE("a stream may be in the arena alone, its last START gives the options") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.catalog().clean = false;
  store.add_segment({{{"old", 0, test::event_at(1, Start{R"({"n":1})"}), 5, 1}}});
  store.save();
  FakeArena arena;
  arena.stream("old", 5, 1);
  arena.frame(1, test::event_at(2, Start{R"({"n":2})"}));
  arena.stream("new", 6, 2);
  arena.frame(0, token(0));
  arena.stream("idle", 7, 3);
  const auto view = arena.over(store.path());
  CHECK(seqs(view, "new") == Seqs{0});
  CHECK(seqs(view, "idle").empty());
  CHECK(all_streams(*view).size() == 2);
  const auto metadata = metadata_of(*find_stream(*view, "l0", "old"), false);
  REQUIRE(metadata.ok());
  CHECK(metadata->options == R"({"n":2})");
  CHECK(metadata->start_ts == 2);
}

TEST_CASE("a newer incarnation in the arena hides the one in segments") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.catalog().clean = false;
  store.add_segment({{{"a", 0, token(0), 5, 1}, {"a", 1, token(1), 5, 1}}});
  store.save();
  FakeArena arena;
  arena.stream("a", 9, 4);
  arena.frame(0, token_at(1, "fresh", 0));
  const auto view = arena.over(store.path());
  CHECK(seqs(view, "a") == Seqs{0});
  CHECK(find_stream(*view, "l0", "a")->ordinal == 4);
}

}  // namespace
}  // namespace reel::reader
