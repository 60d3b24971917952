#include <fstream>
#include <iterator>

#include "reel/histogram.hpp"
#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

TEST_CASE("a histogram's quantiles are right within its steps", "[tool]") {
  reel::tool::Histogram histogram;
  CHECK(histogram.quantile(0.5) == 0);
  for (std::uint64_t i = 1; i <= 100000; ++i) histogram.add(i);
  for (const double share : {0.1, 0.5, 0.9, 0.99, 0.999}) {
    CHECK(static_cast<double>(histogram.quantile(share)) == Approx(share * 100000).epsilon(0.035));
  }
  histogram.add(UINT64_MAX);
  CHECK(histogram.max() == UINT64_MAX);
  reel::tool::Histogram small;
  for (std::uint64_t i = 0; i < 64; ++i) small.add(i);
  for (std::uint64_t i = 0; i < 64; ++i) {
    CHECK(small.quantile((static_cast<double>(i) + 0.5) / 64) == i);
  }
}

TEST_CASE("bench write reports what it measured", "[tool]") {
  const TempDir dir;
  const std::string threads = GENERATE("1", "2");
  const std::string preload = GENERATE("--no-preload", "--preload");
  std::vector<std::string> arguments = {"bench", "write",  "--events",  "20000", "--seed",
                                        "7",     "--json", "--threads", threads, "--store"};
  const auto bench = [&](const std::string& store) {
    auto all = arguments;
    all.push_back(store);
    if (!preload.empty()) all.push_back(preload);
    return run_reel(all);
  };
  const Finished finished = bench(dir.file("s"));
  CAPTURE(finished.err);
  REQUIRE(finished.code == 0);
  const Json report = Json::parse(finished.out);
  CHECK(report["events"] == 20000);
  CHECK(report["seed"] == 7);
  CHECK(report["drops"] == 0);
  CHECK(report["refused"] == 0);
  CHECK(report["events_per_s"].get<double>() ==
        Approx(20000 / report["seconds"].get<double>()).epsilon(0.01));
  for (const char* quantile : {"p50", "p90", "p99", "p999", "p9999", "max"}) {
    CHECK(report["ns_per_record"][quantile].is_number());
  }
  const Json info = reel_json({"info", dir.file("s")});
  CHECK(info["events"] == 20000);
  CHECK(info["streams"] == report["streams"]);
  CHECK(run_reel({"verify", dir.file("s")}).code == 0);
  REQUIRE(bench(dir.file("again")).code == 0);
  const std::vector<Json> streams = values_of(run_reel({"ls", dir.file("s"), "--json"}).out);
  CHECK(streams.size() == report["streams"]);
  constexpr std::size_t kLooks = 8;  // two commands each
  for (std::size_t i = 0; i < streams.size(); i += streams.size() / kLooks + 1) {
    const std::string id = streams[i]["stream_id"];
    CHECK(run_reel({"export", dir.file("s"), id}).out ==
          run_reel({"export", dir.file("again"), id}).out);
  }
}

TEST_CASE("bench write makes a load with an end beforehand unless told not to", "[tool]") {
  const auto [end, value] = GENERATE(std::pair("--events", "1000"), std::pair("--streams", "5"));
  const std::string said = run_reel({"bench", "write", end, value}).out;
  CAPTURE(said);
  CHECK(said.find("before it making the load") != std::string::npos);
  CHECK(run_reel({"bench", "write", end, value, "--preload"}).out.find(" before it making") !=
        std::string::npos);
  CHECK(run_reel({"bench", "write", end, value, "--no-preload"}).out.find(" of it making") !=
        std::string::npos);
  CHECK(run_reel({"bench", "write", "--seconds", "0.01"}).out.find(" of it making") !=
        std::string::npos);
}

TEST_CASE("bench leaves nothing behind and refuses nonsense", "[tool]") {
  CHECK(run_reel({"bench"}).code == 2);
  CHECK(run_reel({"bench", "wriet"}).code == 2);
  CHECK(run_reel({"bench", "write", "--threads", "0"}).code == 2);
  CHECK(run_reel({"bench", "write", "--trace", "/nonexistent.csv"}).code == 3);
}

TEST_CASE("bench write takes the options of every verb", "[tool]") {
  const TempDir dir;
  const Finished finished =
      run_reel({"bench", "write", "--events", "40000", "--store", dir.file("s"), "--ns", "n",
                "--progress", "--json", "--sync", "round"});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK_THAT(finished.err, Catch::Matchers::Contains("40,000 events"));
  CHECK(Json::parse(finished.out)["syncs"] >= 2);  // a round is 16,384 events
  CHECK(run_reel({"ls", dir.file("s"), "--json"}).out.empty());
  CHECK_FALSE(run_reel({"ls", dir.file("s"), "--json", "--ns", "n"}).out.empty());
}

TEST_CASE("bench write at a pace counts latency from when an event was due", "[tool]") {
  const std::string threads = GENERATE("1", "2");
  const Finished finished = run_reel({"bench", "write", "--tokens-only", "--streams", "7", "--rate",
                                      "20000", "--seconds", "0.5", "--threads", threads, "--json"});
  CAPTURE(finished.err);
  REQUIRE(finished.code == 0);
  const Json report = Json::parse(finished.out);
  CHECK(report["events"].get<double>() == Approx(10000).epsilon(0.01));
  CHECK(report["seconds"].get<double>() >= 0.49);
  CHECK(report["streams"] == 7);
  CHECK(report["load"] == "tokens");
  CHECK(report["cpu_seconds"].get<double>() > 0);
  // Waiting for events to be due is no making of them.
  CHECK(report["generator_seconds"].get<double>() < 0.25);
  // A call can only end later than it was due and took.
  for (const char* quantile : {"p50", "p99", "p9999"}) {
    CHECK(report["ns_per_record"][quantile].get<double>() * 1.04 + 1 >=
          report["ns_per_call"][quantile].get<double>());
  }
  CHECK(report["percentiles"].front()[0] == 0);
  CHECK(report["percentiles"].back()[0] == 1);
  CHECK(report["timeline"].back()[1] == report["events"]);
  CHECK(report["timeline"].back()[2] == report["events"]);
}

TEST_CASE("bench write accounts for every event when the arena overflows", "[tool]") {
  const TempDir dir;
  const std::string overflow = GENERATE("drop", "fail");
  const Finished finished =
      run_reel({"bench", "write", "--tokens-only", "--token-bytes", "500-1500", "--events", "60000",
                "--arena-bytes", "1048576", "--arena", "store", "--overflow", overflow, "--sync-ms",
                "5", "--store", dir.file("s"), "--json"});
  CAPTURE(finished.err);
  REQUIRE(finished.code == 0);
  const Json report = Json::parse(finished.out);
  CHECK(report["events"].get<int>() + report["drops"].get<int>() + report["refused"].get<int>() ==
        60000);
  CHECK(report[overflow == "drop" ? "refused" : "drops"] == 0);
  CHECK(report["gap_events"] == report["drops"]);
  CHECK(reel_json({"info", dir.file("s")})["events"] == report["events"]);
}

TEST_CASE("bench write can wait for the disk at every event", "[tool]") {
  const Finished finished =
      run_reel({"bench", "write", "--ack", "durable", "--events", "20", "--json"});
  CAPTURE(finished.err);
  REQUIRE(finished.code == 0);
  const Json report = Json::parse(finished.out);
  CHECK(report["events"] == 20);
  CHECK(report["syncs"] >= 20);
}

TEST_CASE("bench write makes a page that needs nothing else", "[tool]") {
  const TempDir dir;
  REQUIRE(run_reel({"bench", "write", "--events", "5000", "--html", dir.file("p.html")}).code == 0);
  std::ifstream file(dir.file("p.html"));
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  CHECK(page.rfind("<!DOCTYPE html>", 0) == 0);
  std::size_t charts = 0;
  for (std::size_t at = 0; (at = page.find("<svg", at)) != std::string::npos; ++at) ++charts;
  CHECK(charts == 3);
  for (const char* outside : {"http:", "https:", "<script", "@import", "url(", "src="}) {
    CAPTURE(outside);
    CHECK(page.find(outside) == std::string::npos);
  }
  CHECK(page.find("nan") == std::string::npos);
  CHECK(page.find("5,000 of") != std::string::npos);
  CHECK(run_reel({"bench", "write", "--events", "10", "--html", dir.file("no/p.html")}).code == 3);
}
