// reel ls: the streams of a store.
#include "export_events.hpp"
#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct LsArgs {
  Common common;
  std::string prefix;
  bool open = false, completed = false, error = false;
};

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

ExitCode list(const LsArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  auto streams = reader->list_metadata(args.prefix, args.common.name_space);
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
               {"ls store", "ls store --prefix chat- --error", "ls store --open --json"});
  add_common(*verb, args->common);
  verb->add_option("--prefix", args->prefix, "Only ids that begin so");
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
