#include <string>

#include "support/c_handles.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::c_log;
using test::c_reader;
using test::CFollower;
using test::CLog;
using test::record_hello;
using test::taken;

// "id:seq " of each event that a look finds.
std::string seen(const CFollower& follower) {
  REQUIRE(reel_follower_poll(follower.get(), nullptr) == REEL_OK);
  std::string all;
  for (;;) {
    const reel_event* event = nullptr;
    REQUIRE(reel_follower_next(follower.get(), &event, nullptr) == REEL_OK);
    if (event == nullptr) return all;
    all.append(event->stream_id, event->stream_id_bytes);
    all += ':' + std::to_string(event->seq) + ' ';
  }
}

CFollower opened(const std::string& path, const char* position = nullptr,
                 const reel_follow_options* options = nullptr) {
  reel_follower* follower = nullptr;
  reel_error_info error;
  const int code = reel_follower_open(path.c_str(), position, options, &follower, &error);
  INFO(error.message);
  REQUIRE(code == REEL_OK);
  return CFollower(follower);
}

TEST_CASE("C follower: all that there is, what comes, and on from a position") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  record_hello(log, "a");
  CFollower follower = opened(dir.file("s"));
  CHECK(seen(follower) == "a:0 a:1 a:2 a:3 ");
  CHECK(seen(follower).empty());
  reel_string position = {};
  REQUIRE(reel_follower_position(follower.get(), &position, nullptr) == REEL_OK);
  follower.reset();
  record_hello(log, "b");
  const std::string place = taken(position);
  follower = opened(dir.file("s"), place.c_str());
  CHECK(seen(follower) == "b:0 b:1 b:2 b:3 ");
}

TEST_CASE("C follower: after what a Reader shows, one stream alone, with its JSON") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  record_hello(log, "a");
  auto reader = c_reader(dir.file("s"));
  const char* const id = "b";
  const std::size_t bytes = 1;
  reel_follow_options options;
  reel_follow_options_init(&options, sizeof options);
  options.stream_ids = &id;
  options.stream_ids_bytes = &bytes;
  options.stream_count = 1;
  reel_follower* made = nullptr;
  REQUIRE(reel_follower_after(reader.get(), &options, &made, nullptr) == REEL_OK);
  const CFollower follower(made);
  reader.reset();
  record_hello(log, "b");
  record_hello(log, "c");
  REQUIRE(reel_follower_poll(follower.get(), nullptr) == REEL_OK);
  const reel_event* event = nullptr;
  REQUIRE(reel_follower_next(follower.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(event->type == REEL_EVENT_START);
  const char* json = nullptr;
  std::size_t size = 0;
  REQUIRE(reel_follower_json(follower.get(), &json, &size, nullptr) == REEL_OK);
  CHECK(std::string(json, size).find(R"({"stream_id":"b","seq":0,"event":{"type":"START")") == 0);
  CHECK(seen(follower) == "b:1 b:2 b:3 ");
  CHECK(reel_follower_json(follower.get(), &json, &size, nullptr) == REEL_NOT_FOUND);
}

TEST_CASE("C follower: misuse is refused") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  reel_error_info error;
  reel_follower* follower = nullptr;
  const reel_event* event = nullptr;
  reel_string position = {};
  CHECK(reel_follower_open(dir.file("s").c_str(), "no position", nullptr, &follower, &error) ==
        REEL_INVALID_ARGUMENT);
  CHECK(follower == nullptr);
  CHECK(reel_follower_open(dir.file("none").c_str(), nullptr, nullptr, &follower, &error) ==
        REEL_NOT_FOUND);
  CHECK(reel_follower_open(nullptr, nullptr, nullptr, &follower, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_follower_after(nullptr, nullptr, &follower, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_follower_poll(nullptr, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_follower_next(nullptr, &event, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_follower_json(nullptr, nullptr, nullptr, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_follower_position(nullptr, &position, &error) == REEL_INVALID_ARGUMENT);
  reel_follower_close(nullptr);
}

}  // namespace
}  // namespace reel
