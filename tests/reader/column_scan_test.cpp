// Columns of a whole store: what they tell of each event is what a Scan's events are.
#include <bit>
#include <map>
#include <thread>

#include "reel/columns.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/random_event.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using test::HandStore;
using test::opened;
using test::token;

struct Row {
  EventType type = EventType::gap;
  double ts_ms = 0;
  std::uint64_t token_bytes = 0;
  bool operator==(const Row& other) const {
    return type == other.type && token_bytes == other.token_bytes &&
           std::bit_cast<std::uint64_t>(ts_ms) == std::bit_cast<std::uint64_t>(other.ts_ms);
  }
};
using Streams = std::map<std::pair<std::string, std::string>, std::map<std::uint64_t, Row>>;

Streams of_events(const Reader& reader) {
  Streams streams;
  Scan scan = reader.scan();
  while (scan.next()) {
    const EventView& event = scan.view().event;
    const std::size_t bytes = event.type == EventType::token ? event.text.size() : 0;
    streams[{std::string(scan.name_space()), std::string(scan.view().stream_id)}]
           [scan.view().seq] = {event.type, event.ts_ms, bytes};
  }
  CHECK(scan.status().ok());
  return streams;
}

// Adds what a scan gives; each event once, and of one scan alone in order.
void add_rows(ColumnScan& scan, bool alone, Streams& streams) {
  while (scan.next()) {
    const ColumnRun& run = scan.run();
    CHECK(run.stream < scan.streams());
    REQUIRE(run.ts_ms.size() == run.types.size());
    REQUIRE(run.token_bytes.size() == run.types.size());
    auto& rows = streams[{std::string(run.name_space), std::string(run.stream_id)}];
    for (std::size_t i = 0; i < run.types.size(); ++i) {
      const Row row{run.types[i], run.ts_ms[i], run.token_bytes[i]};
      if (alone && !rows.empty()) REQUIRE(rows.rbegin()->first < run.first_seq + i);
      REQUIRE(rows.emplace(run.first_seq + i, row).second);
    }
  }
  CHECK(scan.status().ok());
  CHECK_FALSE(scan.next());
}

Streams of_columns(const Reader& reader, unsigned scans) {
  ColumnOptions options;
  options.stamps = options.token_bytes = true;
  options.scans = scans;
  Streams streams;
  std::vector<ColumnScan> all = reader.scan_columns(options);
  CHECK(all.size() == std::max(scans, 1U));
  for (ColumnScan& scan : all) add_rows(scan, all.size() == 1, streams);
  return streams;
}

void check(const Reader& reader) {
  const Streams events = of_events(reader);
  CHECK(of_columns(reader, 1) == events);
  CHECK(of_columns(reader, 2) == events);
  CHECK(of_columns(reader, 5) == events);
}

// Records random events under `id`, texts of all lengths among them.
void record(Log& log, const std::string& id, test::RandomEvents& random, int events) {
  auto recorder = log.recorder(id, random.coin() ? "l0" : "other");
  REQUIRE(recorder.ok());
  for (int i = 0; i < events; ++i) {
    Event event = random.event();
    if (random.below(3) == 0) event.body = Token{std::string(random.below(600), 'x'), i};
    if (random.below(4) == 0) event.body = Token{" again", i};
    REQUIRE(recorder->record(event) == Append::ok);
    if (random.below(50) == 0) REQUIRE(log.flush().ok());
  }
}

TEST_CASE("columns tell of every event what it is, in segments, open ones and arenas") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    INFO("seed " << seed);
    test::RandomEvents random(seed);
    const test::TempDir dir;
    LogOptions options;
    options.batch_bytes = options.block_bytes = 8192;
    options.segment_bytes_max = 64 << 10;
    auto first = Log::open(dir.file("s"), options), second = Log::open(dir.file("s"), options);
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    for (int i = 0; i < 60; ++i) {
      record(random.coin() ? *first : *second, "s" + std::to_string(random.below(12)), random, 30);
    }
    check(opened(dir.file("s")));
    CHECK(first->close(60'000).status.ok());
    CHECK(second->close(60'000).status.ok());
    check(opened(dir.file("s")));
  }
}

TEST_CASE("columns tell how long texts are that lie in fragments") {
  const test::TempDir dir;
  auto log = Log::open(dir.file("s"));
  REQUIRE(log.ok());
  {
    auto recorder = log->recorder("s");
    for (const std::size_t bytes : {std::size_t{3}, std::size_t{700'000}, std::size_t{252},
                                    std::size_t{253}, std::size_t{100'000}, std::size_t{0}}) {
      REQUIRE(recorder->record_token(std::string(bytes, 'x'), 0) == Append::ok);
    }
  }
  REQUIRE(log->close().status.ok());
  check(opened(dir.file("s")));
}

TEST_CASE_METHOD(test::OnTwoSegments, "columns of two segments, a GAP and two namespaces") {
  check(reader);
  ColumnOptions options;
  options.name_space = "other";
  std::vector<ColumnScan> scans = reader.scan_columns(options);
  CHECK(scans.front().streams() == 1);
  REQUIRE(scans.front().next());
  CHECK(scans.front().run().stream_id == "c");
  CHECK(scans.front().run().ts_ms.empty());
  CHECK(scans.front().run().token_bytes.empty());
  CHECK_FALSE(scans.front().next());
}

TEST_CASE("columns of events that two segments hold come once") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.add_segment({{token("a", 0, "0"), token("a", 1, "1")}});
  store.add_segment({{token("a", 1, "1"), token("a", 2, "2")}});
  store.save();
  const Reader reader = opened(store.path());
  check(reader);
  CHECK(of_columns(reader, 1).at({"l0", "a"}).size() == 3);
}

TEST_CASE("scans of one call work side by side") {
  const test::TempDir dir;
  test::RandomEvents random(7);
  LogOptions options;
  options.batch_bytes = options.block_bytes = 8192;
  auto log = Log::open(dir.file("s"), options);
  REQUIRE(log.ok());
  for (int i = 0; i < 40; ++i) record(*log, "s" + std::to_string(i % 9), random, 50);
  const Reader reader = opened(dir.file("s"));
  ColumnOptions columns;
  columns.stamps = columns.token_bytes = true;
  columns.scans = 4;
  std::vector<ColumnScan> scans = reader.scan_columns(columns);
  std::vector<std::uint64_t> events(scans.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    threads.emplace_back([&, i] {
      while (scans[i].next()) events[i] += scans[i].run().types.size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t all = 0;
  for (const std::uint64_t share : events) all += share;
  CHECK(all == 2000);
}

TEST_CASE_METHOD(test::OnTwoSegments, "columns go past a damaged block and tell of it") {
  std::string bytes = test::read_bytes(store.segment(1));
  bytes[200] = static_cast<char>(bytes[200] ^ 1);
  test::write_bytes(store.segment(1), bytes);
  const Reader damaged = opened(store.path());
  std::vector<ColumnScan> scans = damaged.scan_columns({});
  std::uint64_t rows = 0;
  while (scans.front().next()) rows += scans.front().run().types.size();
  CHECK(scans.front().status().ok());
  REQUIRE(scans.front().damage().size() == 1);
  CHECK(scans.front().damage().front().file == store.segment(1));
  Scan scan = damaged.scan();
  while (scan.next()) --rows;
  CHECK(rows == 0);

  ReaderOptions strict;
  strict.strict = true;
  auto refusing = Reader::open(store.path(), strict);
  if (!refusing) return;  // noticed when it was opened
  scans = refusing->scan_columns({});
  while (scans.front().next()) {
  }
  CHECK(scans.front().status().error().code == ErrorCode::damaged);
}

}  // namespace
}  // namespace reel
