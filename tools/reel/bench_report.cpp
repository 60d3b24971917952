#include "bench_report.hpp"

#include <fmt/format.h>

#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

double per(double amount, double of) { return of > 0 ? amount / of : 0; }

std::string ns_json(const Nanoseconds& ns) {
  return fmt::format(
      "{{\"p50\":{:.1f},\"p90\":{:.1f},\"p99\":{:.1f},\"p999\":{:.1f},\"p9999\":{:.1f},"
      "\"max\":{:.1f}}}",
      ns.p50, ns.p90, ns.p99, ns.p999, ns.p9999, ns.max);
}

std::string ns_text(const Nanoseconds& ns) {
  return fmt::format("p50 {:.1f}  p90 {:.1f}  p99 {:.1f}  p99.9 {:.0f}  p99.99 {:.0f}  max {:.0f}",
                     ns.p50, ns.p90, ns.p99, ns.p999, ns.p9999, ns.max);
}

std::string curve_json(const Nanoseconds& ns) {
  std::string out = "[";
  for (const Nanoseconds::Point& point : ns.curve) {
    out += fmt::format("{}[{:.8f},{:.1f}]", out.size() > 1 ? "," : "", point.share, point.ns);
  }
  return out + ']';
}

std::string samples_json(const std::vector<BenchSample>& samples) {
  std::string out = "[";
  for (const BenchSample& sample : samples) {
    out += fmt::format("{}[{:.4f},{},{},{}]", out.size() > 1 ? "," : "", sample.seconds,
                       sample.recorded, sample.written, sample.chunks_used);
  }
  return out + ']';
}

std::string seed_of(const BenchAsked& asked) {
  return std::to_string(asked.bench.tokens ? asked.bench.tokens->seed : asked.bench.load.seed);
}

std::string asked_json(const BenchAsked& asked) {
  return fmt::format(
      "\"sync\":\"{}\",\"sync_ms\":{},\"ack\":\"{}\",\"arena\":\"{}\",\"overflow\":\"{}\","
      "\"block_ms\":{},\"load\":\"{}\",\"rate\":{:.1f}",
      asked.sync, asked.bench.log.sync_interval_ms, asked.ack, asked.arena, asked.overflow,
      asked.bench.log.block_deadline_ms, asked.bench.tokens ? "tokens" : "reference",
      asked.bench.events_per_s);
}

std::string pace_text(const BenchAsked& asked) {
  if (asked.bench.events_per_s <= 0) return "flat out";
  return fmt::format("{:g} events/s; latency counts from when an event was due",
                     asked.bench.events_per_s);
}

}  // namespace

std::string bench_json(const WriteBenchReport& report, const BenchAsked& asked) {
  const auto events = static_cast<double>(report.events);
  return fmt::format(
      "{{\"events\":{},\"seconds\":{:.6f},\"events_per_s\":{:.1f},\"bytes_per_event\":{:.4f},"
      "\"drops\":{},\"refused\":{},\"ns_per_record\":{},\"ns_per_token\":{},\"ns_per_call\":{},"
      "\"timer_ns\":{:.1f},\"cpu_seconds\":{:.6f},\"cpu_ns_per_event\":{:.1f},"
      "\"seed\":{},\"streams\":{},\"threads\":{},\"bytes\":{},\"generator_seconds\":{:.6f},"
      "{},\"syncs\":{},\"blocks\":{},\"segments\":{},\"gaps\":{},\"gap_events\":{},"
      "\"upkeep_runs\":{},\"upkeep_bytes_before\":{},\"upkeep_bytes_after\":{},"
      "\"percentiles\":{},\"percentiles_call\":{},\"timeline\":{}}}\n",
      report.events, report.seconds, per(events, report.seconds),
      per(static_cast<double>(report.bytes), events), report.drops, report.refused,
      ns_json(report.record), ns_json(report.token), ns_json(report.call), report.timer_ns,
      report.cpu_seconds, per(report.cpu_seconds * 1e9, events), seed_of(asked), report.streams,
      asked.bench.threads, report.bytes, report.generator_seconds, asked_json(asked),
      report.stats.syncs, report.stats.blocks, report.stats.segments_sealed, report.stats.gaps,
      report.stats.gap_events, report.stats.upkeep.runs, report.stats.upkeep.bytes_before,
      report.stats.upkeep.bytes_after, curve_json(report.record), curve_json(report.call),
      samples_json(report.samples));
}

std::vector<std::pair<std::string, std::string>> bench_facts(const WriteBenchReport& report,
                                                             const BenchAsked& asked) {
  const auto events = static_cast<double>(report.events);
  const bool limited = asked.bench.events_per_s > 0;
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](std::string name, std::string value) {
    facts.emplace_back(std::move(name), std::move(value));
  };
  add("events",
      fmt::format("{} of {}, {}", human_count(report.events), plural(report.streams, "stream"),
                  plural(asked.bench.threads, "thread")));
  add("pace", pace_text(asked));
  add("time", fmt::format("{} ({} {} making the load)", human_seconds(report.seconds),
                          human_seconds(report.generator_seconds),
                          asked.bench.preload ? "before it" : "of it"));
  add("events/s", human_count(static_cast<std::uint64_t>(per(events, report.seconds))));
  add("bytes/event",
      fmt::format("{:.2f} ({} in all)", per(static_cast<double>(report.bytes), events),
                  human_bytes(static_cast<double>(report.bytes))));
  add("CPU", fmt::format("{:.2f} s, {:.1f} ns/event", report.cpu_seconds,
                         per(report.cpu_seconds * 1e9, events)));
  add("ns/record", ns_text(report.record));
  add("ns/token", ns_text(report.token));
  if (limited) add("ns/call", ns_text(report.call));
  add("", fmt::format("(reading the clock, {:.1f} ns, is taken off)", report.timer_ns));
  add("drops", human_count(report.drops));
  if (report.refused > 0) add("refused", human_count(report.refused));
  add("syncs", fmt::format("{}; acknowledged when {}", human_count(report.stats.syncs), asked.ack));
  if (const UpkeepStats& upkeep = report.stats.upkeep; upkeep.runs > 0) {
    add("compacted",
        fmt::format("{} into {}, in {}", human_bytes(static_cast<double>(upkeep.bytes_before)),
                    human_bytes(static_cast<double>(upkeep.bytes_after)),
                    plural(upkeep.runs, "run")));
  }
  add("arena", fmt::format("{}, overflow: {}",
                           report.stats.arena_on_tmpfs ? "in memory (tmpfs)" : "on the disk",
                           asked.overflow));
  add("seed", seed_of(asked));
  return facts;
}

void print_bench(Output& out, const WriteBenchReport& report, const BenchAsked& asked) {
  Facts facts;
  for (auto& [name, value] : bench_facts(report, asked)) facts.add(name, std::move(value));
  facts.print(out);
}

}  // namespace reel::tool
