// reel bench write: measures this machine on the reference load.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "output.hpp"
#include "reel/json.hpp"
#include "table.hpp"
#include "text.hpp"
#include "verbs.hpp"
#include "write_bench.hpp"

namespace reel::tool {
namespace {

constexpr std::uint64_t kCountMax = std::uint64_t{1} << 53;
constexpr std::uint64_t kPreloadEventsMax = 20'000'000;
constexpr std::uint64_t kPreloadStreamsMax = 100'000;  // of some 180 events
constexpr double kDefaultSeconds = 5;
constexpr std::uint32_t kThreadsMax = 256;

struct BenchArgs {
  Common common;
  WriteBenchOptions bench;
  std::string sync = "interval";
  std::optional<bool> preload;  // absent: by the load's size
};

// A folder for one run, removed at its end unless the user named it.
class BenchFolder {
 public:
  explicit BenchFolder(const std::string& asked) : path_(asked) {
    if (!path_.empty()) return;
    std::error_code ignored;
    std::string name =
        (std::filesystem::temp_directory_path(ignored) / "reel-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = temporary_ = name;
  }
  ~BenchFolder() {
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove_all(temporary_, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  std::string temporary_;
};

double per(double amount, double of) { return of > 0 ? amount / of : 0; }

std::string ns_json(const Nanoseconds& ns) {
  return fmt::format(
      "{{\"p50\":{:.1f},\"p90\":{:.1f},\"p99\":{:.1f},\"p999\":{:.1f},\"p9999\":{:.1f},"
      "\"max\":{:.1f}}}",
      ns.p50, ns.p90, ns.p99, ns.p999, ns.p9999, ns.max);
}

std::string report_json(const WriteBenchReport& report, const BenchArgs& args) {
  const auto events = static_cast<double>(report.events);
  return fmt::format(
      "{{\"events\":{},\"seconds\":{:.6f},\"events_per_s\":{:.1f},\"bytes_per_event\":{:.4f},"
      "\"drops\":{},\"refused\":{},\"ns_per_record\":{},\"ns_per_token\":{},\"timer_ns\":{:.1f},"
      "\"seed\":{},\"streams\":{},\"threads\":{},\"bytes\":{},\"generator_seconds\":{:.6f},"
      "\"sync\":\"{}\",\"syncs\":{},\"blocks\":{},\"segments\":{}}}\n",
      report.events, report.seconds, per(events, report.seconds),
      per(static_cast<double>(report.bytes), events), report.drops, report.refused,
      ns_json(report.record), ns_json(report.token), report.timer_ns, args.bench.load.seed,
      report.streams, args.bench.threads, report.bytes, report.generator_seconds, args.sync,
      report.stats.syncs, report.stats.blocks, report.stats.segments_sealed);
}

std::string ns_text(const Nanoseconds& ns) {
  return fmt::format("p50 {:.1f}  p90 {:.1f}  p99 {:.1f}  p99.9 {:.0f}  p99.99 {:.0f}  max {:.0f}",
                     ns.p50, ns.p90, ns.p99, ns.p999, ns.p9999, ns.max);
}

void print_report(Output& out, const WriteBenchReport& report, const BenchArgs& args) {
  const auto events = static_cast<double>(report.events);
  Facts facts;
  facts.add("events",
            fmt::format("{} of {}, {}", human_count(report.events),
                        plural(report.streams, "stream"), plural(args.bench.threads, "thread")));
  facts.add("time", fmt::format("{} ({} {} making the load)", human_seconds(report.seconds),
                                human_seconds(report.generator_seconds),
                                args.bench.preload ? "before it" : "of it"));
  facts.add("events/s", human_count(static_cast<std::uint64_t>(per(events, report.seconds))));
  facts.add("bytes/event",
            fmt::format("{:.2f} ({} in all)", per(static_cast<double>(report.bytes), events),
                        human_bytes(static_cast<double>(report.bytes))));
  facts.add("ns/record", ns_text(report.record));
  facts.add("ns/token", ns_text(report.token));
  facts.add("", fmt::format("(reading the clock, {:.1f} ns, is taken off)", report.timer_ns));
  facts.add("drops", human_count(report.drops));
  if (report.refused > 0) facts.add("refused", human_count(report.refused));
  facts.add("seed", std::to_string(args.bench.load.seed));
  facts.print(out);
}

// The engine is to be measured, not the making of the load: what has a modest end is made before.
bool fits_in_memory(const load::LoadOptions& load) {
  if (load.events > 0) return load.events <= kPreloadEventsMax;
  return load.streams > 0 ? load.streams <= kPreloadStreamsMax : !load.trace.empty();
}

ExitCode bench_write(BenchArgs args) {
  load::LoadOptions& load = args.bench.load;
  const bool endless = load.trace.empty() && load.events == 0 && load.streams == 0;
  if (endless && args.bench.seconds <= 0) args.bench.seconds = kDefaultSeconds;
  if (endless) load.events = UINT64_MAX;
  args.bench.preload = !endless && args.preload.value_or(fits_in_memory(load));
  args.bench.sync = args.sync == "none"    ? BenchSync::none
                    : args.sync == "round" ? BenchSync::round
                                           : BenchSync::interval;
  const BenchFolder folder(args.bench.store);
  args.bench.store = folder.path();
  args.bench.name_space = args.common.name_space;
  args.bench.progress = args.common.progress;
  const Result<WriteBenchReport> report = run_write_bench(args.bench);
  if (!report) {
    complain(report.error().to_string());
    return ExitCode::unusable;
  }
  Output out;
  if (args.common.json) {
    out.buffer() += report_json(*report, args);
  } else {
    print_report(out, *report, args);
  }
  return out.finish(ExitCode::fine);
}

void add_write_options(CLI::App& verb, BenchArgs& args) {
  WriteBenchOptions& bench = args.bench;
  verb.add_option("--threads", bench.threads, "Recording threads (default: 1)")
      ->transform(whole_number(1, kThreadsMax));
  verb.add_option("--streams", bench.load.streams, "Stop after so many streams")
      ->transform(whole_number(1, kCountMax));
  verb.add_option("--events", bench.load.events, "Stop after so many events")
      ->transform(whole_number(1, kCountMax));
  verb.add_option("--seconds", bench.seconds,
                  fmt::format("Stop after so long (default without any end: {})", kDefaultSeconds))
      ->check(finite_number([](double seconds) { return seconds >= 0; }, "a number from 0 on"));
  verb.add_option("--sync", args.sync,
                  "fdatasync: none, every second (interval, default), or after each round of the "
                  "load (round)")
      ->check(one_of({"none", "interval", "round"}));
  verb.add_option("--store", bench.store,
                  "Keep the store here (default: a folder that is removed)");
  verb.add_option("--trace", bench.load.trace, "CSV of arrivals (default: made up)");
  verb.add_option("--texts", bench.load.texts, "Glob of token files (default: made up)");
  verb.add_option("--speedup", bench.load.speedup, "Arrivals so many times faster (default: 1)")
      ->check(finite_number([](double speedup) { return speedup > 0; }, "a number above 0"));
  verb.add_option("--seed", bench.load.seed, "The same seed makes the same streams (default: 1)")
      ->transform(whole_number(0, UINT64_MAX));
  verb.add_flag("--l0-stamps", bench.load.l0_stamps, "Stamps as L0 makes them, off the us grid");
  // Not add_flag: bound to an optional, it would say "no" for who says nothing.
  verb.add_flag_function(
      "--preload,!--no-preload", [&args](std::int64_t count) { args.preload = count > 0; },
      "Make the whole load before the clock starts, about 150 bytes an event (default: "
      "for a trace, and up to 20 million events)");
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  CLI::App* bench = add_verb(app, "bench", "Measure this machine",
                             {"bench write", "bench write --threads 2 --events 5000000 --json"});
  bench->require_subcommand(1);
  auto args = std::make_shared<BenchArgs>();
  CLI::App* verb = add_verb(*bench, "write", "Record the reference load",
                            {"bench write", "bench write --store s --events 1000000 --seed 7",
                             "bench write --trace arrivals.csv --texts '*.tokens.jsonl' --json"});
  add_shared(*verb, args->common);
  add_write_options(*verb, *args);
  verb->callback([args, &run] { run = [args] { return bench_write(*args); }; });
}

}  // namespace reel::tool
