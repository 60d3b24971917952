// Several processes on one store that come, go and are killed at random, against a model.
#include <array>
#include <map>
#include <random>

#include "reader/reader_core.hpp"
#include "support/catch.hpp"
#include "support/lanes.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

// Three processes that come, go and are killed, and a model of what each stream holds.
class Gateways {
 public:
  Gateways(std::uint64_t seed) : random_(seed), events_(seed) {
    for (Process& process : processes_) process.core = opened(fs_, clock_);
  }
  ~Gateways() {
    for (Process& process : processes_) drop(process);
  }

  void act() {
    clock_.advance(static_cast<std::int64_t>(random_() % 30'000));
    Process& process = processes_[random_() % processes_.size()];
    const std::string id = "s" + std::to_string(random_() % 5);
    switch (random_() % 16) {
      case 0:
        kill(process);
        break;
      case 1:
        restart(process);
        break;
      case 2:
        remove(process, id);
        break;
      case 3:
      case 4:
        REQUIRE(process.core->step().ok());
        break;
      case 5:
        REQUIRE(process.core->wait_for(writer::Demand::write, 1000).ok());
        break;
      case 6:
      case 7:
      case 8:
        close(process, id);
        break;
      default:
        record(process, id);
    }
  }

  void check() {
    const auto reader = detail::ReaderCore::open(fs_, "/store", {});
    REQUIRE(reader.ok());
    std::size_t streams = 0;
    for (const auto& [id, lines] : expected_) {
      INFO(id);
      std::vector<std::string> found;
      const auto cursor = (*reader)->cursor(id, "l0", {});
      while (cursor->next()) {
        found.push_back(describe(cursor->view().seq, to_event(cursor->view().event)));
      }
      CHECK(found == lines);
      streams += !lines.empty();
    }
    CHECK((*reader)->streams().size() == streams);
  }

 private:
  struct Process {
    Core core;
    std::map<std::string, State> open;
  };

  void record(Process& process, const std::string& id) {
    auto found = process.open.find(id);
    if (found == process.open.end()) {
      auto state = process.core->recorder(id, "l0");
      if (!state) {
        REQUIRE(state.error().code == ErrorCode::busy);
        return;
      }
      CHECK(holders(id) == 0);
      CHECK((*state)->next_seq == expected_[id].size());
      found = process.open.emplace(id, *std::move(state)).first;
    }
    for (std::uint64_t i = random_() % 4; i-- > 0;) {
      const Event event = events_.event();
      const std::uint64_t seq = found->second->next_seq;
      if (std::holds_alternative<Gap>(event.body)) continue;
      REQUIRE(record_event(*found->second, event) == Append::ok);
      expected_[id].push_back(describe(seq, event));
    }
  }

  std::size_t holders(const std::string& id) const {
    std::size_t count = 0;
    for (const Process& process : processes_) count += process.open.count(id);
    return count;
  }

  void close(Process& process, const std::string& id) {
    const auto found = process.open.find(id);
    if (found == process.open.end()) return;
    release(found->second);
    process.open.erase(found);
  }

  void remove(Process& process, const std::string& id) {
    const auto removed = process.core->delete_stream(id, "l0");
    if (holders(id) != 0) {
      CHECK_FALSE(removed.ok());
      return;
    }
    if (!removed) {
      CHECK(removed.error().code == ErrorCode::busy);  // not written yet
      return;
    }
    CHECK(*removed == !expected_[id].empty());
    expected_[id].clear();
  }

  void drop(Process& process) {
    for (auto& [id, state] : process.open) bury(std::move(state));
    process.open.clear();
    bury(std::move(process.core));
  }

  void kill(Process& process) {
    fs_.kill_holder(lock_of(process.core->lane()));
    drop(process);
    process.core = opened(fs_, clock_);
  }

  void restart(Process& process) {
    for (auto& [id, state] : process.open) release(state);
    process.open.clear();
    REQUIRE(process.core->close(1000).status.ok());
    process.core.reset();
    process.core = opened(fs_, clock_);
  }

  TestClock clock_;
  io::MemoryFileSystem fs_;
  std::mt19937_64 random_;
  RandomEvents events_;
  std::array<Process, 3> processes_;
  Expected expected_;
};

}  // namespace

TEST_CASE("processes that come, go and are killed: every stream is whole and in order",
          "[log][lanes]") {
  const std::uint64_t seed = 20261125;
  for (std::uint64_t round = 0; round < 40; ++round) {
    INFO("seed " << seed + round);
    Gateways gateways(seed + round);
    for (int i = 0; i < 150; ++i) {
      gateways.act();
      if (i % 10 == 0) gateways.check();
    }
    gateways.check();
  }
}
