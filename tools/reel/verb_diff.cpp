// reel diff: what two streams came to, and where they parted.
#include <fmt/format.h>

#include "export_events.hpp"
#include "reader_store.hpp"
#include "reel/compare.hpp"
#include "reel/replay.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct DiffArgs {
  Common common;
  std::string a, b;
  bool timestamps = false;
};

struct Found {
  Comparison comparison;
  std::optional<Divergence> divergence;
};

Result<Found> find(EventStore& store, const DiffArgs& args) {
  const auto a = store.fold(args.a, {}, FoldMode::l0);
  if (!a) return a.status();
  const auto b = store.fold(args.b, {}, FoldMode::l0);
  if (!b) return b.status();
  auto divergence = first_divergence(store, args.a, args.b);
  if (!divergence) return divergence.status();
  return Found{compare(*a, *b, {.timestamps = args.timestamps}), *std::move(divergence)};
}

void append_strings(std::string& out, const std::vector<std::string>& strings) {
  std::string_view before;
  out += '[';
  for (const std::string& text : strings) {
    out += before;
    json::append_string(out, text);
    before = ",";
  }
  out += ']';
}

void append_token(std::string& out, const std::optional<std::string>& token) {
  token ? json::append_string(out, *token) : void(out += "null");
}

std::string seq_text(const std::optional<std::uint64_t>& seq) {
  return seq ? std::to_string(*seq) : "null";
}

void append_json(std::string& out, const Found& found) {
  out += fmt::format(R"({{"identical":{},"fields":)", found.comparison.identical);
  append_strings(out, found.comparison.fields);
  out += R"(,"differences":)";
  append_strings(out, found.comparison.differences);
  out += R"(,"first_divergence":)";
  if (const auto& at = found.divergence) {
    out += fmt::format(R"({{"token":{},"content_offset":{},"seq_a":{},"seq_b":{},"a":)", at->token,
                       at->content_offset, seq_text(at->seq_a), seq_text(at->seq_b));
    append_token(out, at->a);
    out += R"(,"b":)";
    append_token(out, at->b);
    out += '}';
  } else {
    out += "null";
  }
  out += "}\n";
}

std::string token_text(const std::optional<std::string>& token,
                       const std::optional<std::uint64_t>& seq) {
  return token ? fmt::format("\"{}\" (seq {})", escaped(*token), *seq) : "no token any more";
}

void append_words(std::string& out, const Found& found) {
  if (found.comparison.identical) out += "identical\n";
  for (const std::string& difference : found.comparison.differences) {
    out += escaped(difference) + '\n';
  }
  if (const auto& at = found.divergence) {
    out +=
        fmt::format("first different token: #{}, at byte {}: {} vs {}\n", at->token,
                    at->content_offset, token_text(at->a, at->seq_a), token_text(at->b, at->seq_b));
  }
}

ExitCode diff(const DiffArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  const bool has_a = require_stream(*reader, args.common, args.a);
  const bool has_b = require_stream(*reader, args.common, args.b);
  if (!has_a || !has_b) return ExitCode::found;
  const Result<Found> found = find(*reader_store(*reader, args.common.name_space), args);
  if (!found) return complain(found.error());
  Output out;
  args.common.json ? append_json(out.buffer(), *found) : append_words(out.buffer(), *found);
  const ExitCode code = found->comparison.identical ? ExitCode::fine : ExitCode::found;
  return out.finish(worse(code, tell_damage(*reader)));
}

}  // namespace

void add_diff(CLI::App& app, Run& run) {
  auto args = std::make_shared<DiffArgs>();
  CLI::App* verb = add_verb(app, "diff", "Compare what two streams came to",
                            {"diff store chat-7 chat-8", "diff store chat-7 chat-8 --json",
                             "diff store chat-7 chat-8 --timestamps"});
  add_common(*verb, args->common);
  verb->add_option("A", args->a, "One stream")->required();
  verb->add_option("B", args->b, "The other")->required();
  verb->add_flag("--timestamps", args->timestamps, "Compare their first and last time too");
  verb->callback([args, &run] { run = [args] { return diff(*args); }; });
}

}  // namespace reel::tool
