// reel split: the streams of a store into several new ones, by prefix or by day.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "copy_report.hpp"
#include "json_text.hpp"
#include "open_reader.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct SplitArgs {
  Common common;
  std::string out, separator;
  bool by_day = false;
};

// A folder's name for any text: what may be in one and needs no quoting stays, other bytes become
// %XX.
std::string folder_name(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  std::string name;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos && !(name.empty() && c == '.')) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return name.empty() ? "%" : name;
}

// The day (UTC) in which the stream began, as its START says; "unknown" without one.
std::string day_of(const StreamMetadata& stream) {
  constexpr std::size_t kDateBytes = 10;
  if (!stream.options || !std::isfinite(stream.start_ts)) return "unknown";
  return human_time(stream.start_ts).substr(0, kDateBytes);
}

std::string part_of(const SplitArgs& args, const StreamMetadata& stream) {
  if (args.by_day) return folder_name(day_of(stream));
  const std::string& id = stream.stream_id;
  return folder_name(id.substr(0, id.find(args.separator)));
}

ExitCode split(const SplitArgs& args) {
  const auto reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  const auto streams = reader->list_metadata({}, args.common.name_space);
  if (!streams) return complain(streams.error());
  std::map<std::string, std::uint64_t> parts;
  for (const StreamMetadata& stream : *streams) ++parts[part_of(args, stream)];
  std::error_code failed;
  std::filesystem::create_directories(args.out, failed);
  if (failed) {
    complain(escaped(args.out) + ": " + failed.message());
    return ExitCode::unusable;
  }
  ExitCode code = ExitCode::fine;
  for (const auto& [name, count] : parts) {
    CopyOptions options;
    options.streams = [&, part = name](const StreamMetadata& stream) {
      return stream.name_space == args.common.name_space && part_of(args, stream) == part;
    };
    code = worse(code, copy_and_report(args.common, {args.common.store}, args.out + '/' + name,
                                       std::move(options)));
    if (code == ExitCode::unusable || code == ExitCode::usage) return code;
  }
  return code;
}

}  // namespace

void add_split(CLI::App& app, Run& run) {
  auto args = std::make_shared<SplitArgs>();
  CLI::App* verb = add_verb(app, "split", "Copy the streams of a store into several new ones",
                            {"split store tenants --by-prefix -", "split store days --by-day"});
  add_common(*verb, args->common);
  verb->add_option("OUT", args->out, "A folder for the new stores: one in it for each part")
      ->required();
  auto* const prefix = verb->add_option(
      "--by-prefix", args->separator,
      "A store for all ids that are the same up to this text (chat-7 and chat-8: `-`)");
  auto* const day =
      verb->add_flag("--by-day", args->by_day, "A store for all streams that began in a day (UTC)");
  prefix->excludes(day)->check(
      [](const std::string& text) { return text.empty() ? "it must not be empty" : ""; });
  verb->callback([args, prefix, &run] {
    if (!args->by_day && prefix->count() == 0) {
      throw CLI::RequiredError("--by-prefix or --by-day");
    }
    run = [args] { return split(*args); };
  });
}

}  // namespace reel::tool
