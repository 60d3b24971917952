// reel export: events as interchange JSONL, or as L0's own files.
#include <optional>

#include "export_events.hpp"
#include "l0_files.hpp"

namespace reel::tool {
namespace {

struct ExportArgs {
  Common common;
  std::vector<std::string> streams;
  std::string format = "jsonl";
  L0Files files;
  TimeWindow window;
};

ExitCode run_export(const ExportArgs& args) {
  return args.format == "l0" ? export_l0_files(args.common, args.streams, args.files, args.window)
                             : export_events(args.common, args.streams, args.window);
}

}  // namespace

ExitCode export_events(const Common& common, const std::vector<std::string>& asked,
                       const TimeWindow& window) {
  std::optional<Reader> reader = open_reader(common);
  if (!reader) return ExitCode::unusable;
  ExitCode code = ExitCode::fine;
  Output out;
  const auto streams = choose_streams(*reader, common, asked, code);
  std::optional<WalkProgress> progress;
  progress.emplace(*reader, common, asked);
  for (const std::string& id : streams) {
    WindowFilter filter(window);
    const ExitCode walked = walk_stream(*reader, common, id, [&](const EnvelopeView& view) {
      if (filter.holds(view.event) &&
          json::append_envelope(out.buffer(), view, common.name_space)) {
        out.buffer() += '\n';
      }
      progress->step();
      return out.spill();
    });
    code = worse(code, walked);
    if (out.gone()) break;
  }
  progress.reset();  // before anything is said about damage
  return out.finish(worse(code, tell_damage(*reader)));
}

void add_export(CLI::App& app, Run& run) {
  auto args = std::make_shared<ExportArgs>();
  CLI::App* verb = add_verb(
      app, "export", "Print every event as interchange JSONL",
      {"export store > all.jsonl", "export store chat-7 chat-8",
       "export store | reel import copy -", "export store --format l0 --output l0-events"});
  add_common(*verb, args->common);
  add_window(*verb, args->window);
  add_many(*verb, "STREAM", args->streams, "Streams (default: all, by first appearance)");
  verb->add_option("--format", args->format,
                   "jsonl (default): lines on stdout; l0: a file <stream_id>.json a stream")
      ->check(one_of({"jsonl", "l0"}));
  CLI::Option* output = verb->add_option("--output", args->files.directory,
                                         "Folder for the files of --format l0 (default: .)");
  CLI::Option* force = verb->add_flag("--force", args->files.replace,
                                      "Replace files of --format l0 that are there already");
  verb->callback([args, output, force, &run] {
    const bool files_asked = output->count() > 0 || force->count() > 0;
    if (files_asked && args->format != "l0") {
      throw CLI::ValidationError("--output and --force go with --format l0");
    }
    if (args->files.directory.empty()) throw CLI::ValidationError("--output must not be empty");
    run = [args] { return run_export(*args); };
  });
}

}  // namespace reel::tool
