// reel state: what a stream's events add up to.
#include <fmt/format.h>

#include "export_events.hpp"
#include "reel/replay.hpp"
#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct StateArgs {
  Common common;
  std::string stream;
  std::int64_t at = INT64_MAX;
  std::string fold = "l0";
};

std::string error_text(const State& state) {
  if (!state.error) return "none";
  return fmt::format("{}: {}", escaped(state.error->name), escaped(state.error->message));
}

void print_state(Output& out, const State& state) {
  Facts facts;
  facts.add("content", fmt::format("\"{}\"", escaped(state.content)));
  facts.add("token_count", std::to_string(state.token_count));
  facts.add("checkpoint", fmt::format("\"{}\"", escaped(state.checkpoint)));
  facts.add("completed", state.completed ? "yes" : "no");
  facts.add("error", error_text(state));
  facts.add("violations", std::to_string(state.violations.size()));
  for (const std::string& violation : state.violations) facts.add("", escaped(violation));
  facts.add("drift_detected", state.drift_detected ? "yes" : "no");
  facts.add("retry_attempts", std::to_string(state.retry_attempts));
  facts.add("network_retry_count", std::to_string(state.network_retry_count));
  facts.add("fallback_index", std::to_string(state.fallback_index));
  facts.add("start", human_time(state.start_ts));
  facts.add("end", human_time(state.end_ts));
  for (const std::string& attempt : state.attempts) {
    facts.add("earlier attempt", fmt::format("\"{}\"", escaped(attempt)));
  }
  facts.print(out);
}

ExitCode show_state(const StateArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  if (!require_stream(*reader, args.common, args.stream)) return ExitCode::found;
  State state;
  if (args.at >= 0) {  // before the first event nothing has happened
    Result<State> folded = replay_to_state(
        *reader, args.stream, args.common.name_space, 0, static_cast<std::uint64_t>(args.at),
        args.fold == "attempts" ? FoldMode::attempts : FoldMode::l0);
    if (!folded) return complain(folded.error());
    state = std::move(*folded);
  }
  Output out;
  if (args.common.json) {
    json::append_state(out.buffer(), state);
    out.buffer() += '\n';
  } else {
    print_state(out, state);
  }
  return out.finish(tell_damage(*reader));
}

}  // namespace

void add_state(CLI::App& app, Run& run) {
  auto args = std::make_shared<StateArgs>();
  CLI::App* verb = add_verb(app, "state", "Show the state after a stream's events",
                            {"state store chat-7", "state store chat-7 --at 41 --json",
                             "state store chat-7 --fold attempts"});
  add_common(*verb, args->common);
  verb->add_option("STREAM", args->stream, "The stream")->required();
  verb->add_option("--at", args->at, "After this seq (default: the last)")
      ->transform(whole_number(INT64_MIN, INT64_MAX));
  verb->add_option("--fold", args->fold,
                   "l0 (default): tokens always append; attempts: RETRY and FALLBACK begin anew")
      ->check(one_of({"l0", "attempts"}));
  verb->callback([args, &run] { run = [args] { return show_state(*args); }; });
}

}  // namespace reel::tool
