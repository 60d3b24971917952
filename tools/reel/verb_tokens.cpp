// reel tokens: the values of a stream's tokens.
#include "export_events.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct TokensArgs {
  Common common;
  std::string stream;
  std::string channel = "text";
};

bool is_asked_for(const EventView& event, const std::string& channel) {
  if (event.type != EventType::token) return false;
  if (channel == "all") return true;
  if (channel == "text") return event.is_text_token();
  return event.part(Part::channel) == channel;
}

ExitCode tokens(const TokensArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  if (!require_stream(*reader, args.common, args.stream)) return ExitCode::found;
  Output out;
  bool first = true;
  if (args.common.json) out.buffer() += '[';
  const auto print = [&](const EnvelopeView& view) {
    if (!is_asked_for(view.event, args.channel)) return true;
    if (args.common.json) {
      if (!first) out.buffer() += ',';
      json::append_string(out.buffer(), view.event.text);
    } else {
      out.buffer() += escaped(view.event.text) + '\n';
    }
    first = false;
    return out.spill();
  };
  const ExitCode code = walk_stream(*reader, args.common, args.stream, print);
  if (args.common.json) out.buffer() += "]\n";
  return out.finish(worse(code, tell_damage(*reader)));
}

}  // namespace

void add_tokens(CLI::App& app, Run& run) {
  auto args = std::make_shared<TokensArgs>();
  CLI::App* verb = add_verb(app, "tokens", "Print the values of a stream's tokens",
                            {"tokens store chat-7", "tokens store chat-7 --json",
                             "tokens store chat-7 --channel reasoning"});
  add_common(*verb, args->common);
  verb->add_option("STREAM", args->stream, "The stream")->required();
  verb->add_option("--channel", args->channel,
                   "text (default), reasoning, tool_call, ... or all of them");
  verb->callback([args, &run] { run = [args] { return tokens(*args); }; });
}

}  // namespace reel::tool
