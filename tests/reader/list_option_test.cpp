// START options of all streams: what the indexes tell is what the STARTs say.
#include <random>

#include "reel/json_object.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reader_store.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::opened;

using Values = std::vector<std::optional<std::string>>;

Values from_metadata(const Reader& reader, const std::string& path) {
  Values values;
  const auto streams = reader.list_metadata();
  REQUIRE(streams.ok());
  for (const StreamMetadata& stream : *streams) {
    auto& value = values.emplace_back();
    if (!stream.options) continue;
    value = json::get_string(*stream.options, path);
    if (!value) value = json::get_text(*stream.options, path);
  }
  return values;
}

void check(const Reader& reader) {
  for (const char* path : {"model", "n", "user.name", "user", "a.b", "request", "none", ""}) {
    INFO(path);
    const auto values = reader.list_option(path);
    REQUIRE(values.ok());
    CHECK(*values == from_metadata(reader, path));
  }
}

std::string random_options(std::mt19937_64& random) {
  std::string options = R"({"model":"m)" + std::to_string(random() % 3) + '"';
  if (random() % 2 == 0) options += ",\"n\":" + std::to_string(random() % 4) + ".5";
  if (random() % 3 == 0) options += R"(,"user":{"name":"u)" + std::to_string(random() % 3) + "\"}";
  if (random() % 4 == 0) options += R"(,"a.b":"dotted")";
  return options + ",\"request\":\"" + std::to_string(random()) + "\"}";
}

TEST_CASE("options of all streams, in segments, open ones and arenas", "[reader][facets]") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const test::TempDir dir;
    LogOptions options;
    options.segment_streams_max = 16;
    auto log = Log::open(dir.file("s"), options);
    REQUIRE(log.ok());
    for (int i = 0; i < 150; ++i) {
      auto recorder = log->recorder("s" + std::to_string(random() % 60));
      REQUIRE(recorder.ok());
      if (random() % 4 != 0) {
        REQUIRE(recorder->record_start(random_options(random)) == Append::ok);
      }
      REQUIRE(recorder->record_token("x", 0) == Append::ok);
      if (random() % 9 == 0) REQUIRE(log->flush().ok());
      if (i % 50 == 49) check(opened(dir.file("s")));
    }
    REQUIRE(log->close().status.ok());
    const Reader closed = opened(dir.file("s"));
    CHECK(closed.info().segments > 2);
    check(closed);
    const auto report = verify(dir.file("s"));
    REQUIRE(report.ok());
    CHECK(report->ok);
  }
}

TEST_CASE("a damaged START costs its options, not the list", "[reader][facets]") {
  const test::TempDir dir;
  {
    auto log = Log::open(dir.file("s"));
    REQUIRE(log.ok());
    for (const char* id : {"a", "b"}) {
      auto recorder = log->recorder(id);
      REQUIRE(recorder->record_start(R"({"model":"shared"})") == Append::ok);
      REQUIRE(recorder->record_token("x", 0) == Append::ok);
    }
    REQUIRE(log->close().status.ok());
  }
  const std::string path = dir.file("s") + "/lanes/0000/0000000001.seg";
  std::string bytes = test::read_bytes(path);
  bytes[300] = static_cast<char>(bytes[300] ^ 1);  // in the block of both
  test::write_bytes(path, bytes);
  const Reader reader = opened(dir.file("s"));
  const auto streams = reader.list_metadata();
  REQUIRE(streams.ok());
  REQUIRE(streams->size() == 2);
  CHECK(streams->front().event_count == 2);
  CHECK_FALSE(streams->front().options);
  CHECK_FALSE(reader.damage().empty());
  CHECK(*reader.list_option("model") == Values{"shared", "shared"});  // the index knows
  CHECK(*reader.list_option("model.x") == Values{std::nullopt, std::nullopt});

  ReaderOptions strict;
  strict.strict = true;
  const auto refusing = Reader::open(dir.file("s"), strict);
  REQUIRE(refusing.ok());
  CHECK_FALSE(refusing->list_metadata().ok());
  CHECK_FALSE(refusing->list_option("model.x").ok());
}

TEST_CASE("a damaged facet block costs nothing but reads", "[reader][facets]") {
  const test::TempDir dir;
  {
    auto log = Log::open(dir.file("s"));
    REQUIRE(log.ok());
    for (int i = 0; i < 10; ++i) {
      auto recorder = log->recorder("s" + std::to_string(i));
      REQUIRE(recorder->record_start(R"({"model":"findable"})") == Append::ok);
    }
    REQUIRE(log->close().status.ok());
  }
  const std::string path = dir.file("s") + "/lanes/0000/0000000001.seg";
  std::string bytes = test::read_bytes(path);
  const std::size_t at = bytes.rfind("findable");  // of the block that comes last
  REQUIRE(at != std::string::npos);
  bytes[at] = 'F';
  test::write_bytes(path, bytes);
  const Reader reader = opened(dir.file("s"));
  check(reader);
  CHECK_FALSE(reader.damage().empty());
  const auto report = verify(dir.file("s"));
  REQUIRE(report.ok());
  CHECK_FALSE(report->ok);
}

}  // namespace
}  // namespace reel
