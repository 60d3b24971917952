// The hand-over of chunks, explored: recording threads that go one store at a time, the writer's
// own code, and a chooser of who goes next, at every store of theirs and every call of its to the
// disk or the clock. At each of these moments a reader must find every event whose record_* has
// returned: whole, once, in order.
#include <cstdlib>

#include "support/catch.hpp"
#include "support/choices.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"
#include "support/scripted_recorder.hpp"
#include "support/seam_fs.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

using Scripts = std::vector<std::vector<ScriptedRecorder::Op>>;

struct Plan {
  Scripts scripts;
  std::size_t streams = 1;
  int writer_steps = 3;       // besides those at the end
  int interruptions_max = 3;  // of a writer's step
  std::size_t chunks = 8;     // that are free at the start, of the eight there are
  Mistake mistake = Mistake::none;
};

class Schedule {
 public:
  Schedule(const Plan& plan, Choices& choices) : plan_(plan), choices_(choices), seams_(fs_) {
    LogOptions options = stepped_options();
    options.arena_bytes = 8 * arena::kChunkBytes;
    options.open_streams_max = 4;
    core_ = opened(seams_, clock_, options);
    for (std::size_t i = 0; i < plan.streams; ++i) {
      auto state = core_->recorder("s" + std::to_string(i), "l0");
      REQUIRE(state.ok());
      states_.push_back(std::move(*state));
      streams_.push_back({states_.back().get(), false, {}, {}});
    }
    record::Lane& lane = *states_[0]->lane;
    std::vector<std::uint32_t> unused(8 - plan.chunks);
    REQUIRE(lane.chunks().take_many(unused));
    for (const auto& script : plan.scripts) {
      recorders_.push_back(
          std::make_unique<ScriptedRecorder>(lane, streams_, script, plan.mistake));
    }
    clock_.seam = seams_.seam = [this] { seam(); };
  }

  // "" when no moment showed anything wrong.
  std::string go() {
    int writer_steps = plan_.writer_steps;
    while (wrong_.empty()) {
      const auto enabled = who_can();
      if (enabled.empty() && writer_steps == 0) break;
      const std::uint32_t writer = writer_steps > 0 ? 2 : 0;
      const std::uint32_t chosen =
          choices_.choose(static_cast<std::uint32_t>(enabled.size()) + writer);
      if (chosen < enabled.size()) {
        enabled[chosen]->step();
        look();
      } else {
        --writer_steps;
        write(chosen - enabled.size() == 0);
      }
    }
    if (wrong_.empty()) end();
    return wrong_;
  }

 private:
  void fail(const char* what) {
    if (wrong_.empty()) wrong_ = what;
  }

  // One that only drains the queue, or one that sweeps and writes.
  void write(bool all) {
    interruptions_ = plan_.interruptions_max;
    inside_ = true;
    (void)(all ? core_->wait_for(writer::Demand::write, 0) : core_->step());
    inside_ = false;
    look();
  }

  void seam() {
    if (!inside_ || !wrong_.empty()) return;
    inside_ = false;
    look();
    while (interruptions_ > 0) {
      const auto enabled = who_can();
      const std::uint32_t chosen = choices_.choose(static_cast<std::uint32_t>(enabled.size()) + 1);
      if (chosen == 0) break;
      --interruptions_;
      enabled[chosen - 1]->step();
      look();
    }
    inside_ = true;
  }

  std::vector<ScriptedRecorder*> who_can() {
    std::vector<ScriptedRecorder*> list;
    for (const auto& recorder : recorders_) {
      if (recorder->enabled()) list.push_back(recorder.get());
    }
    return list;
  }

  void look() {
    const Stored stored = read_back(fs_, "/store");
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      const auto found = stored.find("s" + std::to_string(i));
      compare(streams_[i], found == stored.end() ? StoredStream() : found->second);
    }
  }
  void compare(const ScriptedStream& stream, const StoredStream& found) {
    if (found.events.size() < stream.recorded.size()) fail("an event is not there");
    if (found.events.size() > stream.begun.size()) fail("an event is there that never began");
    std::uint64_t seq = 0;
    for (const auto& [at, event] : found.events) {
      const auto* token = std::get_if<Token>(&event.body);
      if (at != seq) fail("out of order");
      if (seq >= stream.begun.size()) return;
      if (token == nullptr || !token->value.starts_with(stream.begun[seq])) fail("not its text");
      ++seq;
    }
  }

  void end() {
    // Whoever waits for a chunk gets one now.
    for (int round = 0; round < 100 && !all_finished() && wrong_.empty(); ++round) {
      write(true);
      for (const auto& recorder : recorders_) {
        if (recorder->enabled()) recorder->step();
      }
    }
    if (!all_finished()) return fail("some thread cannot go on");
    for (const auto& recorder : recorders_) recorder->retire();
    clock_.seam = seams_.seam = nullptr;
    if (!core_->wait_for(writer::Demand::write, 100).ok()) return fail("not all is written");
    const std::uint32_t lent = 8 - static_cast<std::uint32_t>(plan_.chunks);
    if (core_->stats().chunks_free + lent != 8) return fail("chunks are missing");
    look();
    if (!core_->close(100).status.ok()) return fail("it does not close");
    look();
  }
  bool all_finished() const {
    for (const auto& recorder : recorders_) {
      if (!recorder->finished()) return false;
    }
    return true;
  }

  const Plan& plan_;
  Choices& choices_;
  SeamClock clock_;
  io::MemoryFileSystem fs_;
  SeamFs seams_;
  Core core_;
  std::vector<std::unique_ptr<detail::RecorderState>> states_;
  std::vector<ScriptedStream> streams_;
  std::vector<std::unique_ptr<ScriptedRecorder>> recorders_;
  bool inside_ = false;  // the writer's step
  int interruptions_ = 0;
  std::string wrong_;
};

// Schedules until one goes wrong; how many there were.
struct Explored {
  std::uint64_t schedules = 0;
  bool all = false;  // there are no more
  std::string wrong, choices;
};

Explored explore(const Plan& plan, std::uint64_t schedules_max) {
  Explored result;
  Choices choices;
  do {
    result.wrong = Schedule(plan, choices).go();
    result.choices = choices.text();
    ++result.schedules;
    if (!result.wrong.empty()) return result;
    result.all = !choices.next();
  } while (!result.all && result.schedules < schedules_max);
  return result;
}

Explored explore_at_random(const Plan& plan, std::uint64_t seed, std::uint64_t schedules) {
  Explored result;
  for (; result.schedules < schedules && result.wrong.empty(); ++result.schedules) {
    Choices choices(seed + result.schedules);
    result.wrong = Schedule(plan, choices).go();
    result.choices = choices.text();
  }
  return result;
}

// Two big ones do not fit one chunk.
constexpr std::size_t kSmall = 20, kBig = arena::kChunkBytes * 5 / 8;

// Two threads hop one stream between them; each fills a chunk and takes another.
Plan hopping(Mistake mistake = Mistake::none) {
  Plan plan;
  plan.scripts = {{{0, kBig}, {0, kBig}, {0, kSmall}}, {{0, kBig}, {0, kBig}}};
  plan.mistake = mistake;
  return plan;
}
// Three threads, two streams, and no more chunks than threads.
Plan crowded(Mistake mistake = Mistake::none) {
  Plan plan;
  plan.streams = 2;
  plan.chunks = 3;
  plan.writer_steps = 6;
  plan.interruptions_max = 6;
  plan.scripts = {{{0, kBig}, {1, kBig}, {0, kBig}, {1, kSmall}},
                  {{0, kSmall}, {0, kBig}, {1, kBig}, {0, kBig}},
                  {{1, kBig}, {1, kBig}, {0, kSmall}, {1, kBig}}};
  plan.mistake = mistake;
  return plan;
}

void check(const Explored& result) {
  INFO("schedule " << result.schedules << ": " << result.choices);
  CHECK(result.wrong == "");
}

}  // namespace

TEST_CASE("the hand-over of chunks, explored depth first", "[model]") {
  Plan plan;
  plan.scripts = {{{0, kBig}}, {{0, kSmall}}};
  plan.writer_steps = 1;
  plan.interruptions_max = 1;
  check(explore(plan, 3000));
}

TEST_CASE("the hand-over of chunks, random schedules", "[model]") {
  check(explore_at_random(hopping(), 1, 30));
  check(explore_at_random(crowded(), 1, 30));
}

TEST_CASE("the hand-over of chunks, all schedules of small scripts and many random ones",
          "[.long][model]") {
  Plan plan;
  plan.scripts = {{{0, kBig}}, {{0, kSmall}}};
  plan.writer_steps = 2;
  plan.interruptions_max = 2;
  check(explore(plan, 50'000));
  check(explore_at_random(hopping(), 10'000, 5000));
  check(explore_at_random(crowded(), 50'000, 5000));
}

TEST_CASE("a hand-over done wrong is found out", "[model]") {
  for (const Mistake mistake :
       {Mistake::commit_after_handover, Mistake::commit_before_writing, Mistake::hop_before_commit,
        Mistake::handover_twice, Mistake::release_too_early}) {
    INFO("mistake " << static_cast<int>(mistake));
    const bool found = !explore_at_random(hopping(mistake), 1, 150).wrong.empty() ||
                       !explore_at_random(crowded(mistake), 1, 400).wrong.empty();
    CHECK(found);
  }
}
