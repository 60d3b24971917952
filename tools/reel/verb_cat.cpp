// reel cat: events for people, one a line.
#include <algorithm>
#include <optional>

#include "describe.hpp"
#include "export_events.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

constexpr std::size_t kStreamWidthMax = 40;

struct CatArgs {
  Common common;
  std::vector<std::string> streams;
  TimeWindow window;
};

ExitCode cat(const CatArgs& args) {
  if (args.common.json) return export_events(args.common, args.streams, args.window);
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  ExitCode code = ExitCode::fine;
  const auto streams = choose_streams(*reader, args.common, args.streams, code);
  std::size_t width = 0;
  for (const std::string& id : streams) width = std::max(width, display_width(escaped(id)));
  width = streams.size() == 1 && !args.streams.empty() ? 0 : std::min(width, kStreamWidthMax);
  Output out;
  std::optional<WalkProgress> progress;
  progress.emplace(*reader, args.common, args.streams);
  for (const std::string& id : streams) {
    WindowFilter filter(args.window);
    const auto print = [&](const EnvelopeView& view) {
      if (filter.holds(view.event)) append_event_line(out.buffer(), view, width);
      progress->step();
      return out.spill();
    };
    code = worse(code, walk_stream(*reader, args.common, id, print));
    if (out.gone()) break;
  }
  progress.reset();  // before anything is said about damage
  return out.finish(worse(code, tell_damage(*reader)));
}

}  // namespace

void add_cat(CLI::App& app, Run& run) {
  auto args = std::make_shared<CatArgs>();
  CLI::App* verb = add_verb(app, "cat", "Print events for people",
                            {"cat store", "cat store chat-7", "cat store --since 10m --json"});
  add_common(*verb, args->common);
  add_window(*verb, args->window);
  add_many(*verb, "STREAM", args->streams, "Streams (default: all, by first appearance)");
  verb->callback([args, &run] { run = [args] { return cat(*args); }; });
}

}  // namespace reel::tool
