// reel record: stdin into a store, line by line, as it comes.
#include <unistd.h>

#include "intake.hpp"
#include "std_fds.hpp"

namespace reel::tool {
namespace {

struct RecordArgs {
  Common common;
  IntakeOptions intake;
  bool from_stdin = false;
};

ExitCode record(const RecordArgs& args) {
  if (stdin_was_closed()) {
    complain("stdin is closed");
    return ExitCode::unusable;
  }
  Intake intake(args.common, args.intake, 0);
  if (!intake.open(JumpRule::refuse)) return ExitCode::unusable;
  FeederOptions options;
  options.input = "stdin";
  options.stream = args.intake.stream;
  options.format = intake.format();
  options.live = true;
  intake.run(STDIN_FILENO, std::move(options), false);
  // A signal is how a live recording ends: everything is stored, nothing went wrong.
  return intake.finish();
}

}  // namespace

void add_record(CLI::App& app, Run& run) {
  auto args = std::make_shared<RecordArgs>();
  CLI::App* verb = add_verb(
      app, "record", "Record stdin, line by line, as it comes",
      {"record store --stream chat-7 < events.jsonl", "record store --format sse < response.sse",
       "record store --stdin --ack=durable < pipe"});
  add_common(*verb, args->common);
  verb->add_flag("--stdin", args->from_stdin, "Read stdin (the default, and the only source)");
  add_intake(*verb, args->intake);
  verb->callback([args, &run] { run = [args] { return record(*args); }; });
}

}  // namespace reel::tool
