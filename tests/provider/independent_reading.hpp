// What a recorded stream says, read a second time and in another way: the whole file at once, by
// lines, with another JSON library, and from other members where a provider says a thing twice.
// Shares no code with src/provider, so that both can be wrong only in the same way by chance.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace reel::test {

enum class End { none, complete, error };

struct ChoiceReading {
  std::vector<std::string> text, reasoning;                // pieces, in order, without empty ones
  std::vector<std::pair<std::string, std::string>> calls;  // name, whole arguments
};

struct Reading {
  std::map<int, ChoiceReading> choices;
  End end = End::none;
  int bad_lines = 0;  // that should be JSON and are not
};

Reading read_independently(const std::string& file);

}  // namespace reel::test
