// What the rounds add up to: medians, and medians of the ratios to reel in the same round.
#pragma once

#include <string>
#include <vector>

#include "contest.hpp"

namespace reel::peers {

struct Result {
  Contestant contestant;
  std::vector<Round> rounds;
};

// `results` begin with reel; all have the same number of rounds, at least one.
std::string table_of(const std::vector<Result>& results);
std::string json_of(const std::vector<Result>& results, std::size_t timed, std::size_t sustained);

}  // namespace reel::peers
