// Random overload: threads, streams, sizes, policies, refusing disks, crashes and closings from a
// seed. Afterwards the accounts must be exact: recorded = stored + gaps, in each stream and in all,
// and nothing important went while TOKENs were still let in.
#include <array>
#include <cstdlib>

#include "record/rank.hpp"
#include "support/catch.hpp"
#include "support/crew.hpp"
#include "support/log_fixture.hpp"
#include "support/offered.hpp"
#include "support/overload_events.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

using record::Rank;

// What the answers of one Log were; compared with its own accounts.
struct Account {
  std::uint64_t recorded = 0;  // GAPs not counted
  std::uint64_t full = 0;
  std::array<std::uint64_t, 16> dropped{};
};

constexpr std::size_t kCrew = 4;

class Run {
 public:
  Run(std::uint64_t seed, Crew& crew) : dice_(seed), crew_(crew) {
    options_ = stepped_options();
    options_.arena_bytes = (8 + dice_.below(9)) * arena::kChunkBytes;
    constexpr Overflow kPolicies[] = {Overflow::drop, Overflow::drop, Overflow::block,
                                      Overflow::fail};
    options_.overflow = kPolicies[dice_.below(4)];
    options_.block_deadline_ms = dice_.one_in(40) ? 1 : 0;
    options_.batch_bytes = dice_.one_in(2) ? 4096 : 256 << 10;
    options_.segment_bytes_max = 64 << 10;
    options_.sync_interval_ms = static_cast<std::uint32_t>(dice_.below(20));
    streams_max_ = 1 + dice_.below(6);
    threads_ = 1 + dice_.below(kCrew);
    sizes_ = {1 + dice_.below(dice_.one_in(3) ? 12000 : 1500), 1 + dice_.below(9000),
              6 + dice_.below(10)};
    fs_ = std::make_unique<io::MemoryFileSystem>();
    open_log();
  }

  // "" when all is right.
  std::string go() {
    for (std::uint64_t turns = 10 + dice_.below(40); turns > 0 && wrong_.empty(); --turns) turn();
    if (wrong_.empty()) end();
    return wrong_;
  }

 private:
  void open_log() {
    auto core = open_core(*fs_, clock_, options_);
    if (!core) return fail("the log does not open: " + core.status().to_string());
    core_ = *core;
    account_ = {};
    kept_.fill(false);
  }

  void fail(std::string what) {
    if (wrong_.empty()) wrong_ = std::move(what);
  }

  void turn() {
    const std::uint64_t what = dice_.below(100);
    if (what < 60) return burst();
    if (what < 75) {
      clock_.advance(static_cast<std::int64_t>(dice_.below(8000)));
      (void)core_->step();
    } else if (what < 83) {
      (void)core_->wait_for(dice_.one_in(2) ? writer::Demand::write : writer::Demand::sync, 0);
    } else if (what < 88) {
      refuse_or_not();
    } else if (what < 93) {
      close_stream();
    } else if (what < 96) {
      const std::size_t who = dice_.below(threads_);
      crew_.replace(who);
      kept_.at(who) = false;
    } else if (what < 98) {
      crash();
    }
  }

  void refuse_or_not() {
    if (refuses_) return accept();
    refuses_ = true;
    constexpr io::Operation kKinds[] = {io::Operation::append, io::Operation::sync,
                                        io::Operation::create, io::Operation::rename,
                                        io::Operation::sync_directory};
    if (dice_.one_in(2)) return fs_->set_capacity(dice_.below(4) << 12);
    fs_->fail({kKinds[dice_.below(5)], dice_.below(3), dice_.one_in(2),
               dice_.one_in(2) ? EIO : ENOSPC, dice_.below(9)});
  }
  void accept() {
    refuses_ = false;
    fs_->set_capacity(UINT64_MAX);
    fs_->clear_faults();
  }

  // nullptr: not to be had now.
  detail::RecorderState* stream(const std::string& id) {
    auto& open = open_[id];
    if (open == nullptr) {
      auto state = core_->recorder(id, "l0");
      if (!state) {
        if (state.error().code != ErrorCode::busy && !refuses_) fail(state.status().to_string());
        return nullptr;
      }
      open = std::move(*state);
      if (open->next_seq != offered_[id].next()) {
        fail(id + " goes on at " + std::to_string(open->next_seq) + ", not " +
             std::to_string(offered_[id].next()));
      }
    }
    return open.get();
  }

  void burst() {
    const std::size_t who = dice_.below(threads_);
    for (std::uint64_t events = 1 + dice_.below(30); events > 0 && wrong_.empty(); --events) {
      const std::string id = "s" + std::to_string(dice_.below(streams_max_));
      detail::RecorderState* const state = stream(id);
      if (state == nullptr) continue;
      record(who, id, *state);
    }
  }

  void record(std::size_t who, const std::string& id, detail::RecorderState& state) {
    Event event;
    event.ts_ms = 1000.5 + static_cast<double>(dice_.below(1000));
    event.body = random_body(dice_, sizes_);
    const std::uint64_t seq = state.next_seq;
    const std::uint32_t free = free_chunks();
    Append answer = Append::invalid;
    crew_.on(who, [&] { answer = record_event(state, event); });
    const auto type = static_cast<std::size_t>(event.type());
    switch (answer) {
      case Append::ok:
        if (event.type() != EventType::gap) ++account_.recorded;
        break;
      case Append::dropped:
        ++account_.dropped.at(type);
        if (options_.overflow != Overflow::drop) fail("dropped under another policy");
        break;
      case Append::full:
        ++account_.full;
        if (options_.overflow == Overflow::drop) fail("full under `drop`");
        if (state.next_seq != seq) fail("full consumed a seq");
        return;
      case Append::too_large:
        if (state.next_seq != seq) fail("too_large consumed a seq");
        return;
      default:
        return fail(append_name(answer));
    }
    if (state.next_seq != seq + seqs_of(event)) fail("the seq went wrong");
    offered_[id].add(seq, seqs_of(event), event, answer == Append::ok);
    if (options_.overflow == Overflow::drop) check_rank(who, event, answer, free);
  }

  std::uint32_t free_chunks() const { return core_->stats().chunks_free; }

  // The reserve is for those above; what it gave stays theirs; the last four go when it is empty.
  void check_rank(std::size_t who, const Event& event, Append answer, std::uint32_t before) {
    const Rank rank = record::rank_of(event.type());
    const std::uint32_t reserve = record::reserve_chunks(core_->stats().chunks_total);
    const std::uint32_t after = free_chunks();
    const std::uint32_t keep = record::chunks_kept_from(rank, reserve);
    const auto chunks = static_cast<std::uint32_t>(frame_bytes_of(event) / arena::kChunkBytes + 1);
    if (after > before) return fail("chunks came from nowhere");
    if (answer == Append::ok) {
      if (after < before && after < keep) fail("an event took from what is kept from it");
      if (rank == Rank::token && kept_.at(who) && before <= reserve) {
        fail("a TOKEN ate of a chunk that the reserve gave");
      }
      if (after < before) kept_.at(who) = chunks == 1 && after < reserve;
      if (rank == Rank::token) kept_.at(who) = false;
      if (chunks > 1) kept_.at(who) = false;
    } else if (before > keep + chunks + 1) {
      fail("dropped although there was room");
    } else if (rank == Rank::last && before >= chunks) {
      fail("one of the last was dropped before the reserve was used up");
    }
    if (after < before && answer != Append::ok)
      kept_.at(who) = true;  // a GAP before a run took one
  }

  void close_stream() {
    auto chosen = open_.find("s" + std::to_string(dice_.below(streams_max_)));
    if (chosen == open_.end() || chosen->second == nullptr) return;
    const std::size_t who = dice_.below(threads_);
    crew_.on(who, [&] { chosen->second->lane->release_stream(*chosen->second); });
    chosen->second.reset();
  }

  void crash() {
    auto after = fs_->kill_process();
    give_up_log();
    fs_ = std::move(after);
    accept();
    open_log();
  }

  void give_up_log() {
    open_.clear();  // as a killed process: nothing is released
    (void)core_->close(0);
    core_.reset();
  }

  void end() {
    const bool kind = dice_.below(4) != 0;
    if (kind) accept();
    if (kind && dice_.one_in(3)) fs_->fail({std::nullopt, dice_.below(8), false, EIO, 3});
    if (dice_.one_in(2)) {
      for (auto& [id, state] : open_) {
        if (state != nullptr) state->lane->release_stream(*state);
      }
    }
    const CloseReport report = core_->close(kind ? 1000 : 0);
    fs_->clear_faults();
    check_account(report);
    open_.clear();
    core_.reset();
    accept();
    std::string left = difference(offered_, read_back(*fs_, "/store"));
    if (report.status.ok() && !left.empty()) fail("closed, " + left);
    open_log();  // finishes what a refusing disk has left in the arena
    if (!wrong_.empty()) return;
    if (const CloseReport last = core_->close(1000); !last.status.ok() || last.lost != 0) {
      fail("the second close: " + last.status.to_string());
    }
    left = difference(offered_, read_back(*fs_, "/store"));
    if (!left.empty()) fail("opened again, " + left);
  }

  void check_account(const CloseReport& report) {
    const LogStats stats = core_->stats();
    if (stats.drops_by_type != account_.dropped) fail("drops_by_type is wrong");
    std::uint64_t drops = 0;
    for (const std::uint64_t count : account_.dropped) drops += count;
    if (stats.drops != drops) fail("drops is wrong");
    if (stats.refusals != account_.full) fail("refusals is wrong");
    if (stats.events_written + report.lost != account_.recorded) fail("written + lost is wrong");
    if (report.status.ok() && report.lost != 0) fail("lost after a good close");
    if (core_->watermarks().recorded != account_.recorded) fail("recorded is wrong");
  }

  Dice dice_;
  Crew& crew_;
  LogOptions options_;
  std::uint64_t streams_max_ = 0, threads_ = 0;
  Sizes sizes_{};
  TestClock clock_;
  std::unique_ptr<io::MemoryFileSystem> fs_;
  Core core_;
  std::map<std::string, std::unique_ptr<detail::RecorderState>> open_;
  std::map<std::string, Offered> offered_;
  Account account_;
  std::array<bool, kCrew> kept_{};  // the thread's open chunk came from the reserve
  bool refuses_ = false;
  std::string wrong_;
};

void runs(std::uint64_t first, std::uint64_t count) {
  // REEL_SEED=n runs that one alone.
  if (const char* given = std::getenv("REEL_SEED"); given != nullptr) {
    first = std::strtoull(given, nullptr, 10);
    count = 1;
  }
  Crew crew(kCrew);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("REEL_SEED=" << seed);
    const std::string wrong = Run(seed, crew).go();
    CHECK(wrong == "");
  }
}

}  // namespace

TEST_CASE("random overload: the accounts are exact", "[log][overflow][overload]") { runs(1, 150); }

TEST_CASE("10,000 runs of random overload: the accounts are exact",
          "[.long][log][overflow][overload]") {
  runs(1000, 10'000);
}
