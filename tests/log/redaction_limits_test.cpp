// Redaction at its edges: limits, hooks that are missing or in the way, streams that end badly.
#include "support/file_bytes.hpp"
#include "support/redaction.hpp"
#include "support/temp_dir.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

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
