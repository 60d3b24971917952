// The promises of --ack: an answer per line, in order, at once, and what is refused is not stored.
#include <csignal>

#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("each line has its answer, in order", "[tool]") {
  const TempDir dir;
  const std::string input = token_line("a", 0, "x") + "\n" + token_line("a", 1, "y") + "{broken\n" +
                            token_line("a", 3, "z") + token_line("b c", 0, "w") +
                            token_line("a", 2, "z");
  const Finished finished = run_reel({"record", dir.file("s"), "--stdin", "--ack"}, input);
  CHECK(finished.code == 1);
  const Lines acks = lines_of(finished.out);
  REQUIRE(acks.size() == 7);
  CHECK(acks[0] == "ACK 0 a 0");
  CHECK(acks[1] == "ACK 1 - -");
  CHECK(acks[2] == "ACK 2 a 1");
  CHECK_THAT(acks[3], StartsWith("NAK 3 "));
  CHECK(acks[4] == "NAK 4 expected seq 2, got 3");
  CHECK(acks[5] == "ACK 5 \"b c\" 0");
  CHECK(acks[6] == "ACK 6 a 2");
  CHECK_THAT(finished.err, Contains("stdin:4: ") && Contains("stdin:5: expected seq 2, got 3"));
  CHECK(reel_json({"tokens", dir.file("s"), "a"}) == Json({"x", "y", "z"}));
}

TEST_CASE("a line that comes alone is answered alone", "[tool]") {
  const std::string level = GENERATE("recorded", "durable");
  const TempDir dir;
  Child child({kReelTool, "record", dir.file("s"), "--stdin", "--ack=" + level});
  for (int i = 0; i < 5; ++i) {
    REQUIRE(child.write(token_line("a", i, "x")));
    std::string line;
    REQUIRE(child.read_line(line, 20000));
    CHECK(line == "ACK " + std::to_string(i) + " a " + std::to_string(i));
  }
  child.close_input();
  CHECK(child.wait() == 0);
}

TEST_CASE("text is a token a line", "[tool]") {
  const TempDir dir;
  const Finished finished =
      run_reel({"record", dir.file("s"), "--stream", "t", "--format", "text", "--ack"},
               "Hello\r\n world\n\nlast");
  CHECK(finished.code == 0);
  CHECK(lines_of(finished.out) == Lines{"ACK 0 t 0", "ACK 1 t 1", "ACK 2 t 2", "ACK 3 t 3"});
  REQUIRE(run_reel({"record", dir.file("s"), "--stream", "t", "--format", "text"}, "more\n").code ==
          0);
  const Json tokens = reel_json({"tokens", dir.file("s"), "t"});
  CHECK(tokens == Json({"Hello", " world", "", "last", "more"}));
  const Json state = reel_json({"state", dir.file("s"), "t"});
  CHECK(state["token_count"] == 5);
  const Finished bad =
      run_reel({"record", dir.file("s"), "--stream", "t", "--format", "text", "--ack"}, "\xff\n");
  CHECK(bad.code == 1);
  CHECK_THAT(bad.out, StartsWith("NAK 0 "));
}

TEST_CASE("a provider's stream is answered line by line", "[tool]") {
  const TempDir dir;
  const std::string input =
      "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
      "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n"
      "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
      "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
      "data: [DONE]\n\n";
  const Finished finished = run_reel({"record", dir.file("s"), "--ack"}, input);
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  const Lines acks = lines_of(finished.out);
  REQUIRE(acks.size() == 6);
  for (std::size_t i = 0; i < acks.size(); ++i) {
    CHECK_THAT(acks[i], StartsWith("ACK " + std::to_string(i) + " "));
  }
  CHECK_THAT(finished.out, Contains(" c1 "));
  const Json state = reel_json({"state", dir.file("s"), "c1"});
  CHECK(state["content"] == "Hi");
  CHECK(state["completed"] == true);
  CHECK(state["start_ts"] > 1.7e12 + 1e9);  // stamped now, not by the response
}

TEST_CASE("what is stored already is acknowledged again, once stored", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  const std::string lines = token_line("a", 0, "x") + token_line("a", 1, "y");
  const Finished twice =
      run_reel({"record", store, "--ack"}, lines + lines + token_line("a", 1, "y"));
  CAPTURE(twice.err);
  CHECK(twice.code == 0);
  CHECK(lines_of(twice.out) ==
        Lines{"ACK 0 a 0", "ACK 1 a 1", "ACK 2 a 0", "ACK 3 a 1", "ACK 4 a 1"});
  const Finished later =
      run_reel({"import", store, "-", "--ack"}, lines + token_line("a", 1, "other"));
  CHECK(later.code == 1);
  const Lines acks = lines_of(later.out);
  REQUIRE(acks.size() == 3);
  CHECK(acks[0] == "ACK 0 a 0");
  CHECK(acks[1] == "ACK 1 a 1");
  CHECK_THAT(acks[2], StartsWith("NAK 2 expected seq 2, got 1"));
  CHECK(reel_json({"tokens", store, "a"}) == Json({"x", "y"}));
}

TEST_CASE("an ended input is an ended recording, by a signal too", "[tool]") {
  const int number = GENERATE(SIGINT, SIGTERM);
  const TempDir dir;
  Child child({kReelTool, "record", dir.file("s"), "--ack"});
  std::string line;
  REQUIRE(child.write(token_line("a", 0, "x")));
  REQUIRE(child.read_line(line, 20000));
  child.signal(number);
  CHECK(child.wait() == 0);
  CHECK(reel_json({"info", dir.file("s")})["clean"] == true);
  CHECK(reel_json({"tokens", dir.file("s"), "a"}) == Json({"x"}));
}

TEST_CASE("a line of several events is stored whole or refused", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  const auto part = [](const std::string& stream, int seq, const std::string& value) {
    std::string line = token_line(stream, seq, value);
    line.pop_back();
    return line;
  };
  const std::string bare = R"({"type":"TOKEN","ts":1,"value":"b","index":0})";
  const std::string input = "[" + part("a", 0, "x") + "," + part("b", 0, "y") + "," + bare + "," +
                            part("a", 1, "z") + "]\n[" + bare + "," + part("a", 3, "jump") +
                            "]\n[" + bare + ",{\"type\":1}]\n[" + bare + "," + part("c", 0, "p") +
                            "," + part("c", 0, "q") + "]\n[" + part("c", 0, "p") + "," +
                            part("c", 0, "p") + "," + part("a", 0, "x") + "," + part("c", 1, "r") +
                            "]\n[" + bare + "," + part("a", 0, "not x") + "]\n[]\n";
  const Finished finished = run_reel({"record", store, "--stream", "bare", "--ack"}, input);
  CAPTURE(finished.err);
  CHECK(finished.code == 1);
  const Lines acks = lines_of(finished.out);
  REQUIRE(acks.size() == 7);
  CHECK(acks[0] == "ACK 0 a 1");
  CHECK(acks[1] == "NAK 1 element 1 of the array: expected seq 2, got 3");
  CHECK_THAT(acks[2], StartsWith("NAK 2 element 1 of the array: "));
  CHECK_THAT(acks[3], StartsWith("NAK 3 element 2 of the array: expected seq 1, got 0"));
  CHECK(acks[4] == "ACK 4 c 1");
  CHECK_THAT(acks[5], StartsWith("NAK 5 element 1 of the array: expected seq 2, got 0"));
  CHECK(acks[6] == "ACK 6 - -");
  CHECK(reel_json({"tokens", store, "bare"}) == Json({"b"}));
  CHECK(reel_json({"tokens", store, "c"}) == Json({"p", "r"}));
}

TEST_CASE("what is stored of a line is acknowledged, the rest told", "[tool]") {
  const TempDir dir;
  const std::string big(65U << 20U, 'x');  // more than an event may have
  const auto token = [](const std::string& value) {
    return R"({"type":"TOKEN","ts":1,"value":")" + value + R"(","index":0})";
  };
  const Finished line = run_reel(
      {"record", dir.file("s"), "--stream", "a", "--ack"},
      "[" + token("x") + "," + token(big) + "," + token("y") + "]\n[" + token(big) + "]\n");
  CHECK(line.code == 1);
  const Lines acks = lines_of(line.out);
  REQUIRE(acks.size() == 2);
  CHECK(acks[0] == "ACK 0 a 1");
  CHECK_THAT(acks[1], StartsWith("NAK 1 too_large"));
  CHECK_THAT(line.err, Contains("stdin:1: too_large") && Contains("stdin:2: too_large"));
  CHECK(reel_json({"tokens", dir.file("s"), "a"}) == Json({"x", "y"}));
}

TEST_CASE("each bad line of a provider's stream has its answer", "[tool]") {
  constexpr int kBadLines = 1500;
  const TempDir dir;
  std::string input = R"(data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Hi"}},)"
                      R"({"index":5000,"delta":{"content":"far"}}]})"
                      "\n\n"
                      R"(data: {"id":"c1","choices":[{"index":5000,"delta":{"content":"far"}}]})"
                      "\n\n";
  for (int i = 0; i < kBadLines; ++i) input += "<html>\n";
  const Finished finished = run_reel({"record", dir.file("s"), "--ack"}, input);
  CHECK(finished.code == 1);
  const Lines acks = lines_of(finished.out);
  REQUIRE(acks.size() == 4 + kBadLines);
  CHECK(acks[1] == "ACK 1 c1 1");
  CHECK_THAT(acks[3], StartsWith("NAK 3 choice 5000 is beyond the 1024 that are kept; skipped"));
  for (int i = 0; i < kBadLines; ++i) {
    REQUIRE_THAT(acks[static_cast<std::size_t>(i) + 4],
                 StartsWith("NAK " + std::to_string(i + 4) + " neither"));
  }
  const Lines told = lines_of(finished.err);
  CHECK(told.size() == 2 + kBadLines);
  CHECK_THAT(told[0], Contains("stdin:1: choice 5000"));
  CHECK_THAT(told[1], Contains("stdin:3: choice 5000"));
}
