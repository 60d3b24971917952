// What a redaction hook lets through, and that nothing else is ever stored.
#include "reel/redaction.hpp"

#include "reel/json.hpp"
#include "reel/log.hpp"
#include "support/file_bytes.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

constexpr std::string_view kSecret = "sk-123";

// Replaces the secret by [key]; holds back what may be its beginning.
class KeyFilter final : public TokenRedactor {
 public:
  std::size_t next(std::string_view text, std::string& out) override {
    held_ += text;
    for (;;) {
      const std::size_t at = held_.find(kSecret);
      if (at == std::string::npos) break;
      out += held_.substr(0, at) + "[key]";
      held_.erase(0, at + kSecret.size());
    }
    std::size_t tail = std::min(held_.size(), kSecret.size() - 1);
    while (tail > 0 && !kSecret.starts_with(std::string_view(held_).substr(held_.size() - tail))) {
      --tail;
    }
    out += held_.substr(0, held_.size() - tail);
    held_.erase(0, held_.size() - tail);
    return tail;
  }
  void finish(std::string& out) override { out += std::exchange(held_, {}); }

 private:
  std::string held_;
};

Redact hide_key(const Payload& payload, std::string& replacement) {
  const std::size_t at = payload.text.find(kSecret);
  if (at == std::string_view::npos) return Redact::keep;
  replacement = payload.text;
  replacement.replace(at, kSecret.size(), "[key]");
  return Redact::replace;
}

LogOptions redacting() {
  LogOptions options = test::stepped_options();
  options.redact = hide_key;
  options.redact_tokens = [](auto, auto) { return std::make_unique<KeyFilter>(); };
  return options;
}

// A stream of a stepped Log, recorded to as by a Recorder.
struct Stream {
  explicit Stream(const LogOptions& options = redacting())
      : core(test::opened(fs, clock, options)) {
    auto opened = core->recorder("s", kDefaultNamespace);
    REQUIRE(opened.ok());
    state = *std::move(opened);
  }
  Append token(std::string value, std::int64_t index, std::string channel = {}) {
    Event event;
    event.ts_ms = 1000 + static_cast<double>(index);
    event.body = Token{std::move(value), index, std::move(channel), {}};
    return test::record_event(*state, event);
  }
  Append record(EventBody body) {
    Event event;
    event.ts_ms = 5000;
    event.body = std::move(body);
    return test::record_event(*state, event);
  }
  std::vector<std::pair<std::uint64_t, Event>> stored() {
    state->lane->release_stream(*state);
    REQUIRE(core->close(1000).status.ok());
    return test::read_back(fs, "/store").at("s").events;
  }

  io::MemoryFileSystem fs;
  test::TestClock clock;
  test::Core core;
  std::unique_ptr<detail::RecorderState> state;
};

std::vector<std::string> texts(const std::vector<std::pair<std::uint64_t, Event>>& events) {
  std::vector<std::string> all;
  for (const auto& [seq, event] : events) all.push_back(std::get<Token>(event.body).value);
  return all;
}

}  // namespace

TEST_CASE("a secret split over tokens is caught, and every token keeps its place", "[log]") {
  Stream s;
  CHECK(s.token("the key ", 0) == Append::ok);
  CHECK(s.token("is s", 1) == Append::held);
  CHECK(s.state->next_seq == 1);
  CHECK(s.core->watermarks().recorded == 1);
  CHECK(s.token("k-1", 2) == Append::held);
  CHECK(s.token("23, ", 3) == Append::ok);
  CHECK(s.token("ok", 4) == Append::ok);
  CHECK(s.core->watermarks().recorded == 5);
  const auto events = s.stored();
  REQUIRE(events.size() == 5);
  std::string all;
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(events[i].first == i);
    CHECK(events[i].second.ts_ms == 1000 + static_cast<double>(i));
    CHECK(std::get<Token>(events[i].second.body).index == static_cast<std::int64_t>(i));
    all += std::get<Token>(events[i].second.body).value;
  }
  CHECK(all == "the key is [key], ok");
  CHECK(texts(events).front() == "the key ");
  CHECK(texts(events).back() == "ok");
}

TEST_CASE("texts that are held and turn out harmless come out as they came", "[log]") {
  Stream s;
  const std::vector<std::string> values = {"s", "k", "y is ", "blue: sk", "-12", "4", "", "é sk"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    (void)s.token(values[i], static_cast<std::int64_t>(i));
  }
  CHECK(texts(s.stored()) == values);
}

TEST_CASE("what comes after a held token waits behind it", "[log]") {
  Stream s;
  CHECK(s.token("sk-", 0) == Append::held);
  CHECK(s.record(Guardrail{R"({"a":"sk-123"})", 1, {}}) == Append::held);
  CHECK(s.record(Checkpoint{"sk-", 1}) == Append::held);
  CHECK(s.state->redaction->held_seqs() == 3);
  CHECK(s.token("123!", 1) == Append::ok);
  const auto events = s.stored();
  REQUIRE(events.size() == 4);
  CHECK(std::get<Token>(events[0].second.body).value == "[ke");
  CHECK(std::get<Guardrail>(events[1].second.body).result == R"({"a":"[key]"})");
  CHECK(std::get<Token>(events[3].second.body).value == "y]!");
}

TEST_CASE("the end of a stream releases what was held", "[log]") {
  const bool by_close = GENERATE(false, true);
  Stream s;
  CHECK(s.token("sk-", 0) == Append::held);
  if (!by_close) {
    CHECK(s.record(Complete{"all of sk-123", 1}) == Append::ok);
    CHECK(s.state->next_seq == 2);
  }
  const auto events = s.stored();
  REQUIRE(events.size() == (by_close ? 1 : 2));
  CHECK(std::get<Token>(events[0].second.body).value == "sk-");
  if (!by_close) CHECK(std::get<Complete>(events[1].second.body).content == "all of [key]");
}

TEST_CASE("channels are texts of their own, their events in one order", "[log]") {
  Stream s;
  CHECK(s.token("sk", 0) == Append::held);
  CHECK(s.token("-123 ", 0, "reasoning") == Append::held);  // no secret: another text
  CHECK(s.token("sk-1", 1, "reasoning") == Append::held);
  CHECK(s.token("-123", 1) == Append::held);  // the first three wait for nothing but this
  CHECK(s.token("23", 2, "reasoning") == Append::ok);
  std::string text, reasoning;
  for (const auto& [seq, event] : s.stored()) {
    const auto& token = std::get<Token>(event.body);
    (token.channel.empty() ? text : reasoning) += token.value;
  }
  CHECK(text == "[key]");
  CHECK(reasoning == "-123 [key]");
}

TEST_CASE("what a hook cannot do is dropped: nothing unredacted is stored", "[log]") {
  LogOptions options = test::stepped_options();
  SECTION("a hook that throws") {
    options.redact = [](const Payload&, std::string&) -> Redact { throw std::runtime_error("x"); };
  }
  SECTION("a hook that drops") {
    options.redact = [](const Payload&, std::string&) { return Redact::drop; };
  }
  SECTION("a hook that answers broken JSON, or too much") {
    options.event_bytes_max = 1000;
    options.redact = [](const Payload& payload, std::string& replacement) {
      if (payload.field == "value") replacement = std::string(2000, 'x');
      if (payload.field == "options") replacement = R"({"broken)";
      return Redact::replace;
    };
  }
  SECTION("a filter that cannot be made, for tokens") {
    options.redact = [](const Payload&, std::string&) { return Redact::drop; };
    options.redact_tokens = [](auto, auto) -> std::unique_ptr<TokenRedactor> {
      throw std::runtime_error("x");
    };
  }
  Stream s(options);
  CHECK(s.record(Start{R"({"key":"sk-123"})"}) == Append::ok);
  CHECK(s.token("sk-123", 0) == Append::ok);
  const auto events = s.stored();
  REQUIRE(events.size() == 2);
  CHECK(std::get<Start>(events[0].second.body).options.empty());
  CHECK(std::get<Token>(events[1].second.body).value.empty());
}

TEST_CASE("every text of an event passes the hook, and nothing else does", "[log]") {
  LogOptions options = test::stepped_options();
  std::vector<std::string> seen;
  options.redact = [&](const Payload& payload, std::string& replacement) {
    CHECK(payload.stream_id == "s");
    seen.push_back(std::string(payload.field) + "=" + std::string(payload.text));
    return hide_key(payload, replacement);
  };
  Stream s(options);
  CHECK(s.record(Start{R"({"a":"sk-123"})"}) == Append::ok);
  CHECK(s.token("plain", 0, "reasoning") == Append::ok);
  CHECK(s.record(Retry{"because sk-123", 1, {}, {}}) == Append::ok);
  CHECK(s.record(ErrorEvent{R"({"message":"sk-123"})", "kind", {}, {}}) == Append::ok);
  Event odd;
  odd.body = Opaque{"ODD"};
  odd.extra = R"("x":"sk-123","y":1)";
  CHECK(test::record_event(*s.state, odd) == Append::ok);
  CHECK(seen == std::vector<std::string>{R"(options={"a":"sk-123"})", "value=plain",
                                         "reason=because sk-123", R"(error={"message":"sk-123"})",
                                         R"(extra="x":"sk-123","y":1)"});
  const auto events = s.stored();
  CHECK(std::get<Start>(events[0].second.body).options == R"({"a":"[key]"})");
  CHECK(std::get<Token>(events[1].second.body).channel == "reasoning");
  CHECK(std::get<Retry>(events[2].second.body).reason == "because [key]");
  CHECK(events[4].second.extra == R"("x":"[key]","y":1)");
}

TEST_CASE("a filter that never lets go is made to after 64 KiB", "[log]") {
  struct Hoarder final : TokenRedactor {
    std::string all;
    std::size_t next(std::string_view text, std::string&) override {
      all += text;
      return all.size();
    }
    void finish(std::string& out) override { out += std::exchange(all, {}); }
  };
  LogOptions options = test::stepped_options();
  options.redact_tokens = [](auto, auto) { return std::make_unique<Hoarder>(); };
  Stream s(options);
  std::size_t held = 0;
  for (int i = 0; i < 10'000; ++i) held += s.token("12345678", i) == Append::held;
  CHECK(held == 10'000);
  CHECK(s.state->next_seq > 3 * 1024);
  CHECK(texts(s.stored()) == std::vector<std::string>(10'000, "12345678"));
}

TEST_CASE("held events that find no room wait on, and at the very end are declared", "[log]") {
  LogOptions options = redacting();
  options.arena_bytes = 8 * arena::kChunkBytes;
  Stream s(options);
  std::int64_t index = 0;
  const std::string large(6000, 'x');
  Append answer = Append::ok;
  while (answer == Append::ok) answer = s.token(large, index++);
  CHECK(answer == Append::held);
  while (answer == Append::held) answer = s.token(large, index++);
  CHECK(answer == Append::full);  // so much is not kept back
  const std::uint64_t taken = static_cast<std::uint64_t>(index) - 1;
  const bool room_comes = GENERATE(true, false);
  if (room_comes) REQUIRE(s.core->wait_for(writer::Demand::write, 1000).ok());
  const auto events = s.stored();
  std::uint64_t seqs = 0, lost = 0;
  for (const auto& [seq, event] : events) {
    CHECK(seq == seqs);
    const auto* gap = std::get_if<Gap>(&event.body);
    seqs += gap != nullptr ? gap->count : 1;
    lost += gap != nullptr ? gap->count : 0;
  }
  CHECK(seqs == taken);
  CHECK((lost == 0) == room_comes);
}

TEST_CASE("the secret is in no file and in no page of the arena", "[log]") {
  const test::TempDir dir;
  LogOptions options;
  options.arena = ArenaPlace::store;
  options.arena_bytes = std::size_t{4} << 20;
  options.zstd_level = 1;
  options.redact = hide_key;
  options.redact_tokens = [](auto, auto) { return std::make_unique<KeyFilter>(); };
  const std::string path = dir.path() + "/store";
  auto log = Log::open(path, options);
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  CHECK(recorder->record_start(R"({"key":"sk-123"})") == Append::ok);
  CHECK(recorder->record_token("sk-", 0) == Append::held);
  CHECK(recorder->next_seq() == 2);
  CHECK(recorder->watermarks().recorded == 1);
  CHECK(recorder->record_token("123", 1) == Append::ok);
  CHECK(recorder->record_complete("sk-123", 2) == Append::ok);
  CHECK(test::read_bytes(log->stats().arena_path).find(kSecret) == std::string::npos);
  CHECK(test::read_bytes(log->stats().arena_path).find("[key]") != std::string::npos);
  recorder->close();
  REQUIRE(log->close().status.ok());
  const auto stored = test::read_back(io::posix(), path).at("s").events;
  CHECK(std::get<Complete>(stored.back().second.body).content == "[key]");
}

TEST_CASE("what is too large with no hooks is too large with them", "[log]") {
  LogOptions options = test::stepped_options();
  options.redact = [](const Payload&, std::string&) { return Redact::keep; };
  options.event_bytes_max = 10'000;
  Stream s(options);
  CHECK(s.record(Complete{std::string(9'990, 'x'), 1}) == Append::too_large);
  CHECK(s.record(Complete{std::string(9'900, 'x'), 1}) == Append::ok);
  const auto events = s.stored();
  REQUIRE(events.size() == 1);
  CHECK(std::get<Complete>(events[0].second.body).content.size() == 9'900);
}

TEST_CASE("with a filter for tokens alone, every other payload goes through one of its own",
          "[log]") {
  LogOptions options = test::stepped_options();
  options.redact_tokens = [](auto, auto) { return std::make_unique<KeyFilter>(); };
  Stream s(options);
  CHECK(s.record(Start{R"({"key":"sk-123"})"}) == Append::ok);
  CHECK(s.record(Checkpoint{"ends in sk-", 1}) == Append::ok);  // held back nowhere: it is whole
  CHECK(s.record(Complete{"all of sk-123", 2}) == Append::ok);
  const auto events = s.stored();
  REQUIRE(events.size() == 3);
  CHECK(std::get<Start>(events[0].second.body).options == R"({"key":"[key]"})");
  CHECK(std::get<Checkpoint>(events[1].second.body).content == "ends in sk-");
  CHECK(std::get<Complete>(events[2].second.body).content == "all of [key]");
}

TEST_CASE("a channel without a filter goes through the hook, token by token", "[log]") {
  LogOptions options = redacting();
  int made = 0;
  options.redact_tokens = [&](auto, auto) -> std::unique_ptr<TokenRedactor> {
    if (++made == 2) return nullptr;
    return std::make_unique<KeyFilter>();
  };
  Stream s(options);
  CHECK(s.token("sk", 0) == Append::held);
  CHECK(s.token("sk-123", 0, "reasoning") == Append::held);  // behind the first, but ready
  CHECK(s.token("sk", 1, "reasoning") == Append::held);
  CHECK(s.token("!", 1) == Append::ok);
  CHECK(texts(s.stored()) == std::vector<std::string>{"sk", "[key]", "sk", "!"});
}

TEST_CASE("what a filter adds at the end with no token waiting is in no later token", "[log]") {
  struct Talker final : TokenRedactor {
    std::size_t next(std::string_view text, std::string& out) override {
      out += text;
      return 0;
    }
    void finish(std::string& out) override { out += "[END]"; }
  };
  LogOptions options = test::stepped_options();
  options.redact = hide_key;
  options.redact_tokens = [](auto, auto) { return std::make_unique<Talker>(); };
  Stream s(options);
  CHECK(s.token("old", 0) == Append::ok);
  CHECK(s.record(ErrorEvent{"{}", {}, {}, {}}) == Append::ok);
  CHECK(s.token("new", 1) == Append::ok);
  const auto events = s.stored();
  CHECK(std::get<Token>(events[2].second.body).value == "new");
}

TEST_CASE("closing a Log before its Recorders counts what was held back as lost", "[log]") {
  Stream s;
  CHECK(s.token("sk", 0) == Append::held);
  CHECK(s.token("-1", 1) == Append::held);
  CHECK(s.core->close(1000).lost == 2);
  CHECK(s.token("23", 2) == Append::closed);
}

TEST_CASE("a hook may ask the Log how it is", "[log]") {
  const test::TempDir dir;
  Log* asked = nullptr;
  std::uint32_t streams = 0;
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.redact_tokens = [&](auto, auto) {
    streams = asked->stats().open_streams;
    return std::make_unique<KeyFilter>();
  };
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  asked = &*log;
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  CHECK(recorder->record_token("x", 0) == Append::ok);
  CHECK(streams == 1);
}
