#include "event/frame.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/random_event.hpp"

using namespace reel;

namespace {

event::FrameParts parts_of(const EventView& view) { return {view.text, view.parts, view.number}; }

event::FrameHeader header_of(const EventView& view) {
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(view.type);
  header.flags = event::kTsDouble;
  header.ts = base::load<std::int64_t>(&view.ts_ms);
  header.slot = 7;
  header.incarnation = 0xdeadbeef;
  header.seq = 1234567890123;
  return header;
}

std::string frame_of(const EventView& view) {
  std::string bytes(event::frame_bytes(parts_of(view)), '\x55');
  event::put_frame(bytes.data(), header_of(view), parts_of(view));
  return bytes;
}

}  // namespace

TEST_CASE("every event survives its frame", "[event][frame]") {
  const std::uint64_t seed = GENERATE(1u, 2u, 3u);
  INFO("seed " << seed);
  test::RandomEvents random(seed);
  for (int i = 0; i < 3000; ++i) {
    const Event event = random.below(20) == 0 ? random.gap() : random.event();
    std::string parts, parts_again;
    const EventView view = event::view_of(event, parts);
    REQUIRE(event::parts_well_formed(parts));
    const std::string bytes = frame_of(view);
    REQUIRE(bytes.size() % event::kFrameAlign == 0);
    const std::string stretch = bytes + "what follows";
    const auto frame = event::get_frame(stretch);
    REQUIRE(frame);
    CHECK(frame->size == bytes.size());
    CHECK(frame->header.seq == 1234567890123);
    CHECK(frame->header.slot == 7);
    CHECK(frame->header.incarnation == 0xdeadbeef);
    REQUIRE(same_event(frame->event, view));
    const Event copy = to_event(frame->event);
    REQUIRE(same_event(event::view_of(copy, parts_again), view));
  }
}

TEST_CASE("a frame cut anywhere is no frame", "[event][frame]") {
  test::RandomEvents random(4);
  for (int i = 0; i < 50; ++i) {
    std::string parts;
    const std::string bytes = frame_of(event::view_of(random.event(), parts));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      REQUIRE_FALSE(event::get_frame(std::string_view(bytes).substr(0, size)));
    }
  }
}

TEST_CASE("junk in place of a frame does no harm", "[event][frame]") {
  test::RandomEvents random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string parts;
    std::string bytes = frame_of(event::view_of(random.event(), parts));
    for (int hits = 0; hits < 3; ++hits) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    // Either refused, or a frame whose views stay inside the bytes.
    if (const auto frame = event::get_frame(bytes)) {
      REQUIRE(frame->size <= bytes.size());
      const Event event = to_event(frame->event);
      CHECK(event.type() == frame->event.type);
    }
  }
}

TEST_CASE("numbers above 32 bits are kept", "[event][frame]") {
  for (const std::int64_t number :
       {INT64_MIN, std::int64_t{INT32_MIN} - 1, std::int64_t{INT32_MIN}, std::int64_t{-1},
        std::int64_t{INT32_MAX}, std::int64_t{INT32_MAX} + 1, INT64_MAX}) {
    Event event;
    event.body = Token{"x", number, "", std::nullopt};
    std::string parts;
    const std::string bytes = frame_of(event::view_of(event, parts));
    const auto frame = event::get_frame(bytes);
    REQUIRE(frame);
    CHECK(frame->event.number == number);
  }
}

TEST_CASE("a frame's microseconds are milliseconds to readers", "[event][frame]") {
  char bytes[event::kFrameHeaderBytes];
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(EventType::start);
  header.ts = 1705619139921994;
  event::put_frame(bytes, header, {});
  const auto frame = event::get_frame(std::string_view(bytes, sizeof bytes));
  REQUIRE(frame);
  CHECK(frame->event.ts_ms == 1705619139921.994);
}
