#include "verbs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "text.hpp"

namespace reel::tool {
namespace {

template <class Number>
std::optional<Number> parse(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& description,
                   const std::vector<std::string>& examples) {
  CLI::App* verb = app.add_subcommand(name, description);
  std::string footer = "EXAMPLES:\n";
  for (const std::string& example : examples) footer += "  reel " + example + "\n";
  verb->footer(footer);
  return verb;
}

void add_shared(CLI::App& verb, Common& common) {
  verb.add_flag("--json", common.json, "Print JSON, for programs");
  verb.add_option("--ns", common.name_space, "Namespace of the streams (default: l0)")
      ->check([](const std::string& name) {
        return name.empty() || !is_utf8(name) ? std::string("a namespace is UTF-8 and not empty")
                                              : std::string();
      });
  verb.add_flag("--progress", common.progress, "Show progress on stderr even if it is no terminal");
}

void add_reading(CLI::App& verb, Common& common) {
  verb.add_flag("--no-mmap", common.no_mmap,
                "Read the store's segments piece by piece instead of mapping them: for folders of "
                "other machines");
}

void add_common(CLI::App& verb, Common& common) {
  verb.add_option("STORE", common.store, "The store's folder")
      ->required()
      ->check([](const std::string& store) { return store.empty() ? "it must not be empty" : ""; });
  add_reading(verb, common);
  add_shared(verb, common);
}

CLI::Option* add_many(CLI::App& verb, const std::string& name, std::vector<std::string>& values,
                      const std::string& description) {
  const auto keep = [&values](const CLI::results_t& given) {
    values = given;
    return true;
  };
  // What may take "extra" arguments is split at commas, so all of them are said to be expected;
  // that fewer came is no error with TakeAll.
  return verb.add_option(name, keep, description)
      ->type_name("TEXT")
      ->expected(CLI::detail::expected_max_vector_size, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Validator one_of(std::vector<std::string> words) {
  const auto check = [words](std::string& given) -> std::string {
    for (const std::string& word : words) {
      if (given == word) return {};
    }
    const std::string_view near = closest(given, words);
    return fmt::format("'{}' is none of {}{}", escaped(given), fmt::join(words, ", "),
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  };
  return CLI::Validator(check, fmt::format("{}", fmt::join(words, "|")));
}

CLI::Validator whole_number(std::int64_t min, std::uint64_t max) {
  const auto check = [min, max](std::string& given) -> std::string {
    const auto small = parse<std::int64_t>(given);
    const auto large = parse<std::uint64_t>(given);
    const bool high_enough = small ? *small >= min : large.has_value();
    if (!high_enough || (large && *large > max)) {
      return fmt::format("'{}' is no whole number from {} to {}", escaped(given), min, max);
    }
    // CLI11 takes what begins with 0 for octal.
    given = large ? std::to_string(*large) : std::to_string(*small);
    return {};
  };
  return CLI::Validator(check, "");
}

CLI::Validator finite_number(std::function<bool(double)> fits, std::string wanted) {
  const auto check = [fits, wanted](std::string& given) -> std::string {
    const auto number = parse<double>(given);
    if (number && std::isfinite(*number) && (!fits || fits(*number))) return {};
    return fmt::format("'{}' is not {}", escaped(given), wanted);
  };
  return CLI::Validator(check, "");
}

}  // namespace reel::tool
