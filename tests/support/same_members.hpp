// Envelopes as JSON, compared by value.
#pragma once

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace reel::test {

using Ordered = nlohmann::ordered_json;

// By value: numbers of `ts` as doubles, everything below another member with kinds and key order.
inline void check_same_members(const Ordered& a, const Ordered& b) {
  REQUIRE(a.size() == b.size());
  for (const auto& [key, value] : a.items()) {
    INFO(key);
    REQUIRE(b.contains(key));
    if (key == "event") {
      check_same_members(value, b[key]);
    } else if (key == "ts") {
      CHECK(value.get<double>() == b[key].get<double>());
    } else {
      CHECK(value.dump() == b[key].dump());
    }
  }
}

}  // namespace reel::test
