// A lane that is recorded in erases streams that it is asked to, stepped by the test: nothing is
// left of them in files or in the arena, and nothing else is lost, whatever ends it.
#include <functional>
#include <map>
#include <optional>

#include "catalog/catalog.hpp"
#include "catalog/erasure_request.hpp"
#include "catalog/tombstone.hpp"
#include "reader/stream_parts.hpp"
#include "store/erase_stream.hpp"
#include "support/frames.hpp"
#include "support/lanes.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"
#include "support/secrets.hpp"

namespace reel {
namespace {

constexpr const char* kSecret = "XyZZy-secret";
constexpr const char* kNameSpace = "l0";

LogOptions small_segments() {
  LogOptions options = test::stepped_options();
  options.segment_bytes_max = 6000;
  options.batch_bytes = 1024;
  options.sync_interval_ms = 20;
  options.disk_reserve_bytes = 0;
  options.upkeep.segment_bytes_max = 20'000;
  return options;
}

// Has the secret in its text, its parts and its JSON.
Event secret_event(int i) {
  if (i % 5 == 1) {
    ErrorEvent error;
    error.error = std::string(R"({"message":")") + kSecret + "\"}";
    return {1000.0 + i, error, {}, {}};
  }
  const std::string big = i % 7 == 3 ? std::string(150'000, 'y') : "";
  return test::token_at(1000.0 + i, big + kSecret + std::to_string(i), i);
}

class Process {
 public:
  Process(io::MemoryFileSystem& fs, std::uint64_t seed) : fs_(fs), random_(seed) {
    core_ = test::opened(fs, clock_, small_segments());
  }
  void leave() {
    test::bury(std::exchange(states_, {}));
    test::bury(std::exchange(core_, {}));
  }
  test::Core& core() { return core_; }
  test::Expected& expected() { return expected_; }
  // Of streams that stay open, whose frames lie between those of the one that goes.
  bool record(int events) {
    for (int i = 0; i < events; ++i) {
      const std::string id = "kept-" + std::to_string(random_.below(4));
      if (!put(id, random_.event())) return false;
      expected_[id].push_back(last_);
    }
    return true;
  }
  bool record_secret(const std::string& id, int events) {
    for (int i = 0; i < events; ++i) {
      if (!put(id, secret_event(i)) || !record(1)) return false;
    }
    return true;
  }
  void close(const std::string& id) {
    if (states_[id] != nullptr) test::release(states_[id]);
    states_.erase(id);
  }
  // Later each time: what has failed is not tried again at once.
  Status look() {
    constexpr std::int64_t kLaterUs = 15'000'000;
    clock_.advance(kLaterUs);
    return core_->look_after(false, [this](std::int64_t us) {
      clock_.advance(us + 1000);
      return core_->step().ok();
    });
  }
  Status step() {
    clock_.advance(300'000);
    return core_->step();
  }
  Result<ErasureReceipt> erase(const std::string& id, const std::function<void()>& pause,
                               std::uint32_t wait_ms = 20'000) {
    EraseOptions options;
    options.wait_ms = wait_ms;
    return store::Erasure(fs_, clock_, "/store", id, kNameSpace, options, pause).run();
  }

 private:
  bool put(const std::string& id, Event event) {
    clock_.advance(700);
    State& state = states_[id];
    if (state == nullptr) {
      auto made = core_->recorder(id, kNameSpace);
      if (!made) return false;
      state = *std::move(made);
    }
    last_ = test::describe(state->next_seq, event);
    if (test::record_event(*state, event) != Append::ok) return false;
    return random_.below(5) != 0 || core_->step().ok();
  }

  using State = test::State;
  io::MemoryFileSystem& fs_;
  test::TestClock clock_;
  test::RandomEvents random_;
  test::Core core_;
  std::map<std::string, State> states_;
  test::Expected expected_;
  std::string last_;
};

// Its name lies in a chunk of its own.
std::string long_id() { return std::string(300, 'n') + kSecret; }

}  // namespace

TEST_CASE("nothing of an erased stream is left in a lane that is recorded in", "[log][erase]") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    INFO("seed " << seed);
    io::MemoryFileSystem fs;
    Process process(fs, seed);
    const std::string id = seed % 2 == 0 ? long_id() : std::string("gone-") + kSecret;
    REQUIRE(process.record(40));
    REQUIRE(process.record_secret(id, 20));
    process.close(id);
    REQUIRE(process.core()->wait_for(writer::Demand::write, 1000).ok());
    REQUIRE(process.record(40));
    REQUIRE(process.record_secret(id, 7));  // lies in the arena alone
    process.close(id);
    CHECK(test::findings(fs, "/store", kSecret) > 1);
    const auto receipt = process.erase(id, [&] { (void)process.look(); });
    INFO(receipt.status().to_string());
    REQUIRE(receipt.ok());
    CHECK(test::findings(fs, "/store", kSecret) == 0);
    CHECK(receipt->events == 27);
    CHECK(receipt->live_lanes == 1);
    CHECK_FALSE(fs.info("/store/erase").ok());
    REQUIRE(process.record(60));
    test::check_same(process.expected(), fs);
    CHECK(test::findings(fs, "/store", kSecret) == 0);
    CHECK(process.erase(id, [] {}).error().code == ErrorCode::not_found);
    const auto after = fs.kill_process();
    process.leave();
    test::check_same(process.expected(), *after);
  }
}

TEST_CASE("a stream that is held is not erased, nor one that has no tombstone", "[log][erase]") {
  io::MemoryFileSystem fs;
  Process process(fs, 1);
  REQUIRE(process.record_secret("gone", 5));
  CHECK(process.erase("gone", [] {}).error().code == ErrorCode::busy);
  REQUIRE(process.core()->wait_for(writer::Demand::write, 1000).ok());
  const auto view = reader::look(fs, "/store", {}, nullptr, false);
  const auto stream = reader::find_stream(**view, kNameSpace, "gone");
  REQUIRE(catalog::ask_for_erasure(fs, "/store", {0, stream->incarnation}, 1).ok());
  REQUIRE(process.look().ok());
  CHECK(catalog::erasures_asked(fs, "/store", 0).value().empty());
  CHECK_FALSE(catalog::erasure_answer(fs, "/store", {0, stream->incarnation}).value());
  REQUIRE(process.record_secret("gone", 1));
  process.close("gone");
  REQUIRE(process.core()->wait_for(writer::Demand::write, 1000).ok());
  CHECK(test::read_back(fs, "/store")["gone"].events.size() == 6);
}

TEST_CASE(
    "of a process that goes meanwhile the lane is compacted, one that does not answer is named",
    "[log][erase]") {
  io::MemoryFileSystem fs;
  Process process(fs, 2);
  REQUIRE(process.record_secret("gone", 5));
  process.close("gone");
  const auto silent = [&] {
    EraseOptions options;
    options.wait_ms = 0;
    test::TestClock clock;
    return store::Erasure(fs, clock, "/store", "gone", kNameSpace, options, [] {}).run();
  }();
  REQUIRE_FALSE(silent.ok());
  CHECK(silent.error().code == ErrorCode::busy);
  CHECK(silent.error().file == "/store/lanes/0000");
  bool gone = false;
  const auto receipt = process.erase("gone", [&] {
    if (std::exchange(gone, true)) return;
    for (const auto& [id, lines] : process.expected()) process.close(id);
    REQUIRE(process.core()->close(1000).status.ok());
  });
  INFO(receipt.status().to_string());
  REQUIRE(receipt.ok());
  CHECK(receipt->live_lanes == 0);
  CHECK(test::findings(fs, "/store", kSecret) == 0);
  CHECK_FALSE(fs.info("/store/erase").ok());
  test::check_same(process.expected(), fs);
}

TEST_CASE("what a segment holds behind what counts of it is erased, too", "[log][erase]") {
  io::MemoryFileSystem fs;
  Process process(fs, 5);
  REQUIRE(process.record(30));
  REQUIRE(process.core()->wait_for(writer::Demand::sync, 1000).ok());
  REQUIRE(process.record_secret("gone", 1));
  process.close("gone");
  fs.fail({io::Operation::append, 0, false, ENOSPC, 5000});  // the segment is given up
  while (!process.core()->wait_for(writer::Demand::sync, 1000).ok()) continue;
  const auto catalog = catalog::load_catalog(fs, "/store/lanes/0000");
  REQUIRE_FALSE(catalog->segments.empty());
  REQUIRE_FALSE(catalog->segments.front().sealed);
  REQUIRE(process.erase("gone", [&] { (void)process.look(); }).ok());
  CHECK(test::findings(fs, "/store", kSecret) == 0);
  test::check_same(process.expected(), fs);
}

TEST_CASE("who steps the log erases in its steps", "[log][erase]") {
  io::MemoryFileSystem fs;
  Process process(fs, 6);
  REQUIRE(process.record_secret("gone", 12));
  process.close("gone");
  const auto receipt = process.erase("gone", [&] { (void)process.step(); });
  INFO(receipt.status().to_string());
  REQUIRE(receipt.ok());
  CHECK(test::findings(fs, "/store", kSecret) == 0);
  test::check_same(process.expected(), fs);
}

TEST_CASE("two who erase a stream at once both hear of it", "[log][erase]") {
  constexpr int kTurnsEnough = 6;
  for (int turns = 0; turns < 12; ++turns) {
    INFO(turns << " turns of the second");
    io::MemoryFileSystem fs;
    Process process(fs, 7);
    REQUIRE(process.record_secret("gone", 12));
    process.close("gone");
    int left = turns;
    std::optional<bool> second;
    const auto first = process.erase("gone", [&] {
      if (!second) {
        second = false;
        second = process
                     .erase(
                         "gone",
                         [&] {
                           if (left-- > 0) (void)process.look();
                         },
                         turns < kTurnsEnough ? 300 : 20'000)
                     .ok();
      }
      (void)process.look();
    });
    INFO(first.status().to_string());
    CHECK(first.ok());
    if (turns >= kTurnsEnough) CHECK(second == true);
    CHECK(test::findings(fs, "/store", kSecret) == 0);
    CHECK_FALSE(fs.info("/store/erase").ok());
  }
}

TEST_CASE("where there is no room to erase, no segment is ended for it again and again",
          "[log][erase]") {
  io::MemoryFileSystem fs(std::uint64_t{32} << 20);
  Process process(fs, 8);
  REQUIRE(process.record(20));
  REQUIRE(process.record_secret("gone", 30));
  process.close("gone");
  REQUIRE(process.record(60));
  REQUIRE(process.core()->wait_for(writer::Demand::sync, 1000).ok());
  const auto listed = [&] {
    return catalog::load_catalog(fs, "/store/lanes/0000")->segments.size();
  };
  const std::size_t before = listed();
  REQUIRE(before > 0);
  constexpr std::uint64_t kForControlFiles = 2000;
  fs.set_capacity((std::uint64_t{32} << 20) - fs.space("/store")->free_bytes + kForControlFiles);
  int looks = 0;
  const auto receipt = process.erase("gone", [&] {
    (void)process.look();
    if (++looks < 20) return;
    CHECK(listed() <= before);
    fs.set_capacity(std::uint64_t{32} << 20);
  });
  INFO(receipt.status().to_string());
  REQUIRE(receipt.ok());
  CHECK(looks >= 20);
  CHECK(test::findings(fs, "/store", kSecret) == 0);
}

TEST_CASE("killed at any call of the file system, an erasure is finished by the next",
          "[log][erase]") {
  std::uint64_t calls = 0;
  const auto run = [&](io::MemoryFileSystem& fs, std::optional<std::uint64_t> nth,
                       Process& process) {
    REQUIRE(process.record(30));
    REQUIRE(process.record_secret("gone", 12));
    process.close("gone");
    REQUIRE(process.record(30));
    const std::uint64_t before = fs.operations();
    if (nth) fs.fail({{}, *nth, true, EIO, 3});
    int pauses = 0;
    (void)process.erase("gone", [&] {
      if (!process.look() && ++pauses > 3) fs.clear_faults();
    });
    calls = fs.operations() - before;
  };
  {
    io::MemoryFileSystem fs;
    Process process(fs, 3);
    run(fs, std::nullopt, process);
    CHECK(test::findings(fs, "/store", kSecret) == 0);
    process.leave();
  }
  const std::uint64_t all = calls;
  CHECK(all > 60);
  for (std::uint64_t n = 0; n < all; ++n) {
    INFO("call " << n << " of " << all);
    io::MemoryFileSystem fs;
    Process process(fs, 3);
    run(fs, n, process);
    fs.clear_faults();
    const auto after = fs.kill_process();
    process.leave();
    Process next(*after, 4);
    next.expected() = process.expected();
    const auto receipt = next.erase("gone", [&] { (void)next.look(); });
    INFO(receipt.status().to_string());
    CHECK((receipt.ok() || receipt.error().code == ErrorCode::not_found));
    CHECK(test::findings(*after, "/store", kSecret) == 0);
    test::check_same(process.expected(), *after);
    next.leave();
  }
}

}  // namespace reel
