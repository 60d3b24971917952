// reel filter: some streams of a store, or some of their events, into a new one.
#include <algorithm>
#include <array>

#include "copy_report.hpp"
#include "time_window.hpp"

namespace reel::tool {
namespace {

struct FilterArgs {
  Common common;
  std::string out, prefix;
  std::vector<std::string> types;
  bool open = false, completed = false, error = false;
  TimeWindow window;
};

bool takes_stream(const FilterArgs& args, const StreamMetadata& stream) {
  if (stream.name_space != args.common.name_space) return false;
  if (!stream.stream_id.starts_with(args.prefix)) return false;
  if (!args.open && !args.completed && !args.error) return true;
  const bool is_open =
      stream.status == StreamStatus::open || stream.status == StreamStatus::interrupted;
  return (args.open && is_open) || (args.completed && stream.status == StreamStatus::completed) ||
         (args.error && stream.status == StreamStatus::error);
}

bool takes_event(const FilterArgs& args, const EnvelopeView& view) {
  if (!args.window.holds(view.event.ts_ms)) return false;
  return args.types.empty() || std::find(args.types.begin(), args.types.end(),
                                         view.event.type_name()) != args.types.end();
}

}  // namespace

void add_filter(CLI::App& app, Run& run) {
  auto args = std::make_shared<FilterArgs>();
  CLI::App* verb =
      add_verb(app, "filter", "Copy some streams of a store, or some of their events, to a new one",
               {"filter store errors --error", "filter store today --prefix chat- --since 24h",
                "filter store texts --type START --type TOKEN"});
  add_common(*verb, args->common);
  verb->add_option("OUT", args->out, "The new store's folder: missing or empty")->required();
  verb->add_option("--prefix", args->prefix, "Streams whose id begins so");
  verb->add_flag("--open", args->open, "Streams without an end, recorded now or interrupted");
  verb->add_flag("--completed", args->completed, "Streams that ended in a COMPLETE");
  verb->add_flag("--error", args->error, "Streams that ended in an ERROR");
  verb->add_option("--type", args->types, "Events of this type; may be given several times")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_window(*verb, args->window);
  verb->callback([args, &run] {
    run = [args] {
      CopyOptions options;
      options.streams = [&args](const StreamMetadata& s) { return takes_stream(*args, s); };
      options.events = [&args](const EnvelopeView& view) { return takes_event(*args, view); };
      return copy_and_report(args->common, {args->common.store}, args->out, std::move(options));
    };
  });
}

}  // namespace reel::tool
