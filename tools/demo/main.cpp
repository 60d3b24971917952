// reel-demo: the main job, seen from outside. Records a realistic load through the public
// interface, replays every stream and compares it, event by event, with the same load made a second
// time; verifies the store; prints what that took. Exit 0: what came out is what went in.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "demo/demo.hpp"

namespace {

int fail(const reel::Status& status) {
  std::fprintf(stderr, "reel-demo: %s\n", status.to_string().c_str());
  return 1;
}

// Takes away what an earlier demo left at `path`, and only that: a folder that holds a store.
reel::Status make_room(const std::string& path, bool replace) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return {};
  if (!replace || !reel::Reader::open(path))
    return reel::Error{reel::ErrorCode::invalid_argument, 0, path, 0,
                       "the demo wants a folder that does not exist yet"};
  std::filesystem::remove_all(path, failed);
  if (failed)
    return reel::Error{reel::ErrorCode::io, failed.value(), path, 0,
                       "could not remove the store of the last demo"};
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Records a realistic load, replays it and compares every byte.", "reel-demo");
  std::string path;
  reel::demo::Settings settings;
  bool replace = false;
  app.add_option("STORE", path, "folder to make the store in")->required();
  app.add_option("--events", settings.events, "how many events")->capture_default_str();
  app.add_option("--seed", settings.seed, "another seed is another load")->capture_default_str();
  app.add_flag("--replace", replace, "remove the store at STORE first, if there is one");
  CLI11_PARSE(app, argc, argv);

  if (auto ready = make_room(path, replace); !ready) return fail(ready);
  auto recorded = reel::demo::record(path, settings);
  if (!recorded) return fail(recorded.status());
  if (auto compared = reel::demo::compare(path, settings, *recorded); !compared)
    return fail(compared);
  if (auto verified = reel::demo::verify(path, *recorded); !verified) return fail(verified);
  return 0;
}
