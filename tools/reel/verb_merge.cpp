// reel merge: the streams of several stores in a new one.
#include "copy_report.hpp"

namespace reel::tool {
namespace {

struct MergeArgs {
  Common common;
  std::string out;
  std::vector<std::string> stores;
};

}  // namespace

void add_merge(CLI::App& app, Run& run) {
  auto args = std::make_shared<MergeArgs>();
  CLI::App* verb = add_verb(
      app, "merge", "Copy the streams of several stores into a new one, the same streams joined",
      {"merge archive gateway-1 gateway-2", "merge archive gateways/*"});
  verb->add_option("OUT", args->out, "The new store's folder: missing or empty")->required();
  add_many(*verb, "STORE", args->stores, "Stores to copy from")->required();
  add_reading(*verb, args->common);
  add_shared(*verb, args->common);
  verb->callback([args, &run] {
    run = [args] { return copy_and_report(args->common, args->stores, args->out, {}); };
  });
}

}  // namespace reel::tool
