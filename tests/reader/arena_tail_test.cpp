#include "reader/arena_tail.hpp"

#include <deque>

#include "support/catch.hpp"
#include "support/frames.hpp"

namespace reel::reader {
namespace {

class Arena {
 public:
  Arena& token(std::uint64_t seq) {
    return add(seq, test::token_at(1, std::to_string(seq), static_cast<std::int64_t>(seq)));
  }
  Arena& gap(std::uint64_t seq, std::uint64_t count) {
    return add(seq, test::event_at(1, Gap{count, "overflow"}));
  }
  Arena& pending(std::uint64_t first, std::uint64_t count) {
    stream_.gap_first = first;
    stream_.gap_count = count;
    return *this;
  }
  Arena& written(std::uint64_t seq) {
    stream_.written_seq = seq;
    return *this;
  }
  ArenaTail tail(std::uint64_t next_seq, bool in_segments, bool live = false) const {
    return arena_tail(stream_, next_seq, in_segments, live);
  }

 private:
  Arena& add(std::uint64_t seq, const Event& event) {
    const std::string& frame = frames_.emplace_back(test::frame_of(event, seq));
    stream_.frames.push_back({seq, frame.data(), static_cast<std::uint32_t>(frame.size())});
    return *this;
  }
  arena::SnapshotStream stream_;
  std::deque<std::string> frames_;
};

std::vector<std::uint64_t> seqs(const ArenaTail& tail) {
  std::vector<std::uint64_t> list;
  for (const TailItem& item : tail.items) list.push_back(item.seq);
  return list;
}
using Seqs = std::vector<std::uint64_t>;

TEST_CASE("frames that segments hold are dropped") {
  Arena arena;
  arena.token(3).token(4).token(5).token(6);
  CHECK(seqs(arena.tail(5, true)) == Seqs{5, 6});
  CHECK(seqs(arena.tail(7, true)).empty());
  CHECK(arena.tail(5, true).next_seq == 7);
  CHECK(arena.tail(5, true).facts.event_count == 2);
  CHECK(arena.tail(5, true).items[0].event.text == "5");
}

TEST_CASE("a frame that is there twice comes once") {
  Arena arena;
  arena.token(0).token(1).token(1).token(2);
  CHECK(seqs(arena.tail(0, false)) == Seqs{0, 1, 2});
}

TEST_CASE("a stream that is in no segment begins where its slot says") {
  Arena arena;
  arena.token(0).token(1);
  CHECK(seqs(arena.tail(0, false, true)) == Seqs{0, 1});
  Arena later;
  later.token(5).token(6).written(5);
  CHECK(seqs(later.tail(0, false, true)) == Seqs{5, 6});
}

TEST_CASE("a live arena is read up to the first hole, a dead one to its end") {
  Arena arena;
  arena.token(2).token(3).token(6).pending(7, 2);
  CHECK(seqs(arena.tail(2, true, true)) == Seqs{2, 3});
  CHECK(arena.tail(2, true, true).next_seq == 4);
  CHECK(seqs(arena.tail(2, true, false)) == Seqs{2, 3, 6, 7});
  CHECK(seqs(arena.tail(1, true, true)).empty());
}

TEST_CASE("a gap frame stands for several seqs") {
  Arena arena;
  arena.token(0).gap(1, 4).token(5);
  CHECK(seqs(arena.tail(0, false, true)) == Seqs{0, 1, 5});
  CHECK(seqs(arena.tail(3, true, true)) == Seqs{1, 5});
  CHECK(seqs(arena.tail(5, true, true)) == Seqs{5});
  CHECK(arena.tail(0, false, true).facts.gap_events == 4);
}

TEST_CASE("the gap declared last ends the stream") {
  Arena arena;
  arena.token(0).pending(1, 3);
  const ArenaTail tail = arena.tail(0, false, true);
  REQUIRE(seqs(tail) == Seqs{0, 1});
  CHECK(tail.next_seq == 4);
  const EventView& gap = tail.items[1].event;
  CHECK(gap.type == EventType::gap);
  CHECK(gap.integer_part(Part::count) == 3);
  CHECK(gap.part(Part::cause) == "overflow");
  CHECK(tail.facts.gap_records == 1);
  CHECK(seqs(arena.tail(4, true, true)).empty());
}

TEST_CASE("a gap declared ahead of what a live arena showed waits for the next look") {
  Arena arena;
  arena.token(0).pending(5, 3);
  CHECK(seqs(arena.tail(0, false, true)) == Seqs{0});
  CHECK(seqs(arena.tail(0, false, false)) == Seqs{0, 5});
}

TEST_CASE("counts that cannot be do not overflow") {
  Arena arena;
  arena.token(0).pending(UINT64_MAX, 3);
  CHECK(seqs(arena.tail(0, false)) == Seqs{0});
  Arena huge;
  huge.gap(2, UINT64_MAX).token(2);  // passed over, as the writer and recovery do
  const ArenaTail tail = huge.tail(2, true);
  REQUIRE(seqs(tail) == Seqs{2});
  CHECK(tail.items[0].event.type == EventType::token);
  CHECK(tail.facts.gap_records == 0);
}

}  // namespace
}  // namespace reel::reader
