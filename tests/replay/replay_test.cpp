// What a replay yields: ranges, states, and nothing that came later.
#include <rapidcheck.h>

#include <ranges>

#include "event/frame.hpp"
#include "support/random_event.hpp"
#include "support/replays.hpp"
#include "support/vectors.hpp"

namespace reel {
namespace {

using test::Playing;
using test::seqs_of;
using Seqs = std::vector<std::uint64_t>;
using Strings = std::vector<std::string>;

static_assert(std::ranges::input_range<Replay>);
static_assert(std::ranges::input_range<TokenReplay>);

TEST_CASE("a replay's state is that of what was passed on so far, begin() begins anew") {
  Playing playing({1, 2, 3});
  Replay replay = playing.replay();
  CHECK(replay.state() == State());
  std::string seen;
  for (const EnvelopeView& envelope : replay) {
    seen += envelope.event.text;
    CHECK(replay.state().content == seen);
    if (envelope.seq == 1) break;
  }
  CHECK(replay.state().content == "01");
  CHECK(seqs_of(replay) == Seqs{0, 1, 2});
  CHECK(replay.state().content == "012");
  CHECK(replay.status().ok());
}

TEST_CASE("events are read when iteration begins: later ones are not seen") {
  Playing playing({1, 2});
  Replay replay = playing.replay();
  test::add_stamped_tokens(*playing.store, {3});
  Seqs seqs;
  for (const EnvelopeView& envelope : replay) {
    seqs.push_back(envelope.seq);
    if (seqs.size() == 1) test::add_stamped_tokens(*playing.store, {4});
    if (seqs.size() == 3) replay.seek(1);  // reading again does not bring them into sight
  }
  CHECK(seqs == Seqs{0, 1, 2, 1, 2});
  CHECK(seqs_of(replay) == Seqs{0, 1, 2, 3});
}

TEST_CASE("a range includes both ends, its state is that of the range alone") {
  Playing playing({1, 2, 3, 4});
  const auto played = [&](std::int64_t from, std::optional<std::int64_t> to) {
    Replay replay = playing.replay({.from_seq = from, .to_seq = to});
    const Seqs seqs = seqs_of(replay);
    std::string content;
    for (const std::uint64_t seq : seqs) content += std::to_string(seq);
    CHECK(replay.state().content == content);
    return seqs;
  };
  CHECK(played(1, 2) == Seqs{1, 2});
  CHECK(played(-5, 0) == Seqs{0});
  CHECK(played(2, {}) == Seqs{2, 3});
  CHECK(played(2, 1).empty());
  CHECK(played(0, -1).empty());
  CHECK(played(INT64_MIN, INT64_MIN).empty());
  CHECK(played(7, INT64_MAX).empty());
}

TEST_CASE("a stream that does not exist yields nothing and is no error") {
  const auto store = std::make_shared<test::PlainStore>();
  auto replay = Replayer(store).replay("none");
  REQUIRE(replay.ok());
  CHECK(seqs_of(*replay).empty());
  CHECK(replay->status().ok());
  CHECK(*Replayer(store).replay_to_state("none") == State());
}

TEST_CASE("a Replayer without a store, and a speed that is no number, are refused") {
  const Replayer nowhere(nullptr);
  CHECK(nowhere.replay("s").error().code == ErrorCode::invalid_argument);
  CHECK(nowhere.replay_tokens("s").error().code == ErrorCode::invalid_argument);
  CHECK(nowhere.replay_to_state("s").error().code == ErrorCode::invalid_argument);
  CHECK(nowhere.state_at("s", 1).error().code == ErrorCode::invalid_argument);
  const Replayer replayer(std::make_shared<test::PlainStore>());
  CHECK(replayer.replay("s", {.speed = std::nan("")}).error().code == ErrorCode::invalid_argument);
}

// Answers with an error, or breaks after the first event.
class FailingStore : public test::PlainStore {
 public:
  Result<std::unique_ptr<EventCursor>> read(std::string_view id, SeqRange range) override {
    if (!opens) return broken();
    auto cursor = PlainStore::read(id, range);
    if (!cursor) return cursor.status();
    return std::unique_ptr<EventCursor>(std::make_unique<Breaking>(*std::move(cursor)));
  }
  static Error broken() { return {ErrorCode::io, 0, "", 0, "broken"}; }
  bool opens = true;

 private:
  struct Breaking final : EventCursor {
    explicit Breaking(std::unique_ptr<EventCursor> of) : cursor(std::move(of)) {}
    bool next() override {
      if (++calls == 1) return cursor->next();
      failed = broken();
      return false;
    }
    const EnvelopeView& view() const noexcept override { return cursor->view(); }
    const Status& status() const noexcept override { return failed; }
    std::unique_ptr<EventCursor> cursor;
    int calls = 0;
    Status failed;
  };
};

TEST_CASE("an error ends the iteration and is its status") {
  const auto store = std::make_shared<FailingStore>();
  test::add_stamped_tokens(*store, {1, 2});
  auto replay = Replayer(store).replay("s");
  REQUIRE(replay.ok());
  CHECK(seqs_of(*replay) == Seqs{0});
  CHECK(replay->status().error().message == "broken");
  CHECK(replay->state().content == "0");
  store->opens = false;
  CHECK(seqs_of(*replay).empty());
  CHECK(replay->status().error().message == "broken");
  CHECK(replay->poll().ready == Replay::Ready::end);
}

TEST_CASE("tokens alone: those of the text") {
  const auto store = std::make_shared<test::PlainStore>();
  const auto add = [&](EventBody body) {
    REQUIRE(store->append("s", Event{1, std::move(body), {}, {}}, {}).ok());
  };
  add(Start{});
  add(Token{"a", 0, {}, {}});
  add(Token{"hm", 0, "reasoning", {}});
  add(Checkpoint{"a", 1});
  add(Token{"b", 1, {}, {}});
  auto tokens = Replayer(store).replay_tokens("s");
  REQUIRE(tokens.ok());
  for (int round = 0; round < 2; ++round) {
    Strings texts;
    for (const std::string_view text : *tokens) texts.emplace_back(text);
    CHECK(texts == Strings{"a", "b"});
  }
  CHECK(tokens->state().checkpoint == "a");
  CHECK(tokens->status().ok());
}

TEST_CASE("at any event a replay's state is the fold of the events up to it") {
  CHECK(rc::check([](std::uint64_t seed, bool attempts) {
    const FoldMode mode = attempts ? FoldMode::attempts : FoldMode::l0;
    test::RandomEvents random(seed);
    const auto store = std::make_shared<test::PlainStore>();
    std::vector<State> states(1);
    std::string parts;
    for (std::uint64_t left = random.below(30); left > 0; --left) {
      const Event event = random.event();
      RC_ASSERT(store->append("s", event, {}).ok());
      states.push_back(states.back());
      fold(states.back(), event::view_of(event, parts), mode);
    }
    const Replayer replayer(store);
    auto replay = replayer.replay("s", {.fold = mode});
    RC_ASSERT(replay.ok());
    std::size_t count = 0;
    for (const EnvelopeView& envelope : *replay) {
      RC_ASSERT(envelope.seq == count);
      RC_ASSERT(replay->state() == states[++count]);
      RC_ASSERT(*replayer.state_at("s", static_cast<std::int64_t>(envelope.seq), mode) ==
                states[count]);
      if (random.below(8) != 0) continue;
      const std::uint64_t to =
          random.below(states.size());  // there and back, without passing it on
      replay->seek(static_cast<std::int64_t>(to));
      count = std::min<std::size_t>(to, states.size() - 1);
    }
    RC_ASSERT(count + 1 == states.size());
    RC_ASSERT(replay->state() == states.back());
    RC_ASSERT(*replayer.replay_to_state("s", mode) == states.back());
  }));
}

void check_partial(const Replayer& replayer, const std::string& id, const test::Json& partial) {
  ReplayOptions options;
  options.from_seq = partial.at("from_seq").get<std::int64_t>();
  if (!partial.at("to_seq").is_null()) options.to_seq = partial.at("to_seq").get<std::int64_t>();
  auto replay = replayer.replay(id, options);
  REQUIRE(replay.ok());
  CHECK(seqs_of(*replay) == partial.at("seqs").get<Seqs>());
  test::check_equal(test::state_json(replay->state()), partial.at("state"));
}

TEST_CASE("the published partial replays") {
  std::size_t partials = 0;
  const std::size_t checked = test::each_vector({"rules.jsonl"}, [&](const test::Json& vector) {
    if (vector.at("kind") != "stream") return;
    const auto store = std::make_shared<test::PlainStore>();
    for (auto& [id, events] : test::parse_events(vector.at("events"))) {
      for (Envelope& envelope : events) store->put(std::move(envelope));
    }
    const Replayer replayer(store);
    const std::string id = vector.at("stream_id").get<std::string>();
    const auto state = replayer.replay_to_state(id);
    REQUIRE(state.ok());
    test::check_equal(test::state_json(*state), vector.at("expect").at("state"));
    for (const test::Json& partial : vector.at("expect").value("partial", test::Json::array())) {
      check_partial(replayer, id, partial);
      ++partials;
    }
  });
  if (checked > 0) CHECK(partials >= 14);
}

}  // namespace
}  // namespace reel
