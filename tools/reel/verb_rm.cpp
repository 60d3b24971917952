// reel rm: deletes streams.
#include "open_reader.hpp"
#include "reel/control.hpp"
#include "reel/json.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct RmArgs {
  Common common;
  std::vector<std::string> streams;
};

// One line of --json: what became of one stream.
void print_json(Output& out, const std::string& stream, bool deleted) {
  out.buffer() += R"({"stream":)";
  json::append_string(out.buffer(), stream);
  out.buffer() += deleted ? ",\"deleted\":true}\n" : ",\"deleted\":false}\n";
}

ExitCode remove(const RmArgs& args) {
  if (!open_reader(args.common)) return ExitCode::unusable;  // said once, not for every stream
  Output out;
  ExitCode code = ExitCode::fine;
  for (const std::string& stream : args.streams) {
    const auto deleted = delete_stream(args.common.store, stream, args.common.name_space);
    if (!deleted) {
      code = worse(code, complain(deleted.error()));
    } else if (!*deleted) {
      complain("there is no stream '" + escaped(stream) + "'");
      code = worse(code, ExitCode::found);
    }
    if (args.common.json) print_json(out, stream, deleted && *deleted);
  }
  return out.finish(code);
}

}  // namespace

void add_rm(CLI::App& app, Run& run) {
  auto args = std::make_shared<RmArgs>();
  CLI::App* verb = add_verb(
      app, "rm", "Delete streams",
      {"rm store chat-7", "rm store chat-7 chat-8 --json", "rm store --ns tenant-3 chat-7"});
  add_common(*verb, args->common);
  add_many(*verb, "STREAM", args->streams, "The streams")->required();
  verb->callback([args, &run] { run = [args] { return remove(*args); }; });
}

}  // namespace reel::tool
