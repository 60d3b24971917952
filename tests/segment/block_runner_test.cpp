// Segments whose blocks are compressed by others, in any order: the same bytes, and the same ends.
#include "segment/block_runner.hpp"

#include <deque>
#include <random>

#include "support/catch.hpp"
#include "support/hand_blocks.hpp"
#include "support/segments.hpp"

namespace reel::segment {
namespace {

using test::HandBlocks;
using test::kSegmentPath;

std::unique_ptr<SegmentWriter> make(io::FileSystem& fs, BlockRunner* runner) {
  SegmentOptions options = test::segment_options();
  options.snapshot_events = 50;
  auto writer = SegmentWriter::create(fs, kSegmentPath, options, runner);
  REQUIRE(writer.ok());
  return std::move(*writer);
}

std::string noise(std::size_t bytes, std::mt19937_64& random) {
  std::string text(bytes, 'x');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

// Random batches, some of several blocks, some with fragments, some of one stream's definition
// only.
std::string bytes_written(std::uint64_t seed, BlockRunner* runner, HandBlocks* hand) {
  io::MemoryFileSystem fs;
  std::mt19937_64 random(seed);
  std::mt19937_64 order(seed + 1);
  test::StreamModel model(seed, 5);
  test::Frames frames;
  auto writer = make(fs, runner);
  model.add_streams(*writer);
  const auto large = writer->add_stream({"", "large", 77, 77});
  std::uint64_t seq = 0;
  std::size_t begun = 0, ended = 0;
  for (int batch = 0; batch < 25; ++batch) {
    auto rows = model.rows(random() % 60);
    for (std::uint64_t i = random() % 4; i-- > 0 && batch % 3 == 0;) {
      const std::size_t bytes = i == 0 ? (600 << 10) + random() % 1000 : random() % (500 << 10);
      rows.push_back({large, seq, frames.token(noise(bytes, random), 1, 5)});
      ++seq;
    }
    REQUIRE(writer->begin_block(rows).ok());
    ++begun;
    if (hand != nullptr && order() % 2 == 0) hand->finish_one(order());
    if (order() % 2 == 0) REQUIRE(writer->end_blocks(false).ok());
    if (random() % 8 == 0) REQUIRE(writer->sync().ok());
    ended += writer->take_ended();
    CHECK(ended <= begun);
  }
  writer->add_stream({"", "late", 78, 78});
  REQUIRE(writer->seal().ok());
  CHECK(ended + writer->take_ended() == begun);
  const auto reader = test::open_segment(fs);
  VerifyReport report;
  reader->verify(report);
  CHECK(report.damage.empty());
  return *fs.read(kSegmentPath, std::uint64_t{1} << 30);
}

}  // namespace

TEST_CASE("compressed by others, a segment has the same bytes", "[segment]") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    INFO("seed " << seed);
    HandBlocks hand;
    const std::string alone = bytes_written(seed, nullptr, nullptr);
    const bool same = bytes_written(seed, &hand, &hand) == alone;
    CHECK(same);
    CHECK(hand.started() > 25);
  }
}

TEST_CASE("blocks are on their way until they are compressed, and end in order", "[segment]") {
  io::MemoryFileSystem fs;
  HandBlocks hand;
  test::StreamModel model(3, 4);
  auto writer = make(fs, &hand);
  model.add_streams(*writer);
  const std::uint64_t header = writer->bytes();
  for (int i = 0; i < 3; ++i) {
    auto rows = model.rows(20);
    REQUIRE(writer->begin_block(rows).ok());
  }
  REQUIRE(hand.started() == 3);
  hand.wait(2);
  hand.wait(1);
  REQUIRE(writer->end_blocks(false).ok());
  CHECK(writer->take_ended() == 0);
  CHECK(writer->bytes() == header);
  REQUIRE(writer->sync().ok());  // of nothing
  hand.wait(0);
  REQUIRE(writer->end_blocks(false).ok());
  CHECK(writer->take_ended() == 3);
  CHECK(writer->unsynced_bytes() > 0);
  auto rows = model.rows(20);
  REQUIRE(writer->begin_block(rows).ok());
  CHECK(writer->take_ended() == 0);
  REQUIRE(writer->end_blocks(true).ok());
  CHECK(writer->take_ended() == 1);
  CHECK(test::difference(*test::open_segment(fs), model) == "");
}

TEST_CASE("where an append fails, nothing counts that had not ended, and a rescue goes on",
          "[segment]") {
  const auto nth = GENERATE(range(0U, 14U));
  const auto seed = GENERATE(range(0U, 4U));
  io::MemoryFileSystem fs;
  HandBlocks hand;
  std::mt19937_64 random(seed);
  test::StreamModel model(31 + seed, 4);
  auto writer = make(fs, &hand);
  model.add_streams(*writer);
  fs.fail({io::Operation::append, nth, false, EIO, 100});
  std::deque<std::vector<Row>> on_their_way;
  int rescues = 0;
  std::string path = kSegmentPath;
  const auto settle = [&] {
    for (std::size_t ended = writer->take_ended(); ended > 0; --ended) on_their_way.pop_front();
  };
  std::function<void(std::vector<Row>)> begin;
  const auto begin_again = [&] {
    REQUIRE(writer->poisoned());
    CHECK(writer->take_ended() == 0);
    path = "/rescued" + std::to_string(++rescues) + ".seg";
    auto fresh = writer->rescue(fs, path, 777, 8);
    REQUIRE(fresh.ok());
    writer = std::move(*fresh);
    for (auto& again : std::exchange(on_their_way, {})) begin(std::move(again));
  };
  begin = [&](std::vector<Row> rows) {
    on_their_way.push_back(rows);
    Status status = writer->begin_block(rows);
    if (status.ok() && random() % 2 == 0) {
      hand.finish_one(random());
      status = writer->end_blocks(random() % 5 == 0);
    }
    settle();
    if (!status.ok()) return begin_again();
    if (random() % 4 == 0) REQUIRE(writer->sync().ok());
  };
  for (int batch = 0; batch < 12; ++batch) begin(model.rows(30));
  const Status last = writer->end_blocks(true);
  settle();
  if (!last.ok()) {
    begin_again();
    REQUIRE(writer->end_blocks(true).ok());
    settle();
  }
  CHECK(on_their_way.empty());
  CHECK(rescues <= 1);
  auto summary = writer->finish();
  if (!summary.ok()) {
    auto fresh = writer->rescue(fs, path = "/at_last.seg", 778, 9);
    REQUIRE(fresh.ok());
    writer = std::move(*fresh);
    REQUIRE(writer->finish().ok());
  }
  CHECK(test::difference(*test::open_segment(fs, path), model) == "");
  VerifyReport report;
  test::open_segment(fs, path)->verify(report);
  CHECK(report.damage.empty());
}

}  // namespace reel::segment
