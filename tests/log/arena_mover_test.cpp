// What of an arena goes into segments: all of a dead process's, of a living one's what was copied
// without a hole.
#include "log/arena_mover.hpp"

#include "support/frames.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"

namespace reel::log {
namespace {

constexpr const char* kStore = "/store";

// The seqs in segments after tokens of these seqs were moved; GAPs as minus their seq.
std::vector<std::int64_t> moved(ArenaOf whose, const std::vector<std::uint64_t>& seqs,
                                std::uint64_t written_seq = 0, std::uint64_t dropped_at = 0) {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  const auto identity = catalog::create_store(fs, kStore, clock.wall_us());
  REQUIRE(identity.ok());
  const std::string directory = catalog::lane_directory(kStore, 0);
  arena::ArenaSnapshot snapshot;
  arena::SnapshotStream stream;
  stream.name_space = "l0";
  stream.id = "s";
  stream.incarnation = 5;
  stream.written_seq = written_seq;
  stream.gap_first = dropped_at;
  stream.gap_count = dropped_at == 0 ? 0 : 3;
  std::deque<std::string> frames;
  for (const std::uint64_t seq : seqs) {
    const Event event = test::token_at(1000, "t", 0);
    const std::string& frame = frames.emplace_back(test::frame_of(event, seq));
    stream.frames.push_back({seq, frame.data(), static_cast<std::uint32_t>(frame.size())});
  }
  snapshot.streams.push_back(stream);

  writer::SegmentLogOptions options;
  options.lane_directory = directory;
  options.store = identity->uuid;
  writer::SegmentLog segments(fs, clock, {}, options);
  SegmentIndex index(fs, directory);
  RecoveryReport report;
  const RecoveryContext context{fs, clock, kStore, directory, identity->uuid, 1};
  REQUIRE(ArenaMover(context, segments, index, report, whose).move(snapshot).ok());
  REQUIRE(segments.seal().ok());
  std::vector<std::int64_t> found;
  test::Stored stored = test::read_back(fs, kStore);
  for (const auto& [seq, event] : stored["s"].events) {
    const auto signed_seq = static_cast<std::int64_t>(seq);
    found.push_back(std::holds_alternative<Gap>(event.body) ? -signed_seq : signed_seq);
  }
  return found;
}

using Seqs = std::vector<std::int64_t>;

TEST_CASE("a hole in a dead process's arena is a gap, in a living one's the end", "[log][backup]") {
  CHECK(moved(ArenaOf::the_dead, {0, 1, 3, 4}) == Seqs{0, 1, -2, 3, 4});
  CHECK(moved(ArenaOf::the_living, {0, 1, 3, 4}) == Seqs{0, 1});
  CHECK(moved(ArenaOf::the_living, {0, 1, 2}) == Seqs{0, 1, 2});
}

TEST_CASE("what was written once and is in no segment is lost, whoever lives", "[log][backup]") {
  CHECK(moved(ArenaOf::the_living, {0, 1, 3, 4}, 3) == Seqs{0, 1, -2, 3, 4});
  CHECK(moved(ArenaOf::the_living, {0, 1, 4, 5}, 3) == Seqs{0, 1});
}

TEST_CASE("dropped events end a living process's stream only where they follow", "[log][backup]") {
  CHECK(moved(ArenaOf::the_living, {0, 1}, 0, 2) == Seqs{0, 1, -2});
  CHECK(moved(ArenaOf::the_living, {0, 1}, 0, 4) == Seqs{0, 1});
  CHECK(moved(ArenaOf::the_dead, {0, 1}, 0, 4) == Seqs{0, 1, -4});
}

}  // namespace
}  // namespace reel::log
