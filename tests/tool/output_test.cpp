// What people and pipes see.
#include <chrono>
#include <filesystem>

#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

// A store with a stream whose id and texts are hostile to terminals.
const std::string kEvil = "../../x\x1b[2J";
void make_store(const std::string& store) {
  const Json id = kEvil;
  const std::string lines =
      R"({"stream_id":)" + id.dump() +
      R"(,"seq":0,"event":{"type":"START","ts":1700000000000,"options":{"model":"m"}}})"
      "\n"
      R"({"stream_id":)" +
      id.dump() +
      R"(,"seq":1,"event":{"type":"TOKEN","ts":1700000000100,"value":"a\u001b[31m","index":0}})"
      "\n"
      R"({"stream_id":)" +
      id.dump() +
      R"(,"seq":2,"event":{"type":"TOKEN","ts":1700000000200,"value":"b\n","index":1}})"
      "\n"
      R"({"stream_id":"two","seq":0,"event":{"type":"TOKEN","ts":5,"value":"think","index":0,"channel":"reasoning"}})"
      "\n"
      R"({"stream_id":"two","seq":1,"event":{"type":"TOKEN","ts":5,"value":"say","index":0}})"
      "\n"
      R"({"stream_id":"two","seq":2,"event":{"type":"ERROR","ts":6,"error":{"name":"E","message":"m"}}})"
      "\n";
  const Finished recorded = run_reel({"record", store}, lines);
  CAPTURE(recorded.err);
  REQUIRE(recorded.code == 0);
}

}  // namespace

TEST_CASE("ids and texts are data, never commands to a terminal", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"cat", store},
                                             {"ls", store},
                                             {"info", store},
                                             {"info", store, kEvil},
                                             {"tokens", store, kEvil},
                                             {"state", store, kEvil},
                                             {"replay", store, kEvil}}) {
    const Finished finished = run_reel(arguments);
    CAPTURE(arguments.front(), finished.err);
    CHECK(finished.code == 0);
    CHECK(finished.out.find('\x1b') == std::string::npos);
    CHECK_FALSE(finished.out.empty());
  }
  CHECK(run_reel({"replay", store, kEvil, "--tokens"}).out ==
        "a\x1b[31mb\n");  // a pipe gets the text
  const Finished missing = run_reel({"info", store, "\x1b[0m"});
  CHECK(missing.err.find('\x1b') == std::string::npos);
}

TEST_CASE("ls lists streams by first appearance, filtered", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const auto ids = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"ls", store, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished finished = run_reel(arguments);
    CHECK(finished.code == 0);
    std::vector<std::string> found;
    for (const Json& stream : values_of(finished.out)) found.push_back(stream["stream_id"]);
    return found;
  };
  CHECK(ids({}) == std::vector<std::string>{kEvil, "two"});
  CHECK(ids({"--prefix", "t"}) == std::vector<std::string>{"two"});
  CHECK(ids({"--error"}) == std::vector<std::string>{"two"});
  CHECK(ids({"--open"}) == std::vector<std::string>{kEvil});
  CHECK(ids({"--completed"}).empty());
  CHECK(ids({"--ns", "other"}).empty());
}

TEST_CASE("tokens are those of the text, or of the channel asked for", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  CHECK(reel_json({"tokens", store, "two"}) == Json({"say"}));
  CHECK(reel_json({"tokens", store, "two", "--channel", "reasoning"}) == Json({"think"}));
  CHECK(reel_json({"tokens", store, "two", "--channel", "all"}) == Json({"think", "say"}));
  CHECK(run_reel({"replay", store, "two", "--tokens"}).out == "say");
}

TEST_CASE("replay keeps to its range and its time", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const auto seqs = [&](const std::string& from, const std::string& to) {
    std::vector<int> found;
    const Finished played =
        run_reel({"replay", store, kEvil, "--json", "--from", from, "--to", to});
    for (const Json& event : values_of(played.out)) found.push_back(event["seq"]);
    return found;
  };
  CHECK(seqs("-3", "99") == std::vector<int>{0, 1, 2});
  CHECK(seqs("1", "1") == std::vector<int>{1});
  CHECK(seqs("2", "1").empty());
  CHECK(seqs("0", "-1").empty());
  const auto begin = std::chrono::steady_clock::now();
  CHECK(run_reel({"replay", store, kEvil, "--speed", "1"}).code == 0);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(200));
}

TEST_CASE("info describes a store and a stream", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const Json info = reel_json({"info", store});
  CHECK(info["streams"] == 2);
  CHECK(info["events"] == 6);
  CHECK(info["gaps"] == 0);
  CHECK(info["segments"] >= 1);
  CHECK(info["bytes"] > 0);
  CHECK(info["bytes_per_event"].get<double>() == Approx(info["bytes"].get<double>() / 6));
  const Json two = reel_json({"info", store, "two"});
  CHECK(two["status"] == "error");
  CHECK(two["gaps"] == 0);
  CHECK(two["durable_seq"] == 2);
}

TEST_CASE("verify finds a changed byte", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const Finished whole = run_reel({"verify", store, "--json"});
  CAPTURE(whole.out, whole.err);
  CHECK(whole.code == 0);
  CHECK(Json::parse(whole.out)["ok"] == true);
  std::string largest;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store)) {
    if (!entry.is_regular_file()) continue;
    if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) {
      largest = entry.path();
    }
  }
  std::string bytes = read_bytes(largest);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::filesystem::permissions(largest, std::filesystem::perms::owner_all);
  write_bytes(largest, bytes);
  const Finished broken = run_reel({"verify", store, "--json"});
  CHECK(broken.code == 1);
  const Json report = Json::parse(broken.out);
  CHECK(report["ok"] == false);
  REQUIRE(report["damage"].size() >= 1);
  for (const char* member : {"file", "offset", "bytes", "what"}) {
    CHECK(report["damage"][0].contains(member));
  }
}

TEST_CASE("a reader that goes away is no error, a full disk is", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  std::string lines;
  for (int i = 0; i < 20000; ++i) lines += "some token text\n";
  REQUIRE(run_reel({"record", store, "--stream", "a", "--format", "text"}, lines).code == 0);
  Child child({kReelTool, "export", store});
  std::string line;
  CHECK(child.read_line(line, 20000));
  child.close_output();
  CHECK(child.wait() == 0);
  const Finished full =
      run({"/bin/sh", "-c", std::string(kReelTool) + " export '" + store + "' > /dev/full"});
  CHECK(full.code == 3);
  CHECK_THAT(full.err, Contains("stdout"));
}

TEST_CASE("namespaces keep streams apart", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  REQUIRE(run_reel({"record", store, "--stream", "a", "--format", "text"}, "x\n").code == 0);
  REQUIRE(
      run_reel({"record", store, "--stream", "a", "--format", "text", "--ns", "n2"}, "y\n").code ==
      0);
  CHECK(reel_json({"tokens", store, "a"}) == Json({"x"}));
  CHECK(reel_json({"tokens", store, "a", "--ns", "n2"}) == Json({"y"}));
  const Finished exported = run_reel({"export", store, "--ns", "n2"});
  CHECK(Json::parse(exported.out)["namespace"] == "n2");
  REQUIRE(run_reel({"import", dir.file("copy"), "-"}, exported.out).code == 0);
  CHECK(run_reel({"export", dir.file("copy"), "--ns", "n2"}).out == exported.out);
}

TEST_CASE("progress is shown where it is asked for", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"export", store},
           {"cat", store},
           {"cat", store, "two"},
           {"verify", store},
           {"export", store, "two", "--format", "l0", "--output", dir.file("l0")}}) {
    auto asked = arguments;
    asked.push_back("--progress");
    const Finished with = run_reel(asked);
    CAPTURE(with.err);
    CHECK_THAT(with.err, Contains(" events, "));
    CHECK(run_reel(arguments).err.find(" events, ") == std::string::npos);
  }
  CHECK_THAT(run_reel({"export", store, "--progress"}).err, Contains("100 %  6 events"));
}
