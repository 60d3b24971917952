// How far events have come, per stream and for the log, and who is told.
#include <chrono>
#include <future>
#include <thread>

#include "reel/log.hpp"
#include "support/log_fixture.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

LogOptions small() {
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.open_streams_max = 256;
  options.sync_interval_ms = 60'000;  // nothing is synced unless somebody asks
  return options;
}

Event token() {
  Event event;
  event.ts_ms = 1;
  event.body = Token{"x", 0};
  return event;
}

}  // namespace

TEST_CASE("each stream's watermarks move on by themselves", "[log]") {
  const test::TempDir dir;
  auto log = Log::open(dir.path() + "/store", small());
  REQUIRE(log.ok());
  auto a = log->recorder("a"), b = log->recorder("b");
  REQUIRE((a.ok() && b.ok()));
  for (int i = 0; i < 3; ++i) REQUIRE(a->record_token("x", i) == Append::ok);
  CHECK(a->watermarks().recorded == 3);
  CHECK(b->watermarks().recorded == 0);
  REQUIRE(log->flush().ok());
  CHECK(a->watermarks().written == 3);
  CHECK(a->watermarks().durable == 0);
  REQUIRE(b->record_token("y", 0) == Append::ok);
  REQUIRE(log->wait_durable(*a, 2).ok());
  CHECK(a->watermarks().durable == 3);
  CHECK(b->watermarks().durable == 1);  // one fdatasync serves all
  const std::uint64_t syncs = log->stats().syncs;
  REQUIRE(log->wait_durable(*a, 0).ok());
  CHECK(log->stats().syncs == syncs);  // durable already: nothing is done
  CHECK(log->wait_durable(*a, 3).error().code == ErrorCode::invalid_argument);
  a->close();
  CHECK(log->wait_durable(*a, 0).error().code == ErrorCode::invalid_argument);
  CHECK(a->watermarks().recorded == 0);
}

TEST_CASE("a reopened stream knows what of it is written and durable", "[log]") {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  {
    auto core = test::opened(fs, clock);
    auto state = core->recorder("s", kDefaultNamespace);
    REQUIRE(state.ok());
    REQUIRE(test::record_event(**state, token()) == Append::ok);
    (*state)->lane->release_stream(**state);
    REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
    auto reopened = core->recorder("s", kDefaultNamespace);
    REQUIRE(reopened.ok());
    CHECK((*reopened)->slot->written_seq == 1);
    CHECK((*reopened)->slot->durable_seq == 0);
    (*reopened)->lane->release_stream(**reopened);
    REQUIRE(core->close(1000).status.ok());
  }
  auto core = test::opened(fs, clock);
  auto state = core->recorder("s", kDefaultNamespace);
  REQUIRE(state.ok());
  CHECK((*state)->slot->durable_seq == 1);
}

TEST_CASE("a failed fdatasync makes nothing durable, for no stream", "[log]") {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  auto core = test::opened(fs, clock);
  auto state = core->recorder("s", kDefaultNamespace);
  REQUIRE(state.ok());
  REQUIRE(test::record_event(**state, token()) == Append::ok);
  REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
  fs.fail({.kind = io::Operation::sync, .for_ever = true});
  CHECK_FALSE(core->wait_for(writer::Demand::sync, 1000).ok());
  CHECK((*state)->slot->durable_seq == 0);
  CHECK(core->watermarks().durable == 0);
  fs.clear_faults();
  clock.advance(1'000'000);
  REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
  CHECK((*state)->slot->durable_seq == 1);
}

TEST_CASE("a callback comes once, when what was recorded before it is durable", "[log][threads]") {
  const test::TempDir dir;
  auto log = Log::open(dir.path() + "/store", small());
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  std::promise<std::pair<bool, std::uint64_t>> told;
  std::atomic<int> calls{0};
  REQUIRE(recorder->record_token("x", 0) == Append::ok);
  REQUIRE(log->when_durable([&](const Status& status) {
               if (++calls == 1) told.set_value({status.ok(), recorder->watermarks().durable});
               throw std::runtime_error("the host's own affair");
             })
              .ok());
  auto future = told.get_future();
  REQUIRE(future.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(future.get() == std::pair{true, std::uint64_t{1}});
  REQUIRE(log->sync().ok());
  CHECK(calls == 1);
}

TEST_CASE("callbacks that nobody served are called when the log closes", "[log]") {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  auto core = test::opened(fs, clock);
  std::vector<ErrorCode> told;
  const auto note = [&](const Status& status) { told.push_back(status.error().code); };
  SECTION("ok where closing made everything durable") {
    REQUIRE(core->when_durable(note).ok());
    REQUIRE(core->close(1000).status.ok());
    CHECK(told == std::vector{ErrorCode::ok});
  }
  SECTION("closed where it did not") {
    auto state = core->recorder("s", kDefaultNamespace);
    REQUIRE(test::record_event(**state, token()) == Append::ok);
    fs.fail({.kind = io::Operation::sync, .for_ever = true});
    REQUIRE(core->when_durable(note).ok());
    CHECK_FALSE(core->close(0).status.ok());
    CHECK(told == std::vector{ErrorCode::closed});
  }
  SECTION("and in step(), where there is no thread") {
    REQUIRE(core->when_durable(note).ok());
    REQUIRE(core->step().ok());
    CHECK(told == std::vector{ErrorCode::ok});
    REQUIRE(core->close(1000).status.ok());
    CHECK(told.size() == 1);
  }
  CHECK(core->when_durable(note).error().code == ErrorCode::closed);
}

TEST_CASE("watermarks are in order whenever they are read", "[log][threads]") {
  const test::TempDir dir;
  LogOptions options = small();
  options.sync_interval_ms = 1;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  std::atomic<bool> done{false};
  std::size_t looks = 0, wrong = 0;
  std::thread reader([&] {
    while (!done.load()) {
      const StreamWatermarks s = recorder->watermarks();
      const Watermarks l = log->watermarks();
      wrong += !(s.durable <= s.written && s.written <= s.recorded);
      wrong += !(l.durable <= l.written && l.written <= l.recorded);
      ++looks;
    }
  });
  for (int i = 0; i < 50'000; ++i) REQUIRE(recorder->record_token("x", i) == Append::ok);
  REQUIRE(log->sync().ok());
  done = true;
  reader.join();
  CHECK(looks > 0);
  CHECK(wrong == 0);
  CHECK(log->watermarks().durable == 50'000);
  CHECK(recorder->watermarks().durable == 50'000);
}

TEST_CASE("events that were dropped are not recorded until their GAP is", "[log]") {
  const test::TempDir dir;
  LogOptions options = small();
  options.overflow = Overflow::drop;
  options.writer_thread = false;
  options.arena_bytes = 8 * arena::kChunkBytes;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  const std::string text(10'000, 'x');
  std::uint64_t recorded = 0;
  while (recorder->record_token(text, 0) == Append::ok) ++recorded;
  for (int i = 0; i < 10; ++i) CHECK(recorder->record_token(text, 0) == Append::dropped);
  CHECK(recorder->next_seq() == recorded + 11);
  CHECK(recorder->watermarks().recorded == recorded);
  CHECK(log->watermarks().recorded == recorded);
  CHECK(log->wait_durable(*recorder, recorded).error().code == ErrorCode::invalid_argument);
  REQUIRE(log->wait_durable(*recorder, recorded - 1).ok());
  REQUIRE(recorder->record_token("room again", 0) == Append::ok);  // and the GAP before it
  CHECK(recorder->watermarks().recorded == recorded + 12);
  REQUIRE(log->wait_durable(*recorder, recorded + 5).ok());
  CHECK(recorder->watermarks().durable == recorded + 12);
}

TEST_CASE("several threads may step and sync a log that has none", "[log][threads]") {
  const test::TempDir dir;
  LogOptions options = small();
  options.writer_thread = false;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  std::atomic<bool> done{false};
  std::atomic<int> failures{0}, called{0};
  std::vector<std::thread> steppers;
  for (int t = 0; t < 2; ++t) {
    steppers.emplace_back([&] {
      while (!done.load()) failures += !log->step().ok() || !log->sync().ok();
    });
  }
  for (int i = 0; i < 200; ++i) {
    REQUIRE(recorder->record_token("x", i) == Append::ok);
    REQUIRE(log->when_durable([&](const Status& status) { called += status.ok(); }).ok());
  }
  done = true;
  for (std::thread& stepper : steppers) stepper.join();
  REQUIRE(log->step().ok());
  CHECK(failures == 0);
  CHECK(called == 200);
}
