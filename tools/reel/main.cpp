// reel: the command line. Parses the arguments, runs one verb, answers with its exit code.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>

#include "output.hpp"
#include "std_fds.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace reel::tool {
namespace {

void add_verbs(CLI::App& app, Run& run) {
  add_record(app, run);
  add_import(app, run);
  add_export(app, run);
  add_cat(app, run);
  add_ls(app, run);
  add_info(app, run);
  add_tail(app, run);
  add_replay(app, run);
  add_tokens(app, run);
  add_state(app, run);
  add_diff(app, run);
  add_stats(app, run);
  add_snapshot(app, run);
  add_rm(app, run);
  add_verify(app, run);
  add_backup(app, run);
  add_compact(app, run);
  add_erase(app, run);
  add_recover(app, run);
  add_merge(app, run);
  add_filter(app, run);
  add_split(app, run);
  add_bench(app, run);
}

std::vector<std::string> verb_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands(nullptr)) names.push_back(verb->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options(nullptr)) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool has_option(const CLI::App& verb, const std::string& word) {
  const auto names = option_names(verb);
  return std::find(names.begin(), names.end(), word.substr(0, word.find('='))) != names.end();
}

// The verb the arguments name so far: "reel", "reel record", "reel bench write".
const CLI::App& deepest(const CLI::App& app) {
  const CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) verb = verb->get_subcommands().front();
  return *verb;
}

std::string full_name(const CLI::App& verb) {
  return verb.get_parent() == nullptr ? verb.get_name()
                                      : full_name(*verb.get_parent()) + " " + verb.get_name();
}

ExitCode wrong_usage(const CLI::App& verb, std::string_view message) {
  const std::string name = full_name(verb);
  fmt::print(stderr, "{}: {}\nTry `{} --help`.\n", name, escaped(message), name);
  return ExitCode::usage;
}

std::string suggestion(std::string_view word, const CLI::App& verb) {
  const auto names = word.starts_with('-') ? option_names(verb) : verb_names(verb);
  const std::string_view near = closest(word.substr(0, word.find('=')), names);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

ExitCode explain(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& verb = deepest(app);
  std::vector<std::string> extras = verb.remaining(true);
  const bool before_verb = extras.empty();
  if (before_verb) extras = app.remaining(true);
  if (!extras.empty()) {
    const std::string& word = extras.front();
    const bool option = word.starts_with('-');
    if (before_verb && has_option(verb, word)) {
      return wrong_usage(verb, fmt::format("'{}' stands before the verb; options come after it, as "
                                           "in `{} {}`",
                                           word, full_name(verb), word));
    }
    const bool names_verb = !option && !verb.get_subcommands(nullptr).empty();
    return wrong_usage(verb, fmt::format("unknown {} '{}'{}",
                                         option       ? "option"
                                         : names_verb ? "verb"
                                                      : "argument",
                                         word, suggestion(word, verb)));
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
      !verb.get_subcommands(nullptr).empty()) {
    return wrong_usage(verb, "a verb is missing");
  }
  return wrong_usage(verb, error.what());
}

ExitCode parse(CLI::App& app, int argc, char** argv, bool& done) {
  done = true;
  try {
    app.parse(argc, argv);
    done = false;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return explain(app, error);
    std::ostringstream text, ignored;
    app.exit(error, text, ignored);  // --help, --version
    Output out;
    out.buffer() = text.str();
    return out.finish(ExitCode::fine);
  }
  return ExitCode::fine;
}

ExitCode run_tool(int argc, char** argv) {
  CLI::App app("Records the event streams of language models, and plays them back.", "reel");
  app.set_version_flag("--version", "reel " REEL_VERSION);
  app.require_subcommand(1);
  app.footer("`reel <verb> --help` shows a verb's options and examples.");
  Run run;
  add_verbs(app, run);
  bool done = false;
  const ExitCode code = parse(app, argc, argv, done);
  return done ? code : run();
}

}  // namespace
}  // namespace reel::tool

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away shows as EPIPE
  if (!reel::tool::fill_std_fds()) return static_cast<int>(reel::tool::ExitCode::unusable);
  try {
    return static_cast<int>(reel::tool::run_tool(argc, argv));
  } catch (const std::exception& error) {  // out of memory, mostly
    reel::tool::complain(error.what());
    return static_cast<int>(reel::tool::ExitCode::unusable);
  }
}
