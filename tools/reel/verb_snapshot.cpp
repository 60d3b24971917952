// reel snapshot: saves the state of a stream as it is now.
#include "open_reader.hpp"
#include "reel/control.hpp"
#include "reel/json.hpp"

namespace reel::tool {
namespace {

struct SnapshotArgs {
  Common common;
  std::string stream;
};

ExitCode take(const SnapshotArgs& args) {
  const std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  if (!require_stream(*reader, args.common, args.stream)) return ExitCode::found;
  const auto snapshot = take_snapshot(args.common.store, args.stream, args.common.name_space);
  if (!snapshot) return complain(snapshot.error());
  Output out;
  const std::string seq = std::to_string(snapshot->seq);
  if (args.common.json) {
    out.buffer() += R"({"stream":)";
    json::append_string(out.buffer(), args.stream);
    out.buffer() += ",\"seq\":" + seq + ",\"ts\":";
    json::append_number(out.buffer(), snapshot->ts);
    out.buffer() += "}\n";
  } else {
    out.buffer() += seq + '\n';
  }
  return out.finish(ExitCode::fine);
}

}  // namespace

void add_snapshot(CLI::App& app, Run& run) {
  auto args = std::make_shared<SnapshotArgs>();
  CLI::App* verb =
      add_verb(app, "snapshot", "Save the state of a stream as it is now, and print its seq",
               {"snapshot store chat-7", "snapshot store chat-7 --json"});
  add_common(*verb, args->common);
  verb->add_option("STREAM", args->stream, "The stream")->required();
  verb->callback([args, &run] { run = [args] { return take(*args); }; });
}

}  // namespace reel::tool
