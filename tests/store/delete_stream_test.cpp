// A deletion by a process that has no Log, beside one that opens the stream at any moment of it:
// the stream goes and begins anew, or it stays as it was.
#include <optional>

#include "catalog/tombstone.hpp"
#include "store/control.hpp"
#include "support/frames.hpp"
#include "support/lanes.hpp"
#include "support/read_back.hpp"
#include "support/seam_fs.hpp"

namespace reel {
namespace {

struct Outcome {
  int calls = 0;
  Result<bool> deleted = false;
  test::State opened;
};

}  // namespace

TEST_CASE("a deletion and an opening at the same moment agree on which life of the stream there is",
          "[store][control]") {
  int all = 1;
  for (int nth = 0; nth < all; ++nth) {
    INFO("call " << nth << " of " << all);
    io::MemoryFileSystem inner;
    test::TestClock clock;
    auto core = test::opened(inner, clock, test::stepped_options());
    test::State state = test::recorder(core, "s");
    for (int i = 0; i < 30; ++i) {
      REQUIRE(test::record_event(*state, test::token_at(1000.0 + i, "x", i)) == Append::ok);
    }
    test::release(state);
    REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());

    test::LookedAtFs fs(inner);
    Outcome outcome;
    fs.seam = [&] {
      if (outcome.calls++ == nth) outcome.opened = test::recorder(core, "s");
    };
    outcome.deleted = store::delete_stream(fs, "/store", "s", "l0", 0);
    all = outcome.calls;
    REQUIRE(outcome.opened != nullptr);
    if (outcome.deleted) {
      CHECK(*outcome.deleted);
      CHECK(outcome.opened->next_seq == 0);
    } else {
      CHECK(outcome.deleted.error().code == ErrorCode::busy);
      CHECK(outcome.opened->next_seq == 30);
      CHECK(catalog::list_deleted(inner, "/store")->empty());
    }
    test::release(outcome.opened);
    REQUIRE(core->close(1000).status.ok());
  }
  CHECK(all > 10);
}

}  // namespace reel
