// The tests that every EventStore passes, in a form that any test framework can run.
//
//     for (const auto& check : reel::conformance::checks())
//       DYNAMIC_SECTION(check.name) { CHECK(check.run(make_store) == ""); }
//
// Link reel::store_conformance. Each check gets empty stores from the factory, uses them from one
// thread (those named "appends from many threads ..." from several), and answers what was wrong in
// words, or "". What a store throws is an answer too. Ids used are of the form [A-Za-z0-9_-]+,
// stamps reach from 1969 far into the future: a TTL in the way of a check is the caller's own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reel/store.hpp"

namespace reel::conformance {

// A new, empty store each time.
using MakeStore = std::function<std::shared_ptr<EventStore>()>;

struct Check {
  std::string name;  // "seqs begin at 0 and are kept in order"
  bool needs_snapshots = false;  // answers "" at once for a store that keeps none
  std::function<std::string(const MakeStore&)> run;
};
const std::vector<Check>& checks();

}  // namespace reel::conformance
