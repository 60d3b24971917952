// A full arena: the policy answers, and recorded = stored + gaps to the last event.
#include <random>
#include <thread>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"
#include "support/temp_dir.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

// The longest text whose event fits a chunk; and one that leaves room for nothing but small ones.
constexpr std::size_t kFits = arena::kChunkBytes - event::kFrameHeaderBytes;
constexpr std::size_t kNearly = kFits - 500;

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

TEST_CASE("an event above event_bytes_max is too large, whatever way it takes", "[log]") {
  const test::TempDir dir;
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.event_bytes_max = 1000;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  for (int turn = 0; turn < 3; ++turn) {  // before the thread has a chunk, and after
    CHECK(recorder->record_token(std::string(965, 'x'), 0) == Append::too_large);
    CHECK(recorder->record_token(std::string(964, 'x'), 0) == Append::ok);  // 1,000 with its header
    CHECK(recorder->record_token(std::string(5000, 'x'), 0, 1.5) == Append::too_large);
  }
  CHECK(recorder->next_seq() == 3);
}

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
  for (const std::size_t bytes : {kFits - 1, kFits, kFits + 1, kFits + event::kFrameHeaderBytes,
                                  3 * kFits, 40 * kFits, std::size_t{3}}) {
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

namespace {

Event complete(std::size_t bytes) {
  Event event;
  event.ts_ms = 1000.5;
  event.body = Complete{std::string(bytes, 'c'), 1};
  return event;
}
Event checkpoint(std::size_t bytes) {
  Event event;
  event.ts_ms = 1000.5;
  event.body = Checkpoint{std::string(bytes, 'p'), 1};
  return event;
}

LogOptions reserving_arena() {
  LogOptions options = small_arena(Overflow::drop);  // 8 chunks: 2 of them are the reserve
  options.block_deadline_ms = 0;
  return options;
}

std::uint64_t dropped(const LogStats& stats, EventType type) {
  return stats.drops_by_type.at(static_cast<std::size_t>(type));
}

}  // namespace

TEST_CASE("drop: TOKENs go first, then the middle types, and START and COMPLETE last",
          "[log][overflow]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock, reserving_arena());
  auto opened_stream = core->recorder("s", "l0");
  REQUIRE(opened_stream.ok());
  detail::RecorderState& stream = **opened_stream;
  constexpr std::size_t kHalf = arena::kChunkBytes / 2;  // two of these take two chunks
  for (int i = 0; i < 6; ++i) REQUIRE(record_event(stream, token(i, kHalf)) == Append::ok);
  CHECK(core->stats().chunks_free == 2);
  CHECK(record_event(stream, token(6, kHalf)) == Append::dropped);
  // The middle types have one chunk of the reserve, and TOKENs nothing of it, however small.
  CHECK(record_event(stream, checkpoint(kHalf)) == Append::ok);
  CHECK(core->stats().chunks_free == 1);
  CHECK(record_event(stream, token(7, 1)) == Append::dropped);
  CHECK(record_event(stream, checkpoint(kHalf)) == Append::dropped);
  CHECK(record_event(stream, checkpoint(100)) == Append::dropped);  // its chunk was handed over
  // The last has the rest, and keeps it from the others.
  CHECK(record_event(stream, complete(100)) == Append::ok);
  CHECK(core->stats().chunks_free == 0);
  CHECK(record_event(stream, token(8, 1)) == Append::dropped);
  CHECK(record_event(stream, checkpoint(1)) == Append::dropped);
  CHECK(record_event(stream, complete(100)) == Append::ok);
  CHECK(record_event(stream, complete(kFits - 100)) == Append::dropped);
  const LogStats stats = core->stats();
  CHECK(dropped(stats, EventType::token) == 3);
  CHECK(dropped(stats, EventType::checkpoint) == 3);
  CHECK(dropped(stats, EventType::complete) == 1);
  CHECK(stats.drops == 7);
  CHECK(stats.refusals == 0);
  const std::uint64_t next = stream.next_seq;
  CHECK(next == 6 + 2 + 7 + 1);

  // Room again: whoever may fill the chunk now does.
  REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
  CHECK(record_event(stream, token(9, 1)) == Append::ok);
  REQUIRE(core->close(1000).status.ok());
  std::uint64_t covered = 0;
  const Stored stored = read_back(fs, "/store");
  for (const auto& [seq, event] : stored.at("s").events) {
    CHECK(seq == covered);
    const auto* gap = std::get_if<Gap>(&event.body);
    covered += gap != nullptr ? gap->count : 1;
  }
  CHECK(covered == next + 1);
  CHECK(core->stats().gap_events == 7);
}

TEST_CASE("drop: events of the last types get what comes back, however large", "[log][overflow]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  LogOptions options = reserving_arena();
  options.block_deadline_ms = 60'000;
  const Core core = opened(fs, clock, options);
  auto a = core->recorder("a", "l0"), b = core->recorder("b", "l0");
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  for (int i = 0; i < 6; ++i) REQUIRE(record_event(**a, token(i, kNearly)) == Append::ok);
  Append answer = Append::invalid;
  std::thread waits([&] { answer = record_event(**b, complete(5 * arena::kChunkBytes)); });
  while (!(*a)->lane->under_pressure()) std::this_thread::yield();
  // Six chunks, five of which the COMPLETE needs: TOKENs leave them to it until it has them.
  while (core->stats().chunks_free == 2) {
    REQUIRE(core->step().ok());
    const Append other = record_event(**a, token(6, kNearly));
    REQUIRE((other == Append::ok || other == Append::dropped));
    if (other == Append::ok) break;  // it came through first
  }
  waits.join();
  CHECK(answer == Append::ok);
  CHECK(dropped(core->stats(), EventType::complete) == 0);
}

TEST_CASE("a disk that refuses once while closing: what was dropped last is declared all the same",
          "[log][overflow]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock, reserving_arena());
  auto stream = core->recorder("s", "l0");
  REQUIRE(stream.ok());
  while (record_event(**stream, token(0, kNearly)) == Append::ok) {
  }
  const std::uint64_t next = (*stream)->next_seq;
  io::Fault fault;
  fault.kind = io::Operation::append;
  fs.fail(fault);
  const CloseReport report = core->close(1000);
  REQUIRE(report.status.ok());
  CHECK(report.lost == 0);
  CHECK(core->stats().gap_events == 1);
  const Stored stored = read_back(fs, "/store");
  CHECK(stored.at("s").events.back().first == next - 1);
}

TEST_CASE("drop: a filesystem without room for the arena's next step leaves the reserve",
          "[log][overflow]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  LogOptions options = reserving_arena();
  options.arena_bytes = std::size_t{512} * arena::kChunkBytes;
  const Core core = opened(fs, clock, options);
  auto stream = core->recorder("s", "l0");
  REQUIRE(stream.ok());
  fs.set_capacity(0);
  std::uint64_t tokens = 0;
  while (record_event(**stream, token(0, kNearly)) == Append::ok) ++tokens;
  const std::size_t step = (std::size_t{16} << 20) / arena::kChunkBytes;
  CHECK(tokens == step - 32);  // of the step there is, and a sixteenth of 512
  CHECK(record_event(**stream, complete(kNearly)) == Append::ok);
  fs.set_capacity(UINT64_MAX);
  CHECK(record_event(**stream, complete(kNearly)) == Append::ok);
  REQUIRE(core->close(1000).status.ok());
}
