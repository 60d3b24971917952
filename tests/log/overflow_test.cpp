// A full arena: the policy answers, and recorded = stored + gaps to the last event.
#include <random>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

LogOptions small_arena(Overflow overflow) {
  LogOptions options = stepped_options();
  options.arena_bytes = 8 * arena::kChunkBytes;
  options.overflow = overflow;
  options.block_deadline_ms = 1;
  return options;
}

Event token(std::int64_t index, std::size_t bytes) {
  Event event;
  event.ts_ms = 1000.5;
  event.body = Token{std::string(bytes, 'x'), index, "", {}};
  return event;
}

}  // namespace

TEST_CASE("fail: full consumes no seq, and recording goes on when there is room",
          "[log][overflow]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock, small_arena(Overflow::fail));
  auto stream = core->recorder("s", "l0");
  REQUIRE(stream.ok());
  std::int64_t stored = 0;
  while (record_event(**stream, token(stored, 1000)) == Append::ok) ++stored;
  CHECK((*stream)->next_seq == static_cast<std::uint64_t>(stored));
  CHECK(core->stats().refusals == 1);
  REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
  CHECK(record_event(**stream, token(stored, 1000)) == Append::ok);
  CHECK(core->close(1000).lost == 0);
  CHECK(read_back(fs, "/store")["s"].events.size() == static_cast<std::size_t>(stored) + 1);
}

TEST_CASE("drop: every dropped token is declared, recorded = stored + gaps", "[log][overflow]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    TestClock clock;
    io::MemoryFileSystem fs;
    const Core core = opened(fs, clock, small_arena(Overflow::drop));
    std::uint64_t offered = 0;
    {
      auto stream = core->recorder("s", "l0");
      REQUIRE(stream.ok());
      for (int i = 0; i < 900; ++i) {
        const Append answer = record_event(**stream, token(i, random() % 1500));
        REQUIRE((answer == Append::ok || answer == Append::dropped));
        ++offered;
        if (random() % 300 == 0) REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
      }
      (*stream)->lane->release_stream(**stream);
    }
    const bool killed = seed % 2 == 0;
    auto after = fs.kill_process();
    if (killed) {
      const Core again = opened(*after, clock, small_arena(Overflow::drop));
      REQUIRE(again->close(1000).status.ok());
    } else {
      REQUIRE(core->close(1000).status.ok());
    }
    const Stored stored = read_back(killed ? *after : fs, "/store");
    std::uint64_t next = 0;
    for (const auto& [seq, event] : stored.at("s").events) {
      REQUIRE(seq == next);
      const auto* gap = std::get_if<Gap>(&event.body);
      next += gap != nullptr ? gap->count : 1;
    }
    CHECK(next == offered);
  }
}

TEST_CASE("events larger than a chunk, and larger than allowed", "[log][overflow]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  LogOptions options = stepped_options();
  options.arena_bytes = std::size_t{16} << 20;
  options.event_bytes_max = std::size_t{6} << 20;
  const Core core = opened(fs, clock, options);
  auto stream = core->recorder("s", "l0");
  REQUIRE(stream.ok());
  std::vector<std::string> expected;
  std::int64_t index = 0;
  for (const std::size_t bytes : {65499UL, 65500UL, 65501UL, 65536UL, 200000UL, 5000000UL, 3UL}) {
    const Event event = token(index++, bytes);
    expected.push_back(describe((*stream)->next_seq, event));
    REQUIRE(record_event(**stream, event) == Append::ok);
  }
  const std::uint64_t seq = (*stream)->next_seq;
  CHECK(record_event(**stream, token(index, std::size_t{6} << 20)) == Append::too_large);
  CHECK((*stream)->next_seq == seq);
  auto killed = fs.kill_process();
  CHECK(describe(read_back(*killed, "/store")["s"]) == expected);
  REQUIRE(core->close(1000).status.ok());
  CHECK(describe(read_back(fs, "/store")["s"]) == expected);
  CHECK(core->stats().chunks_free + 1 == core->stats().chunks_total);  // the open chunk
}
