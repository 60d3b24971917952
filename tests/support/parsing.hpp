// Lines of interchange JSON, parsed or refused.
#pragma once

#include <string>

#include "reel/json.hpp"
#include "support/catch.hpp"

namespace reel::test {

// The event of a line that must parse; else the running test fails.
inline Event event_of(const std::string& line) {
  json::Parser parser;
  auto parsed = parser.parse_line(line);
  INFO(line << "\n" << parsed.status().to_string());
  REQUIRE(parsed.ok());
  return std::move(parsed->event);
}

// A START event with these options, and those options once they were parsed.
inline std::string start(const std::string& options) {
  return R"({"type":"START","ts":0,"options":)" + options + "}";
}
inline std::string options_of(const std::string& options) {
  return std::get<Start>(event_of(start(options)).body).options;
}

// Why a line is refused; "accepted" when it is not.
inline std::string refusal_of(const std::string& line) {
  json::Parser parser;
  const auto parsed = parser.parse_line(line);
  if (parsed.ok()) return "accepted";
  CHECK(parsed.error().code == ErrorCode::invalid_argument);
  return parsed.error().message;
}

inline auto says(const std::string& words) { return Catch::Matchers::Contains(words); }

}  // namespace reel::test
