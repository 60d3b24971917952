// Logs that stand for processes on one store: each in a lane of its own, stepped by the test, on one
// file system in memory. One is killed by fs.kill_holder(lock_of(its lane)) and then buried.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/log_fixture.hpp"

namespace reel::test {

using State = std::unique_ptr<detail::RecorderState>;

inline State recorder(const Core& core, const std::string& id) {
  auto state = core->recorder(id, "l0");
  INFO(state.status().to_string());
  REQUIRE(state.ok());
  return *std::move(state);
}

inline void release(State& state) {
  state->lane->release_stream(*state);
  state.reset();
}

inline std::string lock_of(std::uint32_t lane) {
  return catalog::lock_file(catalog::lane_directory("/store", lane));
}

// What a killed process had, a Log or what it held of a stream, must do nothing any more: not even
// when the tests end. It stays where a checker of leaks finds it.
template <class Dead>
void bury(Dead dead) {
  static auto* const kDead = new std::vector<Dead>;
  kDead->push_back(std::move(dead));
}

}  // namespace reel::test
