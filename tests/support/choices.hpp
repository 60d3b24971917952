// Choices: what a test that explores schedules chooses, in order. Either every sequence there is,
// depth first, or random ones from a seed; a failure prints the sequence, and the sequence replays
// it.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace reel::test {

class Choices {
 public:
  Choices() = default;  // depth first, from all zeros on
  explicit Choices(std::uint64_t seed) : random_(seed), is_random_(true) {}

  // One of 0 .. count-1.
  std::uint32_t choose(std::uint32_t count) {
    if (count < 2) return 0;
    if (at_ == path_.size()) {
      path_.push_back({is_random_ ? static_cast<std::uint32_t>(random_() % count) : 0, count});
    }
    return path_[at_++].chosen;
  }

  // The next sequence, depth first. False: that was the last one.
  bool next() {
    at_ = 0;
    while (!path_.empty() && path_.back().chosen + 1 == path_.back().count) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().chosen;
    return true;
  }

  std::string text() const {
    std::string list;
    for (const Choice& choice : path_) list += std::to_string(choice.chosen) + " ";
    return list;
  }

 private:
  struct Choice {
    std::uint32_t chosen, count;
  };
  std::vector<Choice> path_;
  std::size_t at_ = 0;
  std::mt19937_64 random_;
  bool is_random_ = false;
};

}  // namespace reel::test
