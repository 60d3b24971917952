// reel compact: merges the segments of a store into fewer and smaller ones.
#include <fmt/format.h>

#include "export_events.hpp"
#include "json_text.hpp"
#include "progress.hpp"
#include "reel/compaction.hpp"
#include "table.hpp"
#include "text.hpp"
#include "time_text.hpp"

namespace reel::tool {
namespace {

struct CompactArgs {
  Common common;
  CompactOptions options;
  std::uint64_t memory = CompactOptions().memory_bytes_max;
  std::string ttl, ttl_content;
  std::vector<std::string> ttl_prefix;
  double drop_percent = 100 * Retention().share_max;
};

std::string totals_json(const CompactTotals& totals, bool bytes_known) {
  return fmt::format("{{\"segments\":{},\"streams\":{},\"events\":{},\"bytes\":{}}}",
                     bytes_known ? std::to_string(totals.segments) : "null", totals.streams,
                     totals.events, bytes_known ? std::to_string(totals.bytes) : "null");
}

std::string report_json(const CompactReport& report, bool dry_run) {
  return fmt::format(
      "{{\"changed\":{},\"dry_run\":{},\"resumed\":{},\"before\":{},\"after\":{},"
      "\"deleted_streams\":{},\"expired_streams\":{},\"stripped_streams\":{},"
      "\"dropped_events\":{},\"capped\":{},\"damage\":{},"
      "\"notes\":{}}}\n",
      report.changed, dry_run, report.resumed, totals_json(report.before, true),
      totals_json(report.after, !dry_run || !report.changed), report.deleted_streams,
      report.expired_streams, report.stripped_streams, report.dropped_events, report.capped,
      json_damage(report.damage), json_strings(report.notes));
}

std::string per_event(const CompactTotals& totals) {
  if (totals.events == 0) return "-";
  return fmt::format("{:.2f}",
                     static_cast<double>(totals.bytes) / static_cast<double>(totals.events));
}

void add_row(Table& table, const char* name, const CompactTotals& totals, bool bytes_known) {
  table.add({{name},
             {bytes_known ? human_count(totals.segments) : "?"},
             {human_count(totals.streams)},
             {human_count(totals.events)},
             {bytes_known ? human_bytes(static_cast<double>(totals.bytes)) : "?"},
             {bytes_known ? per_event(totals) : "?"}});
}

void print_report(Output& out, const CompactReport& report, bool dry_run) {
  for (const Damage& at : report.damage) {
    out.buffer() +=
        fmt::format("passed over: {} at {}: {}\n", escaped(at.file), at.offset, escaped(at.what));
  }
  for (const std::string& note : report.notes) out.buffer() += "note: " + escaped(note) + '\n';
  if (!report.changed) {
    out.buffer() += "nothing to gain: the store is compact already\n";
    return;
  }
  Table table({{""},
               {"SEGMENTS", Align::right},
               {"STREAMS", Align::right},
               {"EVENTS", Align::right},
               {"SIZE", Align::right},
               {"B/EVENT", Align::right}});
  add_row(table, "before", report.before, true);
  add_row(table, dry_run ? "would be" : "after", report.after, !dry_run);
  table.print(out);
  if (report.deleted_streams + report.expired_streams + report.stripped_streams != 0) {
    out.buffer() += fmt::format(
        "{}: {} deleted, {} expired, the content of {}, with {}\n", dry_run ? "would go" : "gone",
        plural(report.deleted_streams, "stream"), report.expired_streams,
        plural(report.stripped_streams, "stream"), plural(report.dropped_events, "event"));
  }
  if (report.capped) {
    out.buffer() +=
        "note: more is past its time than may go at once; compact again, or see --max-drop\n";
  }
}

// "30d", or "30d:3d" with an age for the content beside it.
Result<RetentionAges> parse_ages(std::string_view all, std::string_view content) {
  RetentionAges ages;
  const auto parse = [](std::string_view text, std::optional<double>& to) {
    if (text.empty()) return true;
    to = parse_age_ms(text);
    return to.has_value();
  };
  if (parse(all, ages.all_ms) && parse(content, ages.content_ms)) return ages;
  return Error{ErrorCode::invalid_argument, 0, "", 0,
               "an age is a number with a unit, like 90d (ms, s, m, h, d, w)"};
}

Result<Retention> retention_of(const CompactArgs& args) {
  Retention retention = args.options.retention;
  const auto keep = parse_ages(args.ttl, args.ttl_content);
  if (!keep) return keep.status();
  retention.keep = *keep;
  for (const std::string_view rule : args.ttl_prefix) {
    const std::size_t equals = rule.rfind('=');
    if (equals == std::string_view::npos) {
      return Error{ErrorCode::invalid_argument, 0, "", 0,
                   "--ttl-prefix wants PREFIX=AGE or PREFIX=AGE:AGE_OF_CONTENT"};
    }
    const std::string_view text = rule.substr(equals + 1);
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto ages =
        parse_ages(text.substr(0, colon), text.substr(std::min(colon + 1, text.size())));
    if (!ages) return ages.status();
    retention.prefixes.push_back({std::string(rule.substr(0, equals)), *ages});
  }
  retention.share_max = args.drop_percent / 100;
  return retention;
}

// It may be interrupted like anything here: the next run goes on from the last whole segment.
Result<CompactReport> compact_with_progress(const CompactArgs& args) {
  CompactOptions options = args.options;
  options.memory_bytes_max = static_cast<std::size_t>(args.memory);
  auto retention = retention_of(args);
  if (!retention) return retention.status();
  options.retention = *std::move(retention);
  std::unique_ptr<Progress> progress;
  std::uint64_t of_all = 0;
  options.progress = [&](std::uint64_t events, std::uint64_t of) {
    if (progress == nullptr || of != of_all) {
      progress = std::make_unique<Progress>(args.common.progress, Work{.events = of});
      of_all = of;
    }
    progress->advance(0, events);
    return true;
  };
  return compact(args.common.store, options);
}

ExitCode run_compact(const CompactArgs& args) {
  const Result<CompactReport> report = compact_with_progress(args);
  if (!report) {
    complain(report.error().to_string());
    return report.error().code == ErrorCode::invalid_argument ? ExitCode::usage
                                                              : ExitCode::unusable;
  }
  Output out;
  if (args.common.json) {
    out.buffer() += report_json(*report, args.options.dry_run);
  } else {
    print_report(out, *report, args.options.dry_run);
  }
  return out.finish(report->damage.empty() ? ExitCode::fine : ExitCode::found);
}

}  // namespace

void add_compact(CLI::App& app, Run& run) {
  auto args = std::make_shared<CompactArgs>();
  CLI::App* verb = add_verb(
      app, "compact",
      "Merge a store's segments: less room, each stream in one piece, deleted streams gone",
      {"compact store", "compact store --level 19 --jobs 2", "compact store --ttl 90d --dry-run",
       "compact store --ttl 90d --ttl-content 3d --ttl-prefix tmp/=1d --max-bytes 100G"});
  add_common(*verb, args->common);
  verb->add_option("--level", args->options.zstd_level, "zstd level, 1 to 22 (default: 9)")
      ->check(CLI::Range(1, 22));
  verb->add_option("--ttl", args->ttl,
                   "Streams whose last event is older go, e.g. 90d (ms, s, m, h, d, w)");
  verb->add_option("--ttl-content", args->ttl_content,
                   "Of older streams the texts go: tokens and checkpoints; the facts stay");
  verb->add_option("--ttl-prefix", args->ttl_prefix,
                   "Instead, for ids that begin so: PREFIX=AGE, or PREFIX=AGE:AGE_OF_CONTENT")
      ->allow_extra_args(false);
  verb->add_option("--max-bytes", args->options.retention.bytes_max,
                   "The streams that ended first go until the rest fits, e.g. 100G")
      ->transform(CLI::AsSizeValue(false));
  verb->add_option("--max-drop", args->drop_percent,
                   "Of all events, so many percent may go by age or size in one run (default: 50)")
      ->check(CLI::Range(0.001, 100.0));
  verb->add_option("--max-memory", args->memory, "About what it may take (default: 256 MiB)")
      ->transform(CLI::AsSizeValue(false));
  verb->add_option("--jobs", args->options.jobs, "Threads that compress (default: 1)")
      ->check(CLI::Range(1, 256));
  verb->add_flag("--dry-run", args->options.dry_run, "Only say what would go");
  verb->add_flag("--salvage", args->options.salvage,
                 "Go past damage; the files it is in are kept as NAME.damaged");
  verb->callback([args, &run] { run = [args] { return run_compact(*args); }; });
}

}  // namespace reel::tool
