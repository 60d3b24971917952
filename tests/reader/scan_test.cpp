// A whole store at once: what a Scan yields is what the cursors of all streams yield.
#include <map>

#include "reel/json.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using test::HandStore;
using test::opened;
using test::token;

// Each stream's events as lines, by namespace and id; a GAP as its seq and count.
using Streams = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

std::string line(const EnvelopeView& view) {
  std::string text;
  if (json::append_envelope(text, view)) return text;
  return "gap " + std::to_string(view.seq) + " " + std::to_string(view.event.seqs());
}

Streams scanned(const Reader& reader, std::optional<std::string_view> name_space = {}) {
  Streams streams;
  Scan scan = reader.scan(name_space);
  while (scan.next()) {
    const std::pair key{std::string(scan.name_space()), std::string(scan.view().stream_id)};
    streams[key].push_back(line(scan.view()));
  }
  CHECK(scan.status().ok());
  CHECK_FALSE(scan.next());
  return streams;
}

Streams stream_by_stream(const Reader& reader) {
  Streams streams;
  for (const std::string& name_space : reader.list_namespaces()) {
    for (const std::string& id : reader.list_streams({}, name_space)) {
      auto cursor = reader.cursor(id, name_space);
      REQUIRE(cursor.ok());
      while (cursor->next()) streams[{name_space, id}].push_back(line(cursor->view()));
    }
  }
  return streams;
}

TEST_CASE_METHOD(test::OnTwoSegments, "a scan yields what all cursors yield, gaps included") {
  const Streams all = scanned(reader);
  CHECK(all == stream_by_stream(reader));
  CHECK(all.size() == 3);
  CHECK(all.at({"l0", "a"}).size() == 7);
}

TEST_CASE_METHOD(test::OnTwoSegments, "a scan of one namespace leaves the others out") {
  const Streams other = scanned(reader, "other");
  REQUIRE(other.size() == 1);
  CHECK(other.begin()->first.second == "c");
  CHECK(scanned(reader, "absent").empty());
}

TEST_CASE("a scan yields events that two segments hold once") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.add_segment({{token("a", 0, "0"), token("a", 1, "1")}});
  store.add_segment({{token("a", 1, "1"), token("a", 2, "2")}});
  store.save();
  CHECK(scanned(opened(store.path())).at({"l0", "a"}).size() == 3);
}

TEST_CASE("a scan yields all of a stream that went from lane to lane and back") {
  const test::TempDir dir;
  auto first = Log::open(dir.file("s")), second = Log::open(dir.file("s"));
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  const auto record = [](Log& log, const char* id) {
    auto recorder = log.recorder(id);
    REQUIRE(recorder.ok());
    for (int i = 0; i < 3; ++i) {
      REQUIRE(recorder->record_token("x", static_cast<std::int64_t>(recorder->next_seq())) ==
              Append::ok);
    }
  };
  for (Log* log : {&*second, &*first, &*second}) record(*log, "from the second");
  for (Log* log : {&*first, &*second, &*first}) record(*log, "from the first");
  record(*first, "one");
  record(*second, "other");
  const auto check = [&] {
    const Reader reader = opened(dir.file("s"));
    const Streams all = scanned(reader);
    CHECK(all == stream_by_stream(reader));
    CHECK(all.at({"l0", "from the second"}).size() == 9);
    CHECK(all.at({"l0", "from the first"}).size() == 9);
    CHECK(all.size() == 4);
  };
  check();  // the last of it in arenas
  CHECK(first->close(60'000).status.ok());
  CHECK(second->close(60'000).status.ok());
  check();
}

TEST_CASE("a scan restores contents over many blocks and goes on into the arena") {
  const test::TempDir dir;
  LogOptions options;
  options.batch_bytes = 2048;
  options.segment_bytes_max = 4096;
  auto log = Log::open(dir.file("s"), options);
  REQUIRE(log.ok());
  constexpr int kStreams = 40, kTokens = 60;
  std::vector<Recorder> recorders;
  std::vector<std::string> contents(kStreams);
  for (int i = 0; i < kStreams; ++i) {
    recorders.push_back(log->recorder("stream-" + std::to_string(i)).value());
  }
  for (int t = 0; t < kTokens; ++t) {
    for (int i = 0; i < kStreams; ++i) {
      const auto place = static_cast<std::size_t>(i);
      const std::string text = "w" + std::to_string(i * t) + " ";
      contents[place] += text;
      REQUIRE(recorders[place].record_token(text, t) == Append::ok);
      if (t % 10 == 9) {
        REQUIRE(recorders[place].record_checkpoint(contents[place], t + 1) == Append::ok);
      }
    }
    if (t % 7 == 0) REQUIRE(log->flush().ok());
  }
  const Reader live = opened(dir.file("s"));
  const Streams all = scanned(live);
  CHECK(all == stream_by_stream(live));
  CHECK(all.size() == kStreams);
  REQUIRE(log->close().status.ok());
  const Reader closed = opened(dir.file("s"));
  CHECK(closed.info().segments > 1);
  CHECK(scanned(closed) == all);
}

TEST_CASE_METHOD(test::OnTwoSegments, "a scan goes past a damaged block and notes it") {
  std::string bytes = test::read_bytes(store.segment(1));
  bytes[200] = static_cast<char>(bytes[200] ^ 1);
  test::write_bytes(store.segment(1), bytes);
  const Reader damaged = opened(store.path());
  const Streams rest = scanned(damaged);
  CHECK(rest == stream_by_stream(damaged));
  CHECK_FALSE(damaged.damage().empty());
  CHECK(rest.at({"l0", "b"}).size() == 1);

  ReaderOptions strict;
  strict.strict = true;
  auto refusing = Reader::open(store.path(), strict);
  if (!refusing) return;  // noticed when it was opened
  Scan scan = refusing->scan();
  while (scan.next()) {
  }
  CHECK(scan.status().error().code == ErrorCode::damaged);
}

}  // namespace
}  // namespace reel
