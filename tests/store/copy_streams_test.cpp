// Streams copied from stores into a new one: whole, joined, apart where they contradict each other.
#include <algorithm>
#include <map>

#include "reel/copying.hpp"
#include "reel/json.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/hand_store.hpp"
#include "support/random_event.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using Streams = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

std::string line(const EnvelopeView& view) {
  std::string text;
  if (json::append_envelope(text, view)) return text;
  const Event event = to_event(view.event);
  const Gap& gap = std::get<Gap>(event.body);
  return "gap " + std::to_string(view.seq) + ' ' + std::to_string(gap.count) + ' ' + gap.cause;
}

Streams streams_of(const std::string& path) {
  Streams streams;
  const Reader reader = test::opened(path);
  Scan scan = reader.scan();
  while (scan.next()) {
    streams[{std::string(scan.name_space()), std::string(scan.view().stream_id)}].push_back(
        line(scan.view()));
  }
  CHECK(scan.status().ok());
  return streams;
}

void record(const std::string& path, const std::string& id, std::initializer_list<Event> events) {
  auto log = Log::open(path);
  REQUIRE(log.ok());
  {
    auto recorder = log->recorder(id);
    REQUIRE(recorder.ok());
    for (const Event& event : events) REQUIRE(recorder->record(event) == Append::ok);
  }
  REQUIRE(log->close().status.ok());
}

Event token(const std::string& value, std::int64_t index) {
  return {1000.0 + static_cast<double>(index), Token{value, index}, {}, {}};
}

TEST_CASE("a copy holds what the store holds", "[store][copy]") {
  const test::TempDir dir;
  test::RandomEvents random(3);
  {
    auto log = Log::open(dir.file("s"));
    REQUIRE(log.ok());
    for (int i = 0; i < 30; ++i) {
      auto recorder =
          log->recorder("s" + std::to_string(random.below(9)), random.coin() ? "l0" : "other");
      REQUIRE(recorder.ok());
      for (int n = 0; n < 30; ++n) REQUIRE(recorder->record(random.event()) == Append::ok);
    }
    REQUIRE(log->close().status.ok());
  }
  const auto report = copy_streams({dir.file("s")}, dir.file("out"));
  INFO(report.status().to_string());
  REQUIRE(report.ok());
  CHECK(report->missing == 0);
  CHECK(report->damage.empty());
  CHECK(streams_of(dir.file("out")) == streams_of(dir.file("s")));
  CHECK(test::opened(dir.file("out")).list_streams() == test::opened(dir.file("s")).list_streams());
  CHECK(copy_streams({dir.file("s")}, dir.file("out")).error().code == ErrorCode::invalid_argument);
  CHECK(copy_streams({}, dir.file("none")).error().code == ErrorCode::invalid_argument);
  CHECK(copy_streams({dir.file("none")}, dir.file("new")).error().code == ErrorCode::not_found);
}

TEST_CASE("a stream of several stores is joined by seq", "[store][copy]") {
  const test::TempDir dir;
  const Event gap2{1002, Gap{2, "overflow"}, {}, {}}, gap3{1000, Gap{3, "import"}, {}, {}};
  record(dir.file("a"), "x", {token("0", 0), token("1", 1), gap2, token("4", 4)});
  record(dir.file("b"), "x", {gap3, token("3", 3), token("4", 4), token("5", 5)});
  record(dir.file("b"), "only b", {token("b", 0)});
  const auto report = copy_streams({dir.file("a"), dir.file("b")}, dir.file("out"));
  REQUIRE(report.ok());
  CHECK(report->streams == 2);
  CHECK(report->events == 6);
  CHECK(report->conflicts.empty());
  CHECK(report->missing == 0);
  const auto lines = streams_of(dir.file("out"))[{"l0", "x"}];
  REQUIRE(lines.size() == 6);
  CHECK(lines[1].find(R"("seq":1)") != std::string::npos);
  CHECK(lines[2] == "gap 2 1 overflow");
  CHECK(lines[5].find(R"("seq":5)") != std::string::npos);
}

TEST_CASE("streams that contradict each other stay apart", "[store][copy]") {
  const test::TempDir dir;
  record(dir.file("a"), "x", {token("0", 0), token("1", 1)});
  record(dir.file("b"), "x", {token("0", 0), token("other", 1)});
  record(dir.file("c"), "x", {token("0", 0), token("1", 1), token("2", 2)});
  const auto report = copy_streams({dir.file("a"), dir.file("b"), dir.file("c")}, dir.file("out"));
  REQUIRE(report.ok());
  REQUIRE(report->conflicts.size() == 1);
  const CopyConflict& conflict = report->conflicts.front();
  CHECK(conflict.stream_id == "x");
  CHECK(conflict.seq == 1);
  CHECK(conflict.store == dir.file("b"));
  const std::string uuid = test::opened(dir.file("b")).info().store_uuid;
  CHECK(conflict.copied_as == "x~" + uuid.substr(0, 8));
  auto streams = streams_of(dir.file("out"));
  CHECK(streams.size() == 2);
  CHECK(streams[{"l0", "x"}].size() == 3);
  CHECK(streams[{"l0", conflict.copied_as}].size() == 2);
}

TEST_CASE("what is left out is a GAP, and what is damaged too", "[store][copy]") {
  const test::TempDir dir;
  record(dir.file("s"), "x", {token("0", 0), {1, Checkpoint{"", 1}, {}, {}}, token("1", 1)});
  record(dir.file("s"), "y", {token("0", 0)});
  CopyOptions options;
  options.events = [](const EnvelopeView& view) { return view.event.type == EventType::token; };
  options.streams = [](const StreamMetadata& stream) { return stream.stream_id == "x"; };
  const auto filtered = copy_streams({dir.file("s")}, dir.file("out"), options);
  REQUIRE(filtered.ok());
  CHECK(filtered->events == 2);
  CHECK(filtered->streams == 1);
  const auto lines = streams_of(dir.file("out"))[{"l0", "x"}];
  REQUIRE(lines.size() == 3);
  CHECK(lines[1] == "gap 1 1 filtered");

  test::HandStore damaged(dir.file("d"));
  damaged.add_segment(
      {{test::token("z", 0, "a")}, {test::token("z", 1, "b")}, {test::token("z", 2, "c")}});
  damaged.save();
  std::string bytes = test::read_bytes(damaged.segment(1));
  const std::size_t second = bytes.find("RBLK", bytes.find("RBLK") + 1);
  bytes[second + 60] ^= 1;
  test::write_bytes(damaged.segment(1), bytes);
  const auto rescued = copy_streams({dir.file("d")}, dir.file("rescued"));
  INFO(rescued.status().to_string());
  REQUIRE(rescued.ok());
  CHECK(rescued->events == 2);
  CHECK(rescued->missing == 1);
  CHECK(rescued->damage.size() == 1);
  CHECK(streams_of(dir.file("rescued"))[{"l0", "z"}][1] == "gap 1 1 missing");
}

}  // namespace
}  // namespace reel
