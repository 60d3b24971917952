// Killed with SIGKILL at any moment, a recording keeps all it acknowledged, once, and nothing else.
#include <chrono>
#include <csignal>
#include <random>
#include <sstream>
#include <thread>

#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

namespace {

constexpr int kStreams = 7;
constexpr int kLines = 60000;

std::string value_of(int line) { return "token " + std::to_string(line * 7919 % 1000); }

std::string line_of(int line) {
  const int seq = line / kStreams;
  return R"({"stream_id":"s)" + std::to_string(line % kStreams) + R"(","seq":)" +
         std::to_string(seq) + R"(,"event":{"type":"TOKEN","ts":1.5,"value":")" + value_of(line) +
         R"(","index":)" + std::to_string(seq) + "}}\n";
}

// How many lines were answered; all answers must be ACKs, in order.
int count_acks(const std::string& text) {
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (lines.eof()) break;  // cut off by the kill
    const std::string want = "ACK " + std::to_string(count) + " s" +
                             std::to_string(count % kStreams) + " " +
                             std::to_string(count / kStreams);
    REQUIRE(line == want);
    ++count;
  }
  return count;
}

int check_stored(const std::string& store) {
  const Finished exported = run_reel({"export", store});
  REQUIRE(exported.code == 0);
  std::map<std::string, int> next;
  int count = 0;
  for (const std::string& line : lines_of(exported.out)) {
    const Json envelope = Json::parse(line);
    const std::string id = envelope["stream_id"];
    const int seq = envelope["seq"];
    REQUIRE(seq == next[id]++);  // none missing between, none twice
    REQUIRE(envelope["event"]["value"] == value_of(seq * kStreams + std::stoi(id.substr(1))));
    ++count;
  }
  return count;
}

void kill_once(std::uint32_t microseconds, const std::string& input) {
  const TempDir dir;
  const std::string store = dir.file("s");
  std::string answers;
  {
    Child child({kReelTool, "record", store, "--stdin", "--ack"});
    std::thread feeding([&] { static_cast<void>(child.write(input)); });
    std::thread reading([&] { answers = child.read_rest(); });
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    child.signal(SIGKILL);
    feeding.join();
    reading.join();
    child.wait();
  }
  const int acked = count_acks(answers);
  if (acked == 0) return;  // killed before the store was there
  const int before = check_stored(store);
  CHECK(before >= acked);
  // Opening it for writing recovers it; the rest of the input then fits on.
  const Finished resumed = run_reel({"record", store, "--ack"}, input);
  CAPTURE(resumed.err);
  CHECK(resumed.code == 0);
  CHECK(count_acks(resumed.out) == kLines);
  CHECK(check_stored(store) == kLines);
  CHECK(run_reel({"verify", store}).code == 0);
}

}  // namespace

TEST_CASE("kill -9 loses nothing acknowledged", "[tool][kill]") {
  std::string input;
  for (int i = 0; i < kLines; ++i) input += line_of(i);
  const char* given = std::getenv("REEL_SEED");
  const std::uint32_t seed =
      given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10)) : 20240117;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    kill_once(static_cast<std::uint32_t>(random() % 300000), input);
  }
}
