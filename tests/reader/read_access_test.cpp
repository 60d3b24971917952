// Segments that are read piece by piece (ReaderOptions::mmap is false): the same answers, and
// damage where mapping would end the process.
#include <filesystem>

#include "reel/columns.hpp"
#include "reel/json.hpp"
#include "reel/log.hpp"
#include "segment/format.hpp"
#include "support/catch.hpp"
#include "support/random_event.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

Reader piecewise(const std::string& path, bool strict = false) {
  ReaderOptions options;
  options.mmap = false;
  options.strict = strict;
  auto reader = Reader::open(path, options);
  INFO(reader.status().to_string());
  REQUIRE(reader.ok());
  return *std::move(reader);
}

std::string line(const EnvelopeView& view) {
  std::string text;
  if (!json::append_envelope(text, view)) text = "gap " + std::to_string(view.event.seqs());
  return text;
}

// All that a Reader tells, in its order.
std::vector<std::string> told(const Reader& reader) {
  std::vector<std::string> lines;
  Scan scan = reader.scan();
  while (scan.next()) lines.push_back(line(scan.view()));
  CHECK(scan.status().ok());
  for (const std::string& name_space : reader.list_namespaces()) {
    const auto streams = reader.list_metadata({}, name_space);
    REQUIRE(streams.ok());
    for (const StreamMetadata& known : *streams) {
      lines.push_back(known.stream_id + ' ' + std::to_string(known.event_count) + ' ' +
                      known.options.value_or("-"));
      auto cursor = reader.cursor(known.stream_id, name_space);
      REQUIRE(cursor.ok());
      while (cursor->next()) lines.push_back(line(cursor->view()));
    }
  }
  for (ColumnScan& columns : reader.scan_columns({.stamps = true, .token_bytes = true})) {
    while (columns.next()) lines.push_back(std::to_string(columns.run().types.size()));
  }
  return lines;
}

void record(Log& log, test::RandomEvents& random, int streams, int events) {
  for (int i = 0; i < streams; ++i) {
    auto recorder = log.recorder("s" + std::to_string(random.below(10)));
    REQUIRE(recorder.ok());
    for (int n = 0; n < events; ++n) REQUIRE(recorder->record(random.event()) == Append::ok);
    if (i == streams / 2) {
      REQUIRE(recorder->record_token(std::string(700'000, 'x'), 1) == Append::ok);
    }
  }
}

TEST_CASE("a store that is read piece by piece tells what a mapped one tells") {
  const test::TempDir dir;
  test::RandomEvents random(7);
  LogOptions options;
  options.batch_bytes = options.block_bytes = 8192;
  options.segment_bytes_max = 64 << 10;
  options.writer_thread = false;  // so that nothing moves between two looks
  auto log = Log::open(dir.file("s"), options);
  REQUIRE(log.ok());
  record(*log, random, 30, 40);
  REQUIRE(log->step().ok());
  record(*log, random, 5, 40);
  Reader growing = piecewise(dir.file("s"));
  const bool same = told(growing) == told(test::opened(dir.file("s")));  // long, if they differ
  CHECK(same);
  record(*log, random, 20, 40);
  REQUIRE(log->flush().ok());
  REQUIRE(growing.refresh().ok());
  const bool same_after = told(growing) == told(test::opened(dir.file("s")));
  CHECK(same_after);
  REQUIRE(log->close().status.ok());
  REQUIRE(growing.refresh().ok());
  const auto lines = told(growing);
  const bool same_at_last = lines == told(test::opened(dir.file("s")));
  CHECK(same_at_last);
  CHECK(lines.size() > 2000);
  CHECK(growing.damage().empty());
}

TEST_CASE_METHOD(test::OnTwoSegments,
                 "a file that is cut while it is read is damage, not the end") {
  const Reader lenient = piecewise(store.path()), strict = piecewise(store.path(), true);
  const std::string file = store.segment(2);
  REQUIRE(std::filesystem::exists(file));
  std::filesystem::resize_file(file, sizeof(segment::SegmentHeader));

  CHECK(test::seqs(lenient, "a") == test::Seqs{0, 1, 2, 3});
  REQUIRE_FALSE(lenient.damage().empty());
  CHECK(lenient.damage().front().file == file);
  auto cursor = strict.cursor("a");
  REQUIRE(cursor.ok());
  std::size_t events = 0;
  while (cursor->next()) ++events;
  CHECK(events == 4);
  CHECK(cursor->status().error().code == ErrorCode::damaged);
}

}  // namespace
}  // namespace reel
