#include "load/load_slice.hpp"

#include "support/catch.hpp"
#include "support/loads.hpp"

namespace reel::load {
namespace {

TEST_CASE("a slice equals what the generator gives", "[load]") {
  LoadSlice slice;
  {
    LoadGenerator generator = made(built_in(40));
    slice = take(generator, 3'000);
  }
  REQUIRE(slice.events.size() == 3'000);
  LoadGenerator again = made(built_in(40));
  LoadEvent e;
  for (const LoadEvent& kept : slice.events) {
    REQUIRE(again.next(e));
    REQUIRE(kept.stream == e.stream);
    REQUIRE(kept.stream_id == e.stream_id);
    REQUIRE(same_event(kept.event, e.event));
  }
}

}  // namespace
}  // namespace reel::load
