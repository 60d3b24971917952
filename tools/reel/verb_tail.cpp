// reel tail: the newest events, and those that come.
#include <fmt/format.h>

#include "tail.hpp"
#include "text.hpp"

namespace reel::tool {

void add_tail(CLI::App& app, Run& run) {
  auto args = std::make_shared<TailArgs>();
  CLI::App* verb =
      add_verb(app, "tail", "Print the newest events, and follow a store that is being written",
               {"tail store", "tail store chat-7 --follow", "tail store -n 100 --since 1h",
                "tail store --follow --json --cursor-file seen.cursor"});
  add_common(*verb, args->common);
  add_many(*verb, "STREAM", args->streams, "Streams (default: all)");
  add_window(*verb, args->window);
  verb->add_flag("-f,--follow", args->follow, "Go on with what is recorded, until interrupted");
  verb->add_option("-n,--lines", args->lines, "How many events there are already (default: 10)")
      ->transform(whole_number(0, TailArgs::kLinesMax));
  CLI::Option* file =
      verb->add_option("--cursor-file", args->cursor_file,
                       "Go on after the cursor in this file, if there is one, and keep it there");
  verb->add_option("--after-cursor", args->after_cursor, "Go on after this cursor")->excludes(file);
  verb->add_flag("--show-cursor", args->show_cursor,
                 "Print the cursor after the last event; with --follow, after each batch");
  verb->add_flag("--stop-at-end", args->stop_at_end,
                 "Stop following once every STREAM had its COMPLETE or ERROR");
  verb->add_option("--poll-ms", args->poll_ms, "Look so often (default: 1)")
      ->transform(whole_number(1, TailArgs::kPollMsMax));
  verb->callback([args, &run] { run = [args] { return tail(*args); }; });
}

}  // namespace reel::tool
