// The command `reel`: run it, write what it reads, take apart what it prints. For tests/tool only.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/places.hpp"
#include "support/process.hpp"

namespace reel::test {

using Json = nlohmann::json;
using Lines = std::vector<std::string>;

// `reel ARGUMENTS...`
inline Finished run_reel(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), kReelTool);
  return run(arguments, input);
}

// What `reel ARGUMENTS... --json` prints; throws, and so fails the running test, when it is no
// JSON.
inline Json reel_json(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  return Json::parse(run_reel(std::move(arguments)).out);
}

// One line of interchange JSONL: the token `seq` of a stream.
inline std::string token_line(const std::string& stream, int seq, const std::string& value) {
  return Json{{"stream_id", stream},
              {"seq", seq},
              {"event", {{"type", "TOKEN"}, {"ts", 5.5}, {"value", value}, {"index", seq}}}}
             .dump() +
         "\n";
}

inline Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// JSON lines by value: the order of members says nothing.
inline std::vector<Json> values_of(const std::string& text) {
  std::vector<Json> values;
  for (const std::string& line : lines_of(text)) values.push_back(Json::parse(line));
  return values;
}

}  // namespace reel::test
