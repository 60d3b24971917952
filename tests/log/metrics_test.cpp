#include "reel/metrics.hpp"

#include <set>
#include <sstream>

#include "arena/layout.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

TEST_CASE("metrics count what the engine did", "[log]") {
  const test::TempDir dir;
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  CHECK(log->metrics().sync.count() == 0);
  auto recorder = log->recorder("a secret name");
  REQUIRE(recorder.ok());
  for (int i = 0; i < 100; ++i) REQUIRE(recorder->record_token("four", i) == Append::ok);
  REQUIRE(log->sync().ok());
  const Metrics metrics = log->metrics();
  CHECK(metrics.watermarks.durable == 100);
  CHECK(metrics.bytes_in == 100 * 40);  // 36 of header and the text
  CHECK(metrics.write.count() == 1);
  CHECK(metrics.sync.count() >= 1);
  CHECK(metrics.stats.open_streams == 1);
  CHECK(metrics.arena_bytes_total == options.arena_bytes);
  CHECK(metrics.arena_bytes_used == arena::kChunkBytes);  // the thread's open chunk
  CHECK(metrics.chunks_queued == 0);

  const std::string text = prometheus_text(metrics, R"(store="a")");
  CHECK(text.find("reel_events_total{store=\"a\",state=\"durable\"} 100\n") != std::string::npos);
  CHECK(text.find("reel_sync_seconds_bucket{store=\"a\",le=\"+Inf\"} ") != std::string::npos);
  CHECK(text.find("reel_bytes_in_total{store=\"a\"} 4000\n") != std::string::npos);
  CHECK(text.find("secret") == std::string::npos);
}

TEST_CASE("the Prometheus text keeps to its grammar", "[log]") {
  Metrics metrics;
  metrics.sync.add(17);
  metrics.sync.add(5'000'000);
  std::istringstream lines(prometheus_text(metrics));
  std::set<std::string> described, seen;
  std::uint64_t last_bucket = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      const std::string name = line.substr(7, line.find(' ', 7) - 7);
      CHECK(described.insert(name).second);  // once each, before its first sample
      continue;
    }
    if (line.starts_with("# HELP ")) continue;
    const std::string key = line.substr(0, line.rfind(' '));
    CHECK(seen.insert(key).second);
    std::string name = key.substr(0, key.find('{'));
    CHECK(name.starts_with("reel_"));
    for (const char* suffix : {"_bucket", "_sum", "_count"}) {
      const std::string base = name.substr(0, name.rfind(suffix));
      if (name.ends_with(suffix) && described.contains(base)) name = base;
    }
    CHECK(described.contains(name));
    if (!key.starts_with("reel_sync_seconds_bucket")) continue;
    const std::uint64_t value = std::stoull(line.substr(line.rfind(' ')));
    CHECK(value >= last_bucket);  // cumulative
    last_bucket = value;
  }
  CHECK(last_bucket == 2);
  CHECK(seen.contains("reel_sync_seconds_bucket{le=\"0.000032\"}"));
  CHECK(seen.contains("reel_sync_seconds_sum"));
}
