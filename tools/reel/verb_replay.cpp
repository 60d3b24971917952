// reel replay: plays a stream, at once or in its own time.
#include <cstdint>

#include "describe.hpp"
#include "export_events.hpp"
#include "reader_store.hpp"
#include "reel/replay.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct ReplayArgs {
  Common common;
  std::string stream;
  double speed = 0;
  std::int64_t from = 0;
  std::int64_t to = INT64_MAX;
  bool tokens = false;
};

// One event in the form asked for.
void append(std::string& out, const EnvelopeView& view, const ReplayArgs& args) {
  if (!args.tokens) {
    if (!args.common.json) {
      append_event_line(out, view, 0);
    } else if (json::append_envelope(out, view, args.common.name_space)) {
      out += '\n';
    }
  } else if (view.event.is_text_token()) {
    if (args.common.json) {
      json::append_string(out, view.event.text);
      out += '\n';
    } else {
      out += stdout_is_terminal() ? escaped(view.event.text, true) : std::string(view.event.text);
    }
  }
}

ExitCode play(const ReplayArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  if (!require_stream(*reader, args.common, args.stream)) return ExitCode::found;
  ReplayOptions options;
  options.speed = args.speed;
  options.from_seq = args.from;
  options.to_seq = args.to;
  auto replay =
      Replayer(reader_store(*reader, args.common.name_space)).replay(args.stream, options);
  if (!replay) return complain(replay.error());
  Output out;
  for (const EnvelopeView& view : *replay) {
    append(out.buffer(), view, args);
    if (!(args.speed > 0 ? out.flush() : out.spill())) break;
  }
  const ExitCode code = replay->status() ? ExitCode::fine : complain(replay->status().error());
  if (args.tokens && !args.common.json && stdout_is_terminal()) out.buffer() += '\n';
  return out.finish(worse(code, tell_damage(*reader)));
}

}  // namespace

void add_replay(CLI::App& app, Run& run) {
  auto args = std::make_shared<ReplayArgs>();
  CLI::App* verb = add_verb(app, "replay", "Play a stream",
                            {"replay store chat-7", "replay store chat-7 --speed 1 --tokens",
                             "replay store chat-7 --from 10 --to 20 --json"});
  add_common(*verb, args->common);
  verb->add_option("STREAM", args->stream, "The stream")->required();
  verb->add_option("--speed", args->speed, "0 at once (default), 1 as recorded, 2 twice as fast")
      ->check(finite_number());
  verb->add_option("--from", args->from, "First seq (default: 0)")
      ->transform(whole_number(INT64_MIN, INT64_MAX));
  verb->add_option("--to", args->to, "Last seq (default: the last)")
      ->transform(whole_number(INT64_MIN, INT64_MAX));
  verb->add_flag("--tokens", args->tokens, "Print just the text, as it streamed");
  verb->callback([args, &run] { run = [args] { return play(*args); }; });
}

}  // namespace reel::tool
