#include "time_window.hpp"

#include <fmt/format.h>

#include <chrono>

#include "text.hpp"
#include "time_text.hpp"

namespace reel::tool {
namespace {

// Of the whole command line: since and until count ages from one moment.
double now_ms() {
  using Microseconds = std::chrono::microseconds;
  static const auto now =
      std::chrono::duration_cast<Microseconds>(std::chrono::system_clock::now().time_since_epoch());
  return static_cast<double>(now.count()) / 1000.0;
}

// `to` is the window's edge; the other one must be on the right side of it.
CLI::Validator moment(double& to, const TimeWindow& window) {
  const auto check = [&to, &window](const std::string& given) -> std::string {
    const auto ms = parse_time(given, now_ms());
    if (!ms) {
      return fmt::format(
          "'{}' is no time; times are 2024-01-15T21:05:39Z, 2024-01-15, @1705352739 (or with ms), "
          "10m, 2h30m, 3d, now, today or yesterday",
          escaped(given));
    }
    to = *ms;
    if (window.since_ms < window.until_ms) return {};
    return "--since is not before --until";
  };
  return CLI::Validator(check, "TIME");
}

}  // namespace

void add_window(CLI::App& verb, TimeWindow& window) {
  const auto add = [&](const char* name, double& to, const char* description) {
    verb.add_option_function<std::string>(
            name, [](const std::string&) {}, description)
        ->check(moment(to, window))
        ->type_name("");
  };
  add("--since", window.since_ms, "Only events stamped then or later (10m: ten minutes ago)");
  add("--until", window.until_ms, "Only events stamped before");
}

}  // namespace reel::tool
