// reel recover: all that is readable of a store into a new one.
#include "copy_report.hpp"

namespace reel::tool {
namespace {

struct RecoverArgs {
  Common common;
  std::string out;
};

}  // namespace

void add_recover(CLI::App& app, Run& run) {
  auto args = std::make_shared<RecoverArgs>();
  CLI::App* verb = add_verb(app, "recover", "Copy all that is readable of a store into a new one",
                            {"recover store rescued", "recover store rescued --json"});
  add_common(*verb, args->common);
  verb->add_option("OUT", args->out, "The new store's folder: missing or empty")->required();
  verb->callback([args, &run] {
    run = [args] { return copy_and_report(args->common, {args->common.store}, args->out, {}); };
  });
}

}  // namespace reel::tool
