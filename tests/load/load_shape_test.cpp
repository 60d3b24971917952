// A load looks like what model servers send: its mix of events, its times, its streams.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/loads.hpp"

namespace reel::load {
namespace {

struct Tally {
  std::array<std::uint64_t, 16> of_type{};
  std::uint64_t events = 0, streams = 0, retried = 0, failed = 0, token_bytes = 0;
  double share(EventType type) const {
    return static_cast<double>(of_type[static_cast<std::size_t>(type)]) /
           static_cast<double>(events);
  }
};

struct Fold {
  std::string content, id;
  std::int64_t tokens = 0;
  double last_ts = -std::numeric_limits<double>::infinity();
};

// Checks one event against what its stream said before.
void fold(Fold& stream, const LoadEvent& e, bool& wrong) {
  wrong |= e.event.ts_ms < stream.last_ts;
  stream.last_ts = e.event.ts_ms;
  wrong |= e.opens != (e.event.type == EventType::start);
  switch (e.event.type) {
    case EventType::token:
      wrong |= e.event.number != stream.tokens++;
      stream.content += e.event.text;
      break;
    case EventType::checkpoint:
      wrong |= stream.tokens % 20 != 0;
      [[fallthrough]];
    case EventType::complete:
      wrong |= e.event.text != stream.content || e.event.number != stream.tokens;
      break;
    default:
      break;
  }
}

// Plays the whole load and checks every stream on the way.
Tally play(const LoadOptions& options) {
  LoadGenerator generator = made(options);
  std::unordered_map<std::uint32_t, Fold> open;
  Tally tally;
  bool wrong = false;
  double last_ts = 0;
  LoadEvent e;
  while (generator.next(e)) {
    wrong |= e.event.ts_ms < last_ts;
    last_ts = e.event.ts_ms;
    wrong |= e.opens == (open.count(e.stream) != 0);
    Fold& stream = open[e.stream];
    if (e.opens) stream.id = e.stream_id;
    wrong |= stream.id != e.stream_id;
    fold(stream, e, wrong);
    ++tally.of_type[static_cast<std::size_t>(e.event.type)];
    ++tally.events;
    tally.streams += e.opens ? 1 : 0;
    if (e.event.type == EventType::token) tally.token_bytes += e.event.text.size();
    const bool ends = e.event.type == EventType::complete || e.event.type == EventType::error;
    wrong |= e.closes != ends;
    if (e.closes) open.erase(e.stream);
  }
  CHECK_FALSE(wrong);
  CHECK(open.empty());
  CHECK(tally.events == generator.events());
  return tally;
}

void check_shape(const Tally& tally) {
  CHECK(tally.share(EventType::token) > 0.91);
  CHECK(tally.share(EventType::token) < 0.93);
  CHECK(tally.share(EventType::checkpoint) > 0.04);
  CHECK(tally.share(EventType::checkpoint) < 0.05);
  CHECK(std::abs(tally.share(EventType::guardrail) - 0.03) < 0.001);
  const auto of_streams = [&](EventType type) {
    return static_cast<double>(tally.of_type[static_cast<std::size_t>(type)]) /
           static_cast<double>(tally.streams);
  };
  CHECK(std::abs(of_streams(EventType::retry) - 0.02) < 0.005);
  CHECK(std::abs(of_streams(EventType::error) - 0.01) < 0.004);
  CHECK(of_streams(EventType::complete) + of_streams(EventType::error) == Approx(1));
  const auto tokens = tally.of_type[static_cast<std::size_t>(EventType::token)];
  const double bytes = static_cast<double>(tally.token_bytes) / static_cast<double>(tokens);
  CHECK(bytes > 4.3);
  CHECK(bytes < 4.9);
}

TEST_CASE("the built-in load has the shape of the reference load", "[load]") {
  const Tally tally = play(built_in(10'000));
  CHECK(tally.streams == 10'000);
  check_shape(tally);
}

TEST_CASE("the reference load: real arrivals, real texts", "[load]") {
  const auto shared = test::shared_dir();
  if (shared.empty()) {
    WARN("skipped: no shared data; set REEL_SHARED");
    return;
  }
  LoadOptions options;
  options.trace = shared / "data/traces/AzureLLMInferenceTrace_conv_2023.csv";
  options.texts = shared / "data/texts/*.tokens.jsonl";
  options.speedup = 20;
  const Tally tally = play(options);
  CHECK(tally.streams == 19'366);
  check_shape(tally);
}

TEST_CASE("gaps between tokens are log-normal with bursts", "[load]") {
  LoadGenerator generator = made(built_in(2'000));
  std::unordered_map<std::uint32_t, double> last;
  std::vector<double> gaps;
  std::size_t bursts = 0;
  LoadEvent e;
  while (generator.next(e)) {
    if (e.event.type != EventType::token) {
      last.erase(e.stream);  // only from token to token
      continue;
    }
    const auto before = last.find(e.stream);
    if (before != last.end()) {
      gaps.push_back(e.event.ts_ms - before->second);
      bursts += gaps.back() < 0.07 ? 1 : 0;
    }
    last[e.stream] = e.event.ts_ms;
  }
  REQUIRE(gaps.size() > 100'000);
  CHECK(std::abs(static_cast<double>(bursts) / static_cast<double>(gaps.size()) - 0.03) < 0.002);
  std::sort(gaps.begin(), gaps.end());
  const auto quantile = [&](double p) {
    return gaps[static_cast<std::size_t>(p * static_cast<double>(gaps.size()))];
  };
  CHECK(quantile(0.515) == Approx(25).epsilon(0.05));  // half of those that are no bursts
  // Both spreads together: sqrt(0.3^2 + 0.35^2) = 0.461; a sigma above the median is p = 0.8413.
  CHECK(std::log(quantile(0.03 + 0.97 * 0.8413) / quantile(0.515)) == Approx(0.461).epsilon(0.07));
}

}  // namespace
}  // namespace reel::load
