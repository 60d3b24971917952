// reel stats: how fast streams came, and how long they are.
#include <fmt/format.h>

#include <map>
#include <optional>

#include "open_reader.hpp"
#include "reel/json.hpp"
#include "stats_group.hpp"
#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct StatsArgs {
  Common common;
  std::string stream;
  std::string by;
};

ExitCode read_stream(const Reader& reader, const Common& common, const std::string& id,
                     StatsGroup& group) {
  StreamTiming timing;
  const ExitCode code = walk_stream(reader, common, id, [&](const EnvelopeView& view) {
    timing.note(view.event);
    return true;
  });
  group.add(timing);
  return code;
}

std::string human_ms(double ms) {
  return ms < 10     ? fmt::format("{:.2f} ms", ms)
         : ms < 1000 ? fmt::format("{:.0f} ms", ms)
                     : fmt::format("{:.2f} s", ms / 1000);
}

std::string human_pace(const std::optional<double>& pace) {
  return pace ? fmt::format("{:.1f}", *pace) : "-";
}

std::string human_us(const TimingHistogram& values, double share) {
  return values.count() == 0 ? "-" : human_ms(static_cast<double>(values.quantile(share)) / 1000);
}

std::string untimed_note(const StatsGroup& group) {
  const std::uint64_t untimed = group.streams - group.timed_streams;
  if (untimed == 0) return {};
  if (group.streams == 1) return "none: all events carry one stamp";
  return fmt::format("{} without: all their events carry one stamp", plural(untimed, "stream"));
}

void print_spread(Table& table, const char* name, const TimingHistogram& values, double unit,
                  bool time) {
  const auto cell = [&](std::uint64_t value) -> Table::Cell {
    if (values.count() == 0) return {"-"};
    const double number = static_cast<double>(value) / unit;
    return {time        ? human_ms(number)
            : unit == 1 ? human_count(value)
                        : fmt::format("{:.1f}", number)};
  };
  table.add({{name},
             {human_count(values.count())},
             cell(values.quantile(0.5)),
             cell(values.quantile(0.9)),
             cell(values.quantile(0.99)),
             cell(values.max())});
}

void print_group(Output& out, const StatsGroup& group) {
  Facts facts;
  facts.add("streams", human_count(group.streams));
  facts.add("events", human_count(group.events));
  facts.add("tokens", human_count(group.tokens));
  facts.add("tokens/s", human_pace(group.tokens_per_s()));
  if (const std::string note = untimed_note(group); !note.empty()) facts.add("timing", note);
  facts.print(out);
  out.buffer() += '\n';
  Table table({{""},
               {"COUNT", Align::right},
               {"P50", Align::right},
               {"P90", Align::right},
               {"P99", Align::right},
               {"MAX", Align::right}});
  print_spread(table, "first token", group.first_token_us, 1000, true);
  print_spread(table, "between tokens", group.gaps_us, 1000, true);
  if (group.streams != 1) {
    print_spread(table, "tokens/s of a stream", group.milli_tokens_per_s, 1000, false);
    print_spread(table, "tokens of a stream", group.tokens_of_stream, 1, false);
    print_spread(table, "events of a stream", group.events_of_stream, 1, false);
  }
  table.print(out);
}

ExitCode stream_stats(const StatsArgs& args, const Reader& reader) {
  if (!require_stream(reader, args.common, args.stream)) return ExitCode::found;
  StatsGroup group;
  const ExitCode code = read_stream(reader, args.common, args.stream, group);
  Output out;
  if (!args.common.json) {
    print_group(out, group);
    return out.finish(code);
  }
  std::string& line = out.buffer();
  line += "{\"stream_id\":";
  json::append_string(line, args.stream);
  line += fmt::format(",\"events\":{},\"tokens\":{},\"timing\":\"{}\"", group.events, group.tokens,
                      group.timed_streams > 0 ? "recorded" : "none");
  line += ",\"first_token_ms\":";
  append_optional(line,
                  group.first_token_us.count() == 0
                      ? std::nullopt
                      : std::optional(static_cast<double>(group.first_token_us.max()) / 1000));
  line += ",\"token_gap_ms\":";
  append_spread(line, group.gaps_us, 1000);
  line += ",\"tokens_per_s\":";
  append_optional(line, group.tokens_per_s());
  line += "}\n";
  return out.finish(code);
}

void print_groups(Output& out, const StatsArgs& args,
                  const std::map<std::string, StatsGroup>& groups) {
  Table table({{args.by == "model" ? "MODEL" : escaped(args.by)},
               {"STREAMS", Align::right},
               {"TOKENS", Align::right},
               {"FIRST TOKEN P50", Align::right},
               {"P99", Align::right},
               {"BETWEEN TOKENS P50", Align::right},
               {"P99", Align::right},
               {"MAX", Align::right},
               {"TOKENS/S", Align::right}});
  for (const auto& [value, group] : groups) {
    table.add({{value.empty() ? "-" : escaped(value)},
               {human_count(group.streams)},
               {human_count(group.tokens)},
               {human_us(group.first_token_us, 0.5)},
               {human_us(group.first_token_us, 0.99)},
               {human_us(group.gaps_us, 0.5)},
               {human_us(group.gaps_us, 0.99)},
               {human_us(group.gaps_us, 1)},
               {human_pace(group.tokens_per_s())}});
  }
  table.print(out);
}

ExitCode store_stats(const StatsArgs& args, const Reader& reader) {
  const std::vector<std::string> ids = reader.list_streams({}, args.common.name_space);
  std::vector<std::optional<std::string>> values(ids.size());
  if (!args.by.empty()) {
    auto options = reader.list_option(args.by, {}, args.common.name_space);
    if (!options) return complain(options.error());
    values = *std::move(options);
  }
  std::map<std::string, StatsGroup> groups;  // by value; "" where there is none
  ExitCode code = ExitCode::fine;
  {
    WalkProgress progress(reader, args.common, {});
    for (std::size_t i = 0; i < ids.size(); ++i) {
      StatsGroup& group = groups[values[i].value_or(std::string())];
      const std::uint64_t events = group.events;
      code = worse(code, read_stream(reader, args.common, ids[i], group));
      progress.steps(group.events - events);
    }
  }
  Output out;
  if (args.by.empty()) {
    const StatsGroup& all = groups[{}];
    if (!args.common.json) {
      print_group(out, all);
    } else {
      out.buffer() += '{';
      append_group(out.buffer(), all);
      out.buffer() += "}\n";
    }
  } else if (!args.common.json) {
    print_groups(out, args, groups);
  } else {
    for (const auto& [value, group] : groups) {
      out.buffer() += "{\"by\":";
      json::append_string(out.buffer(), args.by);
      out.buffer() += ",\"value\":";
      json::append_string(out.buffer(), value);
      out.buffer() += ',';
      append_group(out.buffer(), group);
      out.buffer() += "}\n";
    }
  }
  return out.finish(code);
}

ExitCode stats(const StatsArgs& args) {
  const std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  const ExitCode code =
      args.stream.empty() ? store_stats(args, *reader) : stream_stats(args, *reader);
  return worse(code, tell_damage(*reader));
}

}  // namespace

void add_stats(CLI::App& app, Run& run) {
  auto args = std::make_shared<StatsArgs>();
  CLI::App* verb = add_verb(app, "stats", "How fast tokens came: first token, gaps, tokens/s",
                            {"stats store", "stats store chat-7", "stats store --by model"});
  add_common(*verb, args->common);
  CLI::Option* stream = verb->add_option("STREAM", args->stream, "One stream (default: all)");
  verb->add_option("--by", args->by, "A line for each value of this START option, as --by model")
      ->excludes(stream);
  verb->callback([args, &run] { run = [args] { return stats(*args); }; });
}

}  // namespace reel::tool
