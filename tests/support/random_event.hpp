// Random events that use every field, for property tests: a seed gives the same events again.
#pragma once

#include <random>
#include <string>

#include "reel/event.hpp"

namespace reel::test {

class RandomEvents {
 public:
  explicit RandomEvents(std::uint64_t seed) : random_(seed) {}

  Event event();  // any of the ten types, or opaque
  Event gap();
  std::string text();  // well-formed UTF-8: NUL, quotes, control characters, all planes
  std::string json(int depth = 3);    // a JSON value without insignificant white space
  std::string object(int depth = 3);  // likewise, an object
  double ts();
  std::int64_t integer();
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool coin() { return below(2) == 0; }

 private:
  template <class T, class Make>
  std::optional<T> maybe(Make make) {
    return coin() ? std::optional<T>(make()) : std::nullopt;
  }
  std::string members(const char* prefix, int depth);
  std::string json_string();
  std::string json_number();
  EventBody body();

  std::mt19937_64 random_;
};

}  // namespace reel::test
