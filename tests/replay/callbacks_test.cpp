// What a replay calls, when, and what becomes of what that throws.
#include <stdexcept>

#include "support/replays.hpp"

namespace reel {
namespace {

using test::Playing;
using test::seqs_of;
using Strings = std::vector<std::string>;

// Events that make every callback speak, told by a letter each.
struct Telling {
  Telling() {
    add(Token{"t", 0, {}, {}});
    add(Guardrail{R"({"violations":[{"v":1},{"v":2}]})", {}, {}});
    add(Retry{"why", 3, {}, {}});
    add(Token{"hm", 0, "reasoning", {}});
    add(Start{});
  }
  void add(EventBody body) {
    REQUIRE(store->append("s", Event{1, std::move(body), {}, {}}, {}).ok());
  }
  Replay replay(bool fire) {
    auto made = Replayer(store).replay("s", {.fire_callbacks = fire});
    REQUIRE(made.ok());
    return *std::move(made);
  }
  ReplayCallbacks callbacks(const Replay& of) {
    ReplayCallbacks all;
    all.on_token = [this, &of](std::string_view text) {
      CHECK(of.state().content.ends_with(text));  // the state has moved on already
      told.push_back("token " + std::string(text));
    };
    all.on_violation = [this](std::string_view v) {
      told.push_back("violation " + std::string(v));
    };
    all.on_retry = [this](std::int64_t attempt, std::string_view reason) {
      told.push_back("retry " + std::to_string(attempt) + " " + std::string(reason));
    };
    all.on_event = [this](const EnvelopeView& e) { told.push_back(std::to_string(e.seq)); };
    return all;
  }
  std::shared_ptr<test::PlainStore> store = std::make_shared<test::PlainStore>();
  Strings told;
};

TEST_CASE("callbacks fire in order, each event's before it is yielded") {
  Telling telling;
  Replay replay = telling.replay(true);
  replay.set_callbacks(telling.callbacks(replay));
  for (const EnvelopeView& envelope : replay) {
    (void)envelope;
    telling.told.push_back("yield");
  }
  CHECK(telling.told == Strings{"token t", "0", "yield", R"(violation {"v":1})",
                                R"(violation {"v":2})", "1", "yield", "retry 3 why", "2", "yield",
                                "3", "yield", "4", "yield"});
}

TEST_CASE("callbacks are silent unless asked for") {
  Telling telling;
  Replay replay = telling.replay(false);
  replay.set_callbacks(telling.callbacks(replay));
  CHECK(seqs_of(replay).size() == 5);
  CHECK(telling.told.empty());
}

TEST_CASE("setting callbacks merges: an empty one leaves what was set") {
  Telling telling;
  Replay replay = telling.replay(true);
  replay.set_callbacks(telling.callbacks(replay));
  ReplayCallbacks others;
  others.on_token = [&](std::string_view) {
    telling.told.push_back("other");
    replay.set_callbacks({.on_retry = [&](auto, auto) { telling.told.push_back("later"); }});
  };
  replay.set_callbacks(std::move(others));
  replay.set_callbacks({});
  CHECK(seqs_of(replay).size() == 5);
  CHECK(telling.told == Strings{"other", "0", R"(violation {"v":1})", R"(violation {"v":2})", "1",
                                "later", "2", "3", "4"});
}

TEST_CASE("what a callback throws comes out, and the event counts as passed on") {
  Playing playing({1, 2, 3});
  Replay replay = playing.replay({.fire_callbacks = true});
  replay.set_callbacks({.on_event = [](const EnvelopeView& envelope) {
    if (envelope.seq == 1) throw std::runtime_error("enough");
  }});
  const auto iterate = [&] { return seqs_of(replay); };
  CHECK_THROWS_WITH(iterate(), "enough");
  CHECK(replay.state().content == "01");
  REQUIRE(replay.poll().ready == Replay::Ready::event);
  CHECK(replay.view().seq == 2);
}

}  // namespace
}  // namespace reel
