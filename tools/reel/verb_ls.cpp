// reel ls: the streams of a store.
#include "export_events.hpp"
#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct LsArgs {
  Common common;
  std::string prefix;
  std::vector<std::string> where;  // KEY=VALUE
  bool open = false, completed = false, error = false;
  TimeWindow window;
};

// The stamp of the first event with a seq of at least `from_seq`; nullopt: there is none.
std::optional<double> stamp_from(const Reader& reader, const StreamMetadata& stream,
                                 std::uint64_t from_seq) {
  auto cursor = reader.cursor(stream.stream_id, stream.name_space, from_seq);
  while (cursor && cursor->next()) {
    if (cursor->view().event.type != EventType::gap) return cursor->view().event.ts_ms;
  }
  return std::nullopt;
}

// Was the stream going on in the window? From its START, or else its first event, to its last end,
// or else its last event. Only of streams without a START or an end are events read.
bool is_within(const Reader& reader, const StreamMetadata& stream, const TimeWindow& window) {
  if (window.holds_all()) return true;
  const bool ended = stream.completed || stream.has_error;
  const auto begin =
      stream.options ? std::optional(stream.start_ts) : stamp_from(reader, stream, 0);
  const auto end =
      ended ? std::optional(stream.end_ts) : stamp_from(reader, stream, stream.next_seq - 1);
  return begin && *begin < window.until_ms && end.value_or(*begin) >= window.since_ms;
}

bool is_asked_for(StreamStatus status, const LsArgs& args) {
  switch (status) {
    case StreamStatus::completed:
      return args.completed;
    case StreamStatus::error:
      return args.error;
    default:
      return args.open;
  }
}

Colour colour_of(StreamStatus status) {
  switch (status) {
    case StreamStatus::completed:
      return Colour::green;
    case StreamStatus::error:
      return Colour::red;
    default:
      return Colour::yellow;
  }
}

void add_row(Table& table, const StreamMetadata& stream) {
  const bool timed = stream.start_ts > 0;
  const bool lasted = timed && stream.end_ts >= stream.start_ts;
  table.add({{escaped(stream.stream_id)},
             {human_count(stream.event_count)},
             {std::to_string(stream.token_count)},
             {stream.gaps > 0 ? human_count(stream.gaps) : "-", Colour::red},
             {timed ? human_time(stream.start_ts) : "-"},
             {lasted ? human_seconds((stream.end_ts - stream.start_ts) / 1000) : "-"},
             {stream_status_name(stream.status), colour_of(stream.status)}});
}

// The streams of which each option asked for has the value asked for: found by the indexes, as far
// as those know.
Result<std::vector<StreamMetadata>> find_streams(const Reader& reader, const LsArgs& args) {
  const std::string& name_space = args.common.name_space;
  if (args.where.empty()) return reader.list_metadata(args.prefix, name_space);
  const std::vector<std::string> ids = reader.list_streams(args.prefix, name_space);
  std::vector<bool> asked_for(ids.size(), true);
  for (const std::string& where : args.where) {
    const std::size_t equals = where.find('=');
    const auto values = reader.list_option(where.substr(0, equals), args.prefix, name_space);
    if (!values) return values.status();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if ((*values)[i] != where.substr(equals + 1)) asked_for[i] = false;
    }
  }
  std::vector<StreamMetadata> found;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!asked_for[i]) continue;
    auto metadata = reader.metadata(ids[i], name_space);
    if (!metadata) return metadata.status();
    if (*metadata) found.push_back(**std::move(metadata));
  }
  return found;
}

std::string check_where(const std::string& where) {
  const std::size_t equals = where.find('=');
  if (equals != std::string::npos && equals > 0) return {};
  return "'" + where + "' is not KEY=VALUE, as in model=gpt-4";
}

ExitCode list(const LsArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  auto streams = find_streams(*reader, args);
  if (!streams) return complain(streams.error());
  const bool all = !args.open && !args.completed && !args.error;
  Output out;
  Table table({{"STREAM"},
               {"EVENTS", Align::right},
               {"TOKENS", Align::right},
               {"GAPS", Align::right},
               {"STARTED (UTC)"},
               {"LASTED", Align::right},
               {"STATUS"}});
  for (const StreamMetadata& stream : *streams) {
    if (!all && !is_asked_for(stream.status, args)) continue;
    if (!is_within(*reader, stream, args.window)) continue;
    if (!args.common.json) {
      add_row(table, stream);
      continue;
    }
    json::append_metadata(out.buffer(), stream);
    out.buffer() += '\n';
    if (!out.spill()) break;
  }
  if (!args.common.json) table.print(out);
  return out.finish(tell_damage(*reader));
}

}  // namespace

void add_ls(CLI::App& app, Run& run) {
  auto args = std::make_shared<LsArgs>();
  CLI::App* verb =
      add_verb(app, "ls", "List streams, in order of first appearance",
               {"ls store", "ls store --prefix chat- --error",
                "ls store --where model=gpt-4 --since 2h --json"});
  add_common(*verb, args->common);
  add_window(*verb, args->window);
  verb->add_option("--prefix", args->prefix, "Only ids that begin so");
  verb->add_option("--where", args->where,
                   "Only streams whose last START has this option, as --where model=gpt-4; several "
                   "times: all of them")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->check(check_where);
  CLI::Option* open =
      verb->add_flag("--open", args->open, "Only streams without an end (open or interrupted)");
  CLI::Option* completed =
      verb->add_flag("--completed", args->completed, "Only streams whose last end is a COMPLETE");
  verb->add_flag("--error", args->error, "Only streams whose last end is an ERROR")
      ->excludes(open)
      ->excludes(completed);
  open->excludes(completed);
  verb->callback([args, &run] { run = [args] { return list(*args); }; });
}

}  // namespace reel::tool
