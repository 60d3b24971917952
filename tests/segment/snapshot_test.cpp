// Automatic snapshots: how much they save a fold, and that verify holds them to the rows. (That
// folding over them comes to the same: tests/reader/gather_test.cpp.)
#include "segment/snapshot.hpp"

#include <random>

#include "reel/state.hpp"
#include "segment/block_codec.hpp"
#include "segment/segment_reader.hpp"
#include "support/catch.hpp"
#include "support/data_columns.hpp"
#include "support/segments.hpp"

namespace reel::segment {
namespace {

constexpr std::uint32_t kEvery = 500;
constexpr std::uint64_t kBytesMax = 1 << 26;

// Tokens, a CHECKPOINT of all so far every 20, a GUARDRAIL every 33, one in ten of them violated.
struct LongStream {
  explicit LongStream(std::uint32_t snapshot_events, std::uint64_t events) {
    SegmentOptions options = test::segment_options();
    options.snapshot_events = snapshot_events;
    auto made = SegmentWriter::create(fs, test::kSegmentPath, options);
    REQUIRE(made.ok());
    writer = *std::move(made);
    const std::uint32_t number = writer->add_stream({"", "s", 1, 1});
    test::Frames frames;
    std::vector<Row> rows;
    for (std::uint64_t seq = 0; seq < events; ++seq) {
      rows.push_back({number, seq, frames.add(event(seq), seq)});
      if (rows.size() == 777 || seq + 1 == events) {
        REQUIRE(writer->append_block(rows).ok());
        rows.clear();
      }
    }
    REQUIRE(writer->seal().ok());
  }

  Event event(std::uint64_t seq) {
    const double ts = 1000 + static_cast<double>(seq);
    if (seq % 20 == 19) return {ts, Checkpoint{text, index}, {}, {}};
    if (seq % 330 == 17) {
      return {ts, Guardrail{R"({"violations":[{"rule":"r"}]})", index, {}}, {}, {}};
    }
    if (seq % 33 == 17) return {ts, Guardrail{R"({"violations":[]})", index, {}}, {}, {}};
    if (seq % 1000 == 500) return {ts, Retry{"again", 1, seq % 2000 == 500, {}}, {}, {}};
    std::string value = " ";
    for (auto n = 1 + random() % 7; n > 0; --n)
      value.push_back("etaoinshrdlucmfwyp"[random() % 18]);
    text += value;
    return {ts, Token{value, index++, {}, {}}, {}, {}};
  }

  io::MemoryFileSystem fs;
  std::unique_ptr<SegmentWriter> writer;
  std::mt19937_64 random{7};
  std::string text;
  std::int64_t index = 0;
};

struct Folded {
  State state;
  std::uint64_t steps = 0;
};

Folded fold_to(const SegmentReader& reader, std::uint64_t to_seq, bool snapshots) {
  Folded folded;
  const auto cursor = reader.cursor(0, 0, true);
  if (snapshots) cursor->use_snapshots();
  while (cursor->next_gathered(to_seq)) {
    ++folded.steps;
    fold(folded.state, cursor->event());
  }
  CHECK(cursor->status().ok());
  if (auto checkpoint = cursor->take_checkpoint()) folded.state.checkpoint = *checkpoint;
  return folded;
}

TEST_CASE("a fold visits a snapshot's interval of events and what snapshots keep", "[segment]") {
  constexpr std::uint64_t kEvents = 40000;
  LongStream stream(kEvery, kEvents);
  const auto reader = test::open_segment(stream.fs);
  for (std::uint64_t to : {0UL, 1UL, 499UL, 500UL, 12345UL, 20019UL, 39998UL, 39999UL, 50000UL}) {
    INFO("to " << to);
    const Folded all = fold_to(*reader, to, false), few = fold_to(*reader, to, true);
    CHECK(few.state == all.state);
    const std::uint64_t kept =
        few.state.violations.size() +
        static_cast<std::uint64_t>(few.state.retry_attempts + few.state.network_retry_count);
    CHECK(few.steps <= kEvery + to / kEvery + kept);
    if (to > 10000) CHECK(all.steps > 3 * few.steps);
  }
}

TEST_CASE("snapshots cost a fiftieth of the bytes at most", "[segment]") {
  constexpr std::uint64_t kEvents = 40000;
  const std::uint64_t with = LongStream(8192, kEvents).writer->bytes();
  const std::uint64_t without = LongStream(0, kEvents).writer->bytes();
  CHECK(with > without);
  CHECK((with - without) * 50 <= without);
}

TEST_CASE("streams of fewer events have no snapshot", "[segment]") {
  CHECK(LongStream(kEvery, kEvery).writer->bytes() == LongStream(0, kEvery).writer->bytes());
}

TEST_CASE("verify finds a snapshot that tells something else than the rows", "[segment]") {
  LongStream stream(kEvery, kEvery + 1);
  std::string file = *stream.fs.read(test::kSegmentPath, kBytesMax);
  const std::uint64_t id = test::segment_options().segment_id;
  // The block with the snapshot, which is of all rows before the last; it is made unsealed.
  std::uint64_t at = sizeof(SegmentHeader);
  std::optional<BlockHeader> header;
  std::optional<test::DataColumns> columns;
  while (!columns || columns->shape.snapshots == 0) {
    if (header) at += block_bytes(*header);
    header = read_block_header(*io::view_of(file), at, id);
    REQUIRE(header);
    columns = test::columns_of(test::payload_of(file, *header));
    REQUIRE(columns);
  }
  const auto verified = [&] {
    const std::string block = test::data_block(*header, *columns);
    io::MemoryFileSystem fs;
    auto made = fs.create(test::kSegmentPath);
    REQUIRE(made.ok());
    REQUIRE((*made)->append(file.substr(0, at) + block).ok());
    VerifyReport report;
    test::open_segment(fs)->verify(report);
    return report.damage.empty();
  };
  CHECK(verified());
  const std::size_t kept = columns->raw.rfind("violations");  // in the frame of a GUARDRAIL
  REQUIRE(kept != std::string::npos);
  columns->raw[kept] = 'V';
  CHECK_FALSE(verified());
  columns->raw[kept] = 'v';
  columns->raw.back() ^= 1;
  CHECK_FALSE(verified());
}

}  // namespace
}  // namespace reel::segment
