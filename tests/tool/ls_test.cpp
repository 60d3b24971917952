// Which streams `reel ls` lists.
#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

std::string line(const std::string& stream, int seq, Json event, const std::string& ns = {}) {
  event["ts"] = 1000.0 + seq;
  Json envelope = {{"stream_id", stream}, {"seq", seq}, {"event", std::move(event)}};
  if (!ns.empty()) envelope["namespace"] = ns;
  return envelope.dump() + "\n";
}

const Json kStart = {{"type", "START"}};
const Json kComplete = {{"type", "COMPLETE"}, {"content", ""}, {"token_count", 0}};
const Json kError = {{"type", "ERROR"}, {"error", {{"name", "E"}, {"message", "m"}}}};

// Streams of every status, closed by their writer.
void make_store(const std::string& store) {
  const std::string lines = line("chat-done", 0, kStart) + line("cut", 0, kStart) +
                            line("chat-failed", 0, kError) + line("chat-done", 1, kComplete) +
                            line("recovered", 0, kError) + line("recovered", 1, kComplete) +
                            line("fell", 0, kComplete) + line("fell", 1, kError) +
                            line("elsewhere", 0, kComplete, "other");
  REQUIRE(run_reel({"import", store, "-"}, lines).code == 0);
}

// The ids listed for programs; people are shown the same ones.
Lines listed(const std::string& store, const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"ls", store};
  arguments.insert(arguments.end(), options.begin(), options.end());
  Lines for_people, ids;
  const Finished table = run_reel(arguments);
  CHECK(table.code == 0);
  for (const std::string& row : lines_of(table.out)) {
    for_people.push_back(row.substr(0, row.find(' ')));
  }
  if (!for_people.empty()) for_people.erase(for_people.begin());  // the heads of the columns
  arguments.emplace_back("--json");
  const Finished json = run_reel(arguments);
  CHECK(json.code == 0);
  CHECK(json.err.empty());
  for (const Json& stream : values_of(json.out)) ids.push_back(stream["stream_id"]);
  CHECK(for_people == ids);
  return ids;
}

}  // namespace

TEST_CASE("streams are found by their options", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  const auto started = [](const std::string& stream, const Json& options) {
    return line(stream, 0, {{"type", "START"}, {"options", options}});
  };
  const std::string lines = started("a", {{"model", "gpt-4"}, {"n", 1}, {"k", "x=y"}}) +
                            started("b", {{"model", "gpt-4"}, {"n", 2}}) +
                            started("c", {{"model", "other"}, {"n", 2}, {"in", {{"x", 1}}}}) +
                            line("d", 0, kComplete) + line("e", 0, kStart);
  REQUIRE(run_reel({"import", store, "-"}, lines).code == 0);
  CHECK(listed(store, {"--where", "model=gpt-4"}) == Lines{"a", "b"});
  CHECK(listed(store, {"--where", "model=gpt-4", "--where", "n=2"}) == Lines{"b"});
  CHECK(listed(store, {"--where", "n=2", "--prefix", "c"}) == Lines{"c"});
  CHECK(listed(store, {"--where", "k=x=y"}) == Lines{"a"});
  CHECK(listed(store, {"--where", "in.x=1"}) == Lines{"c"});
  CHECK(listed(store, {"--where", "model="}).empty());
  CHECK(listed(store, {"--where", "model=gpt"}).empty());
  const Finished wrong = run_reel({"ls", store, "--where", "model"});
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, Contains("KEY=VALUE"));
}

TEST_CASE("every stream is in one of the lists by status", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  CHECK(listed(store, {}) == Lines{"chat-done", "cut", "chat-failed", "recovered", "fell"});
  CHECK(listed(store, {"--open"}) == Lines{"cut"});
  CHECK(listed(store, {"--completed"}) == Lines{"chat-done", "recovered"});
  CHECK(listed(store, {"--error"}) == Lines{"chat-failed", "fell"});
}

TEST_CASE("a prefix and a namespace narrow the list", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  CHECK(listed(store, {"--prefix", "chat-"}) == Lines{"chat-done", "chat-failed"});
  CHECK(listed(store, {"--prefix", "chat-", "--error"}) == Lines{"chat-failed"});
  CHECK(listed(store, {"--prefix", ""}).size() == 5);
  CHECK(listed(store, {"--prefix", "chat.*"}).empty());
  CHECK(listed(store, {"--prefix", "Chat"}).empty());
  CHECK(listed(store, {"--ns", "other"}) == Lines{"elsewhere"});
  CHECK(listed(store, {"--ns", "other", "--open"}).empty());
  CHECK(listed(store, {"--ns", "none"}).empty());
}

TEST_CASE("an open stream is listed while its writer lives", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  Child writer({kReelTool, "record", store, "--ack"});
  REQUIRE(writer.write(line("live", 0, kStart)));
  std::string ack;
  REQUIRE(writer.read_line(ack, 10000));
  CHECK(listed(store, {"--open"}) == Lines{"live"});
  CHECK(listed(store, {"--completed"}).empty());
  CHECK_THAT(run_reel({"ls", store}).out, Contains(" open"));
  writer.close_input();
  CHECK(writer.wait() == 0);
  CHECK_THAT(run_reel({"ls", store, "--open"}).out, Contains(" interrupted"));
}

TEST_CASE("only one status can be asked for", "[tool]") {
  const std::vector<std::string> flags = {"--open", "--completed", "--error"};
  for (const std::string& one : flags) {
    for (const std::string& other : flags) {
      if (one == other) continue;
      const Finished finished = run_reel({"ls", "store", one, other});
      CAPTURE(finished.err);
      CHECK(finished.code == 2);
      CHECK_THAT(finished.err, Contains(one) && Contains(other));
    }
  }
}
