// How fast a whole store is read by one thread: `reel_scan_rate STORE [rounds]`. As events
// (Scan), and as columns: types alone, types and stamps, all there are. Each figure is the median
// of the rounds, in one process and in turn; "first" is with a Reader just opened, which walks the
// indexes, too. Then the states of all streams, one after another, by the bytes of their TOKENs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "reel/columns.hpp"
#include "reel/reader.hpp"
#include "reel/replay.hpp"

namespace reel::bench {
namespace {

struct Sums {
  std::uint64_t events = 0;
  double total = 0;  // of what was looked at, so that it was
};

Sums as_events(const Reader& reader) {
  Sums sums;
  Scan scan = reader.scan();
  while (scan.next()) {
    ++sums.events;
    sums.total += static_cast<double>(scan.view().event.text.size());
  }
  if (!scan.status()) std::abort();
  return sums;
}

Sums as_columns(const Reader& reader, const ColumnOptions& options) {
  Sums sums;
  for (ColumnScan& scan : reader.scan_columns(options)) {
    while (scan.next()) {
      const ColumnRun& run = scan.run();
      sums.events += run.types.size();
      std::uint64_t tokens = 0;
      for (const EventType type : run.types) tokens += type == EventType::token ? 1 : 0;
      for (const std::uint32_t bytes : run.token_bytes) tokens += bytes;
      sums.total += static_cast<double>(tokens);
      if (!run.ts_ms.empty()) sums.total += run.ts_ms.back() - run.ts_ms.front();
    }
    if (!scan.status()) std::abort();
  }
  return sums;
}

struct Way {
  const char* name;
  std::function<Sums(const Reader&)> scan;
  std::vector<double> first, warm;  // ns an event
};

double now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::nano>(now).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// MB of TOKEN text a second that become states, each round with a Reader of its own.
double states_rate(const std::string& path, int rounds) {
  std::vector<double> rates;
  for (int round = 0; round < rounds; ++round) {
    const Reader reader = Reader::open(path).value();
    double bytes = 0;
    for (ColumnScan& scan : reader.scan_columns({.token_bytes = true})) {
      while (scan.next()) {
        for (const std::uint32_t token : scan.run().token_bytes) bytes += token;
      }
    }
    const double begin = now_ns();
    for (const std::string& name_space : reader.list_namespaces()) {
      for (const std::string& id : reader.list_streams({}, name_space)) {
        if (!replay_to_state(reader, id, name_space)) std::abort();
      }
    }
    rates.push_back(bytes * 1000 / (now_ns() - begin));
  }
  return median(rates);
}

int run(const std::string& path, int rounds) {
  std::vector<Way> ways{
      {"events", as_events, {}, {}},
      {"types", [](const Reader& r) { return as_columns(r, {}); }, {}, {}},
      {"types, stamps", [](const Reader& r) { return as_columns(r, {.stamps = true}); }, {}, {}},
      {"types, stamps, token bytes",
       [](const Reader& r) { return as_columns(r, {.stamps = true, .token_bytes = true}); },
       {},
       {}}};
  for (int round = 0; round < rounds; ++round) {
    for (Way& way : ways) {
      const double begin = now_ns();
      const Result<Reader> reader = Reader::open(path);
      if (!reader) {
        std::fprintf(stderr, "reel_scan_rate: %s\n", reader.status().to_string().c_str());
        return 3;
      }
      const Sums first = way.scan(*reader);
      const double opened = now_ns();
      const Sums again = way.scan(*reader);
      if (again.events != first.events || again.events == 0) std::abort();
      const auto events = static_cast<double>(first.events);
      way.first.push_back((opened - begin) / events);
      way.warm.push_back((now_ns() - opened) / events);
    }
  }
  std::printf("%-28s %10s %10s\n", "million events/s", "first", "warm");
  for (const Way& way : ways) {
    std::printf("%-28s %10.1f %10.1f\n", way.name, 1000 / median(way.first),
                1000 / median(way.warm));
  }
  std::printf("%-28s %10.1f MB of TOKENs/s\n", "states", states_rate(path, rounds));
  return 0;
}

}  // namespace
}  // namespace reel::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: reel_scan_rate STORE [rounds]\n");
    return 2;
  }
  return reel::bench::run(argv[1], argc == 3 ? std::max(1, std::atoi(argv[2])) : 9);
}
