// Several processes on one store: each in a lane of its own, a stream in one of them at a time.
// The exact cases; lanes_model_test.cpp has processes at random.
#include "arena/arena.hpp"
#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/lanes.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"
#include "support/seam_fs.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

ErrorCode refused(const Core& core, const std::string& id) {
  const auto state = core->recorder(id, "l0");
  return state ? ErrorCode::ok : state.error().code;
}

void record_tokens(detail::RecorderState& state, int tokens) {
  for (int i = 0; i < tokens; ++i) {
    Event event;
    event.ts_ms = 1000.5;
    event.body = Token{"t" + std::to_string(i), i};
    REQUIRE(record_event(state, event) == Append::ok);
  }
}

std::size_t events_of(io::FileSystem& fs, const std::string& id) {
  const Stored stored = read_back(fs, "/store");
  const auto found = stored.find(id);
  if (found == stored.end()) return 0;
  for (std::size_t i = 0; i < found->second.events.size(); ++i) {
    CHECK(found->second.events[i].first == i);
  }
  return found->second.events.size();
}

// Calls `listed` after it has looked into a folder, and before the answer is there.
class ListingFs : public SeamFs {
 public:
  using SeamFs::SeamFs;
  Seam listed;
  Result<std::vector<std::string>> list(const std::string& path) override {
    auto names = SeamFs::list(path);
    if (listed) listed();
    return names;
  }
};

// Two processes, of which that of lane 0 is killed: nothing it recorded is written. It held a
// stream of 7 events and had closed one of 8.
struct KilledBeside {
  KilledBeside() {
    Core dead = opened(fs, clock);
    alive = opened(fs, clock);
    State held = recorder(dead, "held"), closed = recorder(dead, "closed");
    record_tokens(*held, 7);
    record_tokens(*closed, 8);
    release(closed);
    fs.kill_holder(lock_of(0));
    bury(std::move(dead));
    bury(std::move(held));
  }
  TestClock clock;
  io::MemoryFileSystem fs;
  Core alive;
};

}  // namespace

TEST_CASE("each process on a store has a lane of its own, and freed ones are taken again",
          "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  Core a = opened(fs, clock), b = opened(fs, clock), c = opened(fs, clock);
  CHECK(catalog::list_lanes(fs, "/store")->size() == 3);
  CHECK(b->close(1000).status.ok());
  b.reset();
  b = opened(fs, clock);
  CHECK(catalog::list_lanes(fs, "/store")->size() == 3);
  for (const Core& core : {a, b, c}) {
    State state = recorder(core, "of " + core->stats().arena_path);
    record_tokens(*state, 10);
    CHECK(core->step().ok());
  }
  CHECK(read_back(fs, "/store").size() == 3);
}

TEST_CASE("a process that makes a store agrees with one that does so after any look at it",
          "[log][lanes]") {
  for (int before = 0;; ++before) {
    INFO("after look " << before);
    TestClock clock;
    io::MemoryFileSystem fs;
    REQUIRE(fs.create_directories("/store").ok());
    REQUIRE(fs.create_directories(catalog::lane_directory("/store", 0)).ok());
    ListingFs seen(fs);
    int looks = 0;
    Core other;
    seen.listed = [&] {
      if (looks++ != before) return;
      other = opened(fs, clock);
      const State state = recorder(other, "s");
      record_tokens(*state, 3);
      REQUIRE(other->wait_for(writer::Demand::write, 1000).ok());
    };
    const auto made = catalog::create_store(seen, "/store", clock.wall_us());
    INFO(made.status().to_string());
    REQUIRE(made.ok());
    if (other == nullptr) {
      CHECK(before > 1);
      break;
    }
    CHECK(made->uuid == catalog::load_store(fs, "/store")->uuid);
    CHECK(events_of(fs, "s") == 3);
  }
}

TEST_CASE("a stream is in one lane at a time, and goes on in another", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core a = opened(fs, clock), b = opened(fs, clock);
  State state = recorder(a, "s");
  record_tokens(*state, 10);
  CHECK(refused(b, "s") == ErrorCode::busy);
  release(state);
  CHECK(refused(b, "s") == ErrorCode::busy);  // not written yet
  CHECK(a->step().ok());                      // b has asked: not only when a block is full
  state = recorder(b, "s");
  CHECK(state->next_seq == 10);
  CHECK(refused(a, "s") == ErrorCode::busy);
  record_tokens(*state, 10);
  CHECK(events_of(fs, "s") == 20);
  release(state);
  CHECK(refused(a, "s") == ErrorCode::busy);
  CHECK(b->step().ok());
  for (int turn = 0; turn < 4; ++turn) {  // and back, at once and after the slot was given up
    const Core& from = turn % 2 == 0 ? a : b;
    state = recorder(from, "s");
    CHECK(state->next_seq == 20 + static_cast<std::uint64_t>(turn) * 5);
    record_tokens(*state, 5);
    release(state);
    CHECK(from->wait_for(writer::Demand::write, 1000).ok());
    CHECK(events_of(fs, "s") == 25 + static_cast<std::size_t>(turn) * 5);
  }
  CHECK(a->close(1000).status.ok());
  CHECK(b->close(1000).status.ok());
  CHECK(events_of(fs, "s") == 40);
}

TEST_CASE("a lane whose process was killed is recovered by who needs its stream", "[log][lanes]") {
  KilledBeside here;
  const State taken = recorder(here.alive, "held"), other = recorder(here.alive, "closed");
  CHECK(taken->next_seq == 7);
  CHECK(other->next_seq == 8);
  record_tokens(*taken, 3);
  CHECK(events_of(here.fs, "held") == 10);
  CHECK(events_of(here.fs, "closed") == 8);
  const auto lane = catalog::load_catalog(here.fs, catalog::lane_directory("/store", 0));
  CHECK(lane->clean);
}

TEST_CASE("taking over from a killed process fails at any operation, and then works",
          "[log][lanes]") {
  for (std::uint64_t n = 0;; ++n) {
    INFO("operation " << n);
    KilledBeside here;
    here.fs.fail({std::nullopt, n, false, EIO, 0});
    const std::uint64_t before = here.fs.operations();
    const auto tried = here.alive->recorder("held", "l0");
    const bool beyond = here.fs.operations() - before <= n;  // all there was to do was done
    here.fs.clear_faults();
    if (!tried) {
      CHECK_FALSE(tried.error().message.empty());
      CHECK(recorder(here.alive, "held")->next_seq == 7);
    } else {
      CHECK((*tried)->next_seq == 7);
    }
    CHECK(recorder(here.alive, "closed")->next_seq == 8);
    CHECK(events_of(here.fs, "held") == 7);
    CHECK(events_of(here.fs, "closed") == 8);
    if (!beyond) continue;
    CHECK(n > 20);
    break;
  }
}

TEST_CASE("a stream of a lane that is just being recovered is waited for", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  Core a = opened(fs, clock);
  const Core b = opened(fs, clock);
  State state = recorder(a, "s");
  record_tokens(*state, 5);
  CHECK(a->wait_for(writer::Demand::write, 1000).ok());
  fs.kill_holder(lock_of(0));
  bury(std::move(state));
  bury(std::move(a));
  {  // somebody recovers it: all is in segments, which no catalog lists yet
    const auto lock = fs.lock(lock_of(0));
    REQUIRE(lock.ok());
    const std::string lane = catalog::lane_directory("/store", 0);
    auto ref = catalog::load_arena_ref(fs, lane).value();
    const auto store = catalog::load_store(fs, "/store").value().uuid;
    arena::Arena::join(fs, ref.path, store, ref.arena_id).value()->header().ended = 1;
    ref.consumed = true;
    REQUIRE(catalog::save_arena_ref(fs, lane, ref).ok());
    REQUIRE(fs.remove(ref.path).ok());
    CHECK(refused(b, "s") == ErrorCode::busy);
  }
  CHECK(recorder(b, "s")->next_seq == 5);
}

TEST_CASE("opening a store recovers every lane that nobody holds", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  std::vector<Core> cores;
  for (int i = 0; i < 3; ++i) cores.push_back(opened(fs, clock));
  std::vector<State> states;
  for (int i = 0; i < 3; ++i) {
    states.push_back(recorder(cores[static_cast<std::size_t>(i)], "s" + std::to_string(i)));
    record_tokens(*states.back(), 5);
  }
  const auto after = fs.kill_process();
  const Core core = opened(*after, clock);
  CHECK_FALSE(core->recovery().clean);
  CHECK(core->recovery().recovered_events == 15);
  CHECK(core->recovery().recovered_streams == 3);
  for (std::uint32_t lane = 1; lane < 3; ++lane) {
    CHECK(catalog::load_catalog(*after, catalog::lane_directory("/store", lane))->clean);
  }
  CHECK(recorder(core, "s2")->next_seq == 5);
}

TEST_CASE("who holds a stream hears that it is wanted, and may let go of it", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  int heard = 0;
  State state;
  LogOptions options = stepped_options();
  options.on_wanted = [&] {
    ++heard;
    if (state != nullptr && state->slot->wanted.load() != 0) release(state);
  };
  const Core a = opened(fs, clock, options), b = opened(fs, clock);
  state = recorder(a, "s");
  record_tokens(*state, 3);
  CHECK(a->step().ok());
  CHECK(heard == 0);
  CHECK(refused(b, "s") == ErrorCode::busy);
  CHECK(a->step().ok());
  CHECK(heard == 1);
  CHECK(state == nullptr);
  CHECK(recorder(b, "s")->next_seq == 3);
  State again = recorder(a, "t");
  CHECK(again->slot->wanted.load() == 0);
}

TEST_CASE("a stream that another lane deleted begins anew", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core a = opened(fs, clock), b = opened(fs, clock);
  State state = recorder(a, "s");
  record_tokens(*state, 5);
  CHECK_FALSE(b->delete_stream("s", "l0").ok());
  release(state);
  CHECK(a->wait_for(writer::Demand::write, 1000).ok());
  CHECK(*b->delete_stream("s", "l0"));
  CHECK_FALSE(*a->delete_stream("s", "l0"));
  state = recorder(a, "s");
  CHECK(state->next_seq == 0);
  record_tokens(*state, 2);
  CHECK(events_of(fs, "s") == 2);
}

TEST_CASE("a stream that was opened for nothing holds nobody up", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core a = opened(fs, clock), b = opened(fs, clock);
  State state = recorder(a, "s");
  release(state);
  state = recorder(b, "s");
  CHECK(state->next_seq == 0);
  record_tokens(*state, 3);
  release(state);
  CHECK(b->wait_for(writer::Demand::write, 1000).ok());
  CHECK(recorder(a, "s")->next_seq == 3);
}

TEST_CASE("an arena out of reach: opening says so instead of recording past it", "[log][lanes]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core a = opened(fs, clock);
  const std::string path = a->stats().arena_path;
  REQUIRE(fs.rename(path, path + ".elsewhere").ok());  // as from another container
  const auto b = open_core(fs, clock, stepped_options());
  REQUIRE_FALSE(b.ok());
  CHECK(b.error().code == ErrorCode::busy);
  CHECK_THAT(b.error().message, Catch::Matchers::Contains("cannot be reached"));
  REQUIRE(fs.rename(path + ".elsewhere", path).ok());
  CHECK(open_core(fs, clock, stepped_options()).ok());
}
