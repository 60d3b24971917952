// The verbs: each adds itself to the command line and, when it is the one asked for, runs.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "reel/options.hpp"

namespace reel::tool {

// What every verb takes.
struct Common {
  std::string store;
  std::string name_space = std::string(kDefaultNamespace);
  bool json = false;
  bool progress = false;
  bool no_mmap = false;
};

// Set by the verb that the command line names.
using Run = std::function<ExitCode()>;

// A verb with its description and EXAMPLES (one a line, without the leading "reel ").
CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& description,
                   const std::vector<std::string>& examples);
// STORE, how it is read, and the options of every verb.
void add_common(CLI::App& verb, Common& common);
// How a store is read: --no-mmap.
void add_reading(CLI::App& verb, Common& common);
// The options of every verb: --json, --ns, --progress.
void add_shared(CLI::App& verb, Common& common);
// A positional that takes any number of values, each as it stands: an id is data, and so is a
// file's name. (Bound to a vector, CLI11 would read `[a,b]` as two values and `{}` as none.)
CLI::Option* add_many(CLI::App& verb, const std::string& name, std::vector<std::string>& values,
                      const std::string& description);
// An option's value must be one of `words`; a near miss is answered with "did you mean".
CLI::Validator one_of(std::vector<std::string> words);
// For transform(): an option's value is a whole number, written in decimal, of the range.
CLI::Validator whole_number(std::int64_t min, std::uint64_t max);
// An option's value is a finite number; `fits` may ask for more, which `wanted` names.
CLI::Validator finite_number(std::function<bool(double)> fits = {},
                             std::string wanted = "a finite number");

void add_record(CLI::App& app, Run& run);
void add_import(CLI::App& app, Run& run);
void add_export(CLI::App& app, Run& run);
void add_cat(CLI::App& app, Run& run);
void add_ls(CLI::App& app, Run& run);
void add_info(CLI::App& app, Run& run);
void add_tail(CLI::App& app, Run& run);
void add_replay(CLI::App& app, Run& run);
void add_tokens(CLI::App& app, Run& run);
void add_state(CLI::App& app, Run& run);
void add_diff(CLI::App& app, Run& run);
void add_stats(CLI::App& app, Run& run);
void add_snapshot(CLI::App& app, Run& run);
void add_rm(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_backup(CLI::App& app, Run& run);
void add_compact(CLI::App& app, Run& run);
void add_erase(CLI::App& app, Run& run);
void add_recover(CLI::App& app, Run& run);
void add_merge(CLI::App& app, Run& run);
void add_filter(CLI::App& app, Run& run);
void add_split(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);

}  // namespace reel::tool
