// Events of all types and of sizes that fill an arena soon, from a seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "arena/layout.hpp"
#include "event/frame.hpp"

namespace reel::test {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15 + 1) {}
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 random_;
};

struct Sizes {
  std::uint64_t token, other;
  std::uint64_t tokens_in_16;  // the share of TOKENs
};

inline EventBody random_body(Dice& dice, const Sizes& sizes) {
  const bool is_token = dice.below(16) < sizes.tokens_in_16;
  std::uint64_t bytes = dice.below(is_token ? sizes.token : sizes.other);
  if (dice.one_in(200)) bytes += arena::kChunkBytes * dice.below(4);
  const auto n = static_cast<std::int64_t>(dice.below(1000));
  std::string text(bytes, static_cast<char>('a' + dice.below(26)));
  if (is_token) return Token{std::move(text), n, {}, {}};
  const std::string json = "{\"a\":\"" + text + "\"}";
  switch (dice.below(10)) {
    case 0:
      return Start{json};
    case 1:
      return Checkpoint{std::move(text), n};
    case 2:
      return Guardrail{json, n, {}};
    case 3:
      return Drift{json, n};
    case 4:
      return Retry{std::move(text), n, {}, {}};
    case 5:
      return Fallback{n, {}, std::move(text)};
    case 6:
      return Continuation{std::move(text), n};
    case 7:
      return ErrorEvent{json, {}, {}, {}};
    case 8:
      return Gap{dice.below(5) + 1, "import"};
    default:
      return Complete{std::move(text), n};
  }
}

inline std::uint64_t seqs_of(const Event& event) {
  const auto* gap = std::get_if<Gap>(&event.body);
  return gap != nullptr ? gap->count : 1;
}

inline std::size_t frame_bytes_of(const Event& event) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  return event::frame_bytes({view.text, view.parts, view.number});
}

}  // namespace reel::test
