#include "event/gap.hpp"

#include "reel/options.hpp"
#include "support/catch.hpp"
#include "support/random_event.hpp"

using namespace reel;

namespace {

EventView gap_of(std::string_view parts) {
  EventView view;
  view.type = EventType::gap;
  view.parts = parts;
  return view;
}

std::string count_part(std::int64_t count) {
  std::string parts;
  event::append_integer_part(parts, Part::count, count);
  return parts;
}

}  // namespace

TEST_CASE("a GAP takes as many seqs as it stands for", "[event][gap]") {
  std::string parts;
  for (const std::uint64_t count : {std::uint64_t{1}, std::uint64_t{3}, kSeqMax}) {
    CHECK(event::gap_view("import", count, parts).seqs() == count);
    const EventView view = event::gap_view("import", count, parts);
    CHECK(std::get<Gap>(to_event(view).body).count == count);
  }
}

TEST_CASE("a GAP without a count that makes sense takes no seq", "[event][gap]") {
  CHECK(gap_of("").seqs() == 0);
  const std::string max = count_part(static_cast<std::int64_t>(kSeqMax));
  CHECK(gap_of(max).seqs() == kSeqMax);
  CHECK(gap_of(std::string_view(max).substr(0, max.size() - 1)).seqs() == 0);
  for (const std::int64_t count :
       {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, static_cast<std::int64_t>(kSeqMax) + 1}) {
    const std::string parts = count_part(count);
    CHECK(gap_of(parts).seqs() == 0);
  }
  std::string cause_only;
  event::append_part(cause_only, Part::cause, event::kCauseOverflow);
  CHECK(gap_of(cause_only).seqs() == 0);
}

TEST_CASE("every other event takes one seq, whatever its parts", "[event][gap]") {
  test::RandomEvents random(5);
  std::string parts;
  for (int i = 0; i < 300; ++i) CHECK(event::view_of(random.event(), parts).seqs() == 1);
  EventView token = gap_of(parts = count_part(7));
  token.type = EventType::token;
  CHECK(token.seqs() == 1);
}

TEST_CASE("a GAP is made the same way as a view, as an event and as a frame", "[event][gap]") {
  std::string parts, event_parts;
  const EventView view = event::gap_view(event::kCauseArenaLost, 12, parts);
  Event event;
  event.body = Gap{12, "arena_lost"};
  CHECK(same_event(view, event::view_of(event, event_parts)));

  event::FrameHeader header;
  header.slot = 7;
  header.incarnation = 9;
  header.seq = 1234;
  header.ts = 5'000'000;
  const std::string frame = event::gap_frame(header, event::kCauseArenaLost, 12);
  const auto decoded = event::get_frame(frame);
  REQUIRE(decoded);
  CHECK(decoded->size == frame.size());
  CHECK(decoded->header.slot == 7);
  CHECK(decoded->header.incarnation == 9);
  CHECK(decoded->header.seq == 1234);
  CHECK(decoded->event.ts_ms == 5000);
  CHECK(decoded->event.parts == view.parts);
  CHECK(decoded->event.seqs() == 12);
}
