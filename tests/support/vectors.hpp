// The published vectors: each of them, its events parsed, and states compared by value.
#pragma once

#include <fstream>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/data.hpp"

namespace reel::test {

using Json = nlohmann::ordered_json;
using Streams = std::map<std::string, std::vector<Envelope>>;

// Hands every vector of these files to `each`; how many those were, 0 (and a warning) without them.
template <class Each>
std::size_t each_vector(std::initializer_list<const char*> files, Each each) {
  const auto folder = shared_dir();
  if (folder.empty()) {
    WARN("skipped: set REEL_SHARED to the folder that holds vectors/");
    return 0;
  }
  std::size_t count = 0;
  for (const char* name : files) {
    std::ifstream file(folder / "vectors" / name);
    REQUIRE(file.is_open());
    for (std::string line; std::getline(file, line);) {
      if (line.empty()) continue;
      const Json vector = Json::parse(line);
      INFO(name << ": " << vector.at("name"));
      each(vector);
      ++count;
    }
  }
  return count;
}

// Each envelope of a vector through the parser, as a line of its own.
inline Streams parse_events(const Json& envelopes) {
  Streams streams;
  json::Parser parser;
  for (const Json& envelope : envelopes) {
    auto line = parser.parse_line(envelope.dump());
    INFO(envelope.dump());
    REQUIRE(line.ok());
    REQUIRE((line->stream_id && line->seq));
    const std::string id = *line->stream_id;
    streams[id].push_back({id, *line->seq, std::move(line->event)});
  }
  return streams;
}

inline Json state_json(const State& state) {
  std::string text;
  json::append_state(text, state);
  return Json::parse(text);
}

// By value: 0 equals 0.0, and the order of keys does not matter.
inline void check_equal(const Json& got, const Json& expected) {
  CHECK(nlohmann::json(got) == nlohmann::json(expected));
}

}  // namespace reel::test
