// reel bench write: measures this machine on the reference load.
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "bench_folder.hpp"
#include "bench_report.hpp"
#include "output.hpp"
#include "verbs.hpp"
#include "write_bench.hpp"

namespace reel::tool {
namespace {

constexpr std::uint64_t kCountMax = std::uint64_t{1} << 53;
constexpr std::uint64_t kPreloadEventsMax = 20'000'000;
constexpr std::uint64_t kPreloadStreamsMax = 100'000;  // of some 180 events
constexpr double kDefaultSeconds = 5;
constexpr std::uint32_t kThreadsMax = 256;
constexpr std::uint32_t kOpenStreamsMax = 65536;
constexpr std::uint32_t kTokenBytesMax = 1 << 20;
constexpr std::uint32_t kBlockMs = 60000;  // far longer than a gateway would wait: nothing is lost
constexpr std::int64_t kArenaBytesMin = 1 << 20;
constexpr std::uint64_t kArenaBytesMax = std::uint64_t{1} << 40;

struct BenchArgs {
  Common common;
  BenchAsked asked{{}, "interval", "recorded", "auto", "block"};
  std::optional<bool> preload;  // absent: by the load's size
  bool tokens_only = false;
  load::TokenLoadOptions tokens;
  std::string html;  // the page's file
};

// The engine is to be measured, not the making of the load: what has a modest end is made before.
bool fits_in_memory(const WriteBenchOptions& bench) {
  const std::uint64_t events = bench.tokens ? bench.tokens->events : bench.load.events;
  if (events > 0) return events <= kPreloadEventsMax;
  return bench.load.streams > 0 ? bench.load.streams <= kPreloadStreamsMax
                                : !bench.load.trace.empty();
}

// With --tokens-only the number of streams is how many are open at a time, and no end.
bool has_end(const BenchArgs& args) {
  const load::LoadOptions& load = args.asked.bench.load;
  return load.events > 0 || (!args.tokens_only && (!load.trace.empty() || load.streams > 0));
}

void settle_load(BenchArgs& args) {
  WriteBenchOptions& bench = args.asked.bench;
  bool endless = !has_end(args);
  if (endless && bench.seconds <= 0) bench.seconds = kDefaultSeconds;
  // At a given pace a time is a number of events too.
  if (endless && bench.events_per_s > 0) {
    bench.load.events = 1 + static_cast<std::uint64_t>(bench.events_per_s * bench.seconds);
    endless = false;
  }
  if (endless) bench.load.events = UINT64_MAX;
  if (args.tokens_only) {
    args.tokens.events = bench.load.events;
    args.tokens.texts = bench.load.texts;
    args.tokens.seed = bench.load.seed;
    if (bench.load.streams > 0) {
      args.tokens.streams = static_cast<std::uint32_t>(bench.load.streams);
    }
    bench.tokens = args.tokens;
  }
  // Waiting for the disk takes so long that a load of any size would be made in vain.
  const bool slow = bench.ack_durable && bench.seconds > 0;
  bench.preload = !endless && args.preload.value_or(!slow && fits_in_memory(bench));
}

void settle_log(BenchArgs& args) {
  BenchAsked& asked = args.asked;
  asked.bench.sync = asked.sync == "none"    ? BenchSync::none
                     : asked.sync == "round" ? BenchSync::round
                                             : BenchSync::interval;
  asked.bench.ack_durable = asked.ack == "durable";
  LogOptions& log = asked.bench.log;
  log.arena = asked.arena == "shm"     ? ArenaPlace::shm
              : asked.arena == "store" ? ArenaPlace::store
                                       : ArenaPlace::automatic;
  log.overflow = asked.overflow == "drop"   ? Overflow::drop
                 : asked.overflow == "fail" ? Overflow::fail
                                            : Overflow::block;
}

bool write_page(const std::string& file, const std::string& page) {
  std::ofstream out(file, std::ios::binary);
  out << page;
  out.flush();
  if (!out) complain(fmt::format("{}: cannot be written", file));
  return out.good();
}

ExitCode bench_write(BenchArgs args) {
  WriteBenchOptions& bench = args.asked.bench;
  if (args.tokens_only && bench.load.streams > kOpenStreamsMax) {
    complain(fmt::format("--streams: at most {} at a time", kOpenStreamsMax));
    return ExitCode::usage;
  }
  settle_load(args);
  settle_log(args);
  const BenchFolder folder(bench.store);
  bench.store = folder.path();
  bench.name_space = args.common.name_space;
  bench.progress = args.common.progress;
  bench.samples = args.common.json || !args.html.empty();
  const Result<WriteBenchReport> report = run_write_bench(bench);
  if (!report) {
    complain(report.error().to_string());
    return ExitCode::unusable;
  }
  ExitCode code = ExitCode::fine;
  if (!args.html.empty() && !write_page(args.html, bench_html(*report, args.asked))) {
    code = ExitCode::unusable;
  }
  Output out;
  if (args.common.json) {
    out.buffer() += bench_json(*report, args.asked);
  } else {
    print_bench(out, *report, args.asked);
  }
  return out.finish(code);
}

// N or MIN-MAX.
CLI::Option* add_token_bytes(CLI::App& verb, BenchArgs& args) {
  const auto take = [&args](const CLI::results_t& given) {
    const std::string& text = given.front();
    const auto number = [](std::string_view digits, std::uint32_t& out) {
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
      return error == std::errc() && end == digits.data() + digits.size();
    };
    const std::size_t dash = text.find('-');
    const std::string_view min = std::string_view(text).substr(0, dash);
    const std::string_view max =
        dash == std::string::npos ? min : std::string_view(text).substr(dash + 1);
    args.tokens_only = true;
    return number(min, args.tokens.bytes_min) && number(max, args.tokens.bytes_max) &&
           args.tokens.bytes_min >= 1 && args.tokens.bytes_min <= args.tokens.bytes_max &&
           args.tokens.bytes_max <= kTokenBytesMax;
  };
  return verb
      .add_option("--token-bytes", take,
                  "TOKENs of so many bytes, N or MIN-MAX (default: as texts have them)")
      ->type_name("BYTES");
}

void add_load_options(CLI::App& verb, BenchArgs& args) {
  WriteBenchOptions& bench = args.asked.bench;
  verb.add_option("--threads", bench.threads, "Recording threads (default: 1)")
      ->transform(whole_number(1, kThreadsMax));
  verb.add_option("--streams", bench.load.streams,
                  "Stop after so many streams; with --tokens-only: so many open at a time (1000)")
      ->transform(whole_number(1, kCountMax));
  verb.add_option("--events", bench.load.events, "Stop after so many events")
      ->transform(whole_number(1, kCountMax));
  verb.add_option("--seconds", bench.seconds,
                  fmt::format("Stop after so long (default without any end: {})", kDefaultSeconds))
      ->check(finite_number([](double seconds) { return seconds >= 0; }, "a number from 0 on"));
  verb.add_option("--trace", bench.load.trace, "CSV of arrivals (default: made up)");
  verb.add_option("--texts", bench.load.texts, "Glob of token files (default: made up)");
  verb.add_option("--speedup", bench.load.speedup, "Arrivals so many times faster (default: 1)")
      ->check(finite_number([](double speedup) { return speedup > 0; }, "a number above 0"));
  verb.add_option("--seed", bench.load.seed, "The same seed makes the same streams (default: 1)")
      ->transform(whole_number(0, UINT64_MAX));
  verb.add_flag("--l0-stamps", bench.load.l0_stamps, "Stamps as L0 makes them, off the us grid");
  verb.add_flag("--tokens-only", args.tokens_only,
                "Record TOKENs alone, of streams that are open all the time, in turn");
  add_token_bytes(verb, args);
  verb.add_option("--rate", bench.events_per_s,
                  "So many events a second, latency counted from when each was due (default: flat "
                  "out)")
      ->check(finite_number([](double rate) { return rate >= 1; }, "a number from 1 on"));
  // Not add_flag: bound to an optional, it would say "no" for who says nothing.
  verb.add_flag_function(
      "--preload,!--no-preload", [&args](std::int64_t count) { args.preload = count > 0; },
      "Make the whole load before the clock starts, about 150 bytes an event (default: "
      "for a trace, and up to 20 million events)");
}

void add_log_options(CLI::App& verb, BenchArgs& args) {
  BenchAsked& asked = args.asked;
  LogOptions& log = asked.bench.log;
  log.block_deadline_ms = kBlockMs;
  verb.add_option("--sync", asked.sync,
                  "fdatasync: none, every --sync-ms (interval, default), or after each round of "
                  "the load (round)")
      ->check(one_of({"none", "interval", "round"}));
  verb.add_option("--sync-ms", log.sync_interval_ms, "Time between two fdatasyncs (default: 1000)")
      ->transform(whole_number(1, UINT32_MAX - 1));
  verb.add_option("--ack", asked.ack,
                  "An event is done when the call returns (recorded, default), or when it is on "
                  "the disk (durable)")
      ->check(one_of({"recorded", "durable"}));
  verb.add_option("--arena", asked.arena,
                  "Where the arena is: in memory if there is room (auto, default), in memory "
                  "(shm), in the store's folder (store)")
      ->check(one_of({"auto", "shm", "store"}));
  verb.add_option("--arena-bytes", log.arena_bytes, "The arena's size (default: 134217728)")
      ->transform(whole_number(kArenaBytesMin, kArenaBytesMax));
  verb.add_option("--overflow", asked.overflow,
                  "When the arena is full: wait (block, default), drop TOKENs (drop), refuse "
                  "(fail)")
      ->check(one_of({"block", "drop", "fail"}));
  verb.add_option("--block-ms", log.block_deadline_ms,
                  fmt::format("Wait so long for room, then refuse (default: {})", kBlockMs))
      ->transform(whole_number(0, UINT32_MAX - 1));
  verb.add_flag("--compact", log.upkeep.compact, "Merge sealed segments in the background");
  verb.add_option("--segment-bytes", log.segment_bytes_max,
                  "A segment is sealed at this size (default: 256 MiB)")
      ->transform(CLI::AsSizeValue(false));
  verb.add_option("--store", asked.bench.store,
                  "Keep the store here (default: a folder that is removed)");
  verb.add_option("--html", args.html, "Write a page with charts to this file");
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  CLI::App* bench = add_verb(app, "bench", "Measure this machine",
                             {"bench write", "bench write --threads 2 --events 5000000 --json"});
  bench->require_subcommand(1);
  auto args = std::make_shared<BenchArgs>();
  CLI::App* verb = add_verb(*bench, "write", "Record the reference load",
                            {"bench write", "bench write --store s --events 1000000 --seed 7",
                             "bench write --trace arrivals.csv --texts '*.tokens.jsonl' --json",
                             "bench write --tokens-only --streams 100 --rate 200000 --seconds 10 "
                             "--html page.html"});
  add_shared(*verb, args->common);
  add_load_options(*verb, *args);
  add_log_options(*verb, *args);
  verb->callback([args, &run] { run = [args] { return bench_write(*args); }; });
}

}  // namespace reel::tool
