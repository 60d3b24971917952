// Overload with the writer's thread and recording threads that truly run side by side: what each
// stream was answered is what the store tells, to the last event.
#include <array>
#include <atomic>
#include <thread>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/offered.hpp"
#include "support/overload_events.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

constexpr std::size_t kStreamsEach = 3;

// One thread's streams, what they were offered, and what was answered.
struct Part {
  std::array<std::unique_ptr<detail::RecorderState>, kStreamsEach> states;
  std::array<Offered, kStreamsEach> offered;
  std::uint64_t recorded = 0, dropped = 0, full = 0, other = 0;
};

void record_all(Part& part, std::uint64_t seed, const Sizes& sizes, int events) {
  Dice dice(seed);
  for (int i = 0; i < events; ++i) {
    const std::size_t which = dice.below(kStreamsEach);
    detail::RecorderState& state = *part.states.at(which);
    Event event;
    event.ts_ms = 1000.5;
    event.body = random_body(dice, sizes);
    const std::uint64_t seq = state.next_seq;
    const Append answer = record_event(state, event);
    if (answer == Append::full) ++part.full;
    if (answer == Append::full || answer == Append::too_large) continue;
    if (answer != Append::ok && answer != Append::dropped) ++part.other;
    if (answer == Append::dropped) ++part.dropped;
    if (answer == Append::ok && event.type() != EventType::gap) ++part.recorded;
    part.offered.at(which).add(seq, seqs_of(event), event, answer == Append::ok);
  }
}

LogOptions random_options(Dice& dice) {
  constexpr Overflow kPolicies[] = {Overflow::drop, Overflow::drop, Overflow::block,
                                    Overflow::fail};
  LogOptions options = stepped_options();
  options.writer_thread = true;
  options.arena_bytes = (8 + dice.below(9)) * arena::kChunkBytes;
  options.overflow = kPolicies[dice.below(4)];
  options.block_deadline_ms = static_cast<std::uint32_t>(dice.below(3));
  options.sync_interval_ms = static_cast<std::uint32_t>(dice.below(20));
  options.segment_bytes_max = 256 << 10;
  return options;
}

void release(detail::RecorderState& state) { state.lane->release_stream(state); }

void run(std::uint64_t seed) {
  Dice dice(seed);
  io::MemoryFileSystem fs;
  const Core core = opened(fs, base::system_clock(), random_options(dice));
  const Sizes sizes{1 + dice.below(4000), 1 + dice.below(9000), 6 + dice.below(10)};
  std::vector<Part> parts(1 + dice.below(4));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t k = 0; k < kStreamsEach; ++k) {
      auto state = core->recorder(std::to_string(i) + "." + std::to_string(k), "l0");
      REQUIRE(state.ok());
      parts[i].states.at(k) = std::move(*state);
    }
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    threads.emplace_back([&, i] { record_all(parts[i], seed * 8 + i, sizes, 300); });
  }
  if (dice.one_in(2)) {
    fs.set_capacity(0);
    std::this_thread::sleep_for(std::chrono::milliseconds(dice.below(4)));
    fs.set_capacity(UINT64_MAX);
  }
  for (std::thread& thread : threads) thread.join();

  std::map<std::string, Offered> offered;
  std::uint64_t recorded = 0, dropped = 0, full = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t k = 0; k < kStreamsEach; ++k) {
      if (k % 2 == 0) release(*parts[i].states.at(k));
      offered[std::to_string(i) + "." + std::to_string(k)] = parts[i].offered.at(k);
    }
    recorded += parts[i].recorded;
    dropped += parts[i].dropped;
    full += parts[i].full;
    CHECK(parts[i].other == 0);
  }
  const CloseReport report = core->close(10'000);
  CHECK(report.status.ok());
  CHECK(report.lost == 0);
  const LogStats stats = core->stats();
  CHECK(stats.drops == dropped);
  CHECK(stats.refusals == full);
  CHECK(stats.events_written == recorded);
  CHECK(difference(offered, read_back(fs, "/store")) == "");
}

}  // namespace

TEST_CASE("overload of a log with its thread: the accounts are exact",
          "[log][overflow][overload][threads]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    run(seed);
  }
}

TEST_CASE("1,000 overloads of a log with its thread: the accounts are exact",
          "[.long][log][overflow][overload][threads]") {
  for (std::uint64_t seed = 100; seed < 1100; ++seed) {
    INFO("seed " << seed);
    run(seed);
  }
}
