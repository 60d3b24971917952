#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "reel/event.hpp"
#include "support/catch.hpp"

namespace {

std::uint64_t ms_of(const std::string& id) {
  return std::stoull(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
}
std::uint64_t unix_ms() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

}  // namespace

TEST_CASE("an id is a UUID of version 7", "[event][id]") {
  const std::uint64_t before = unix_ms();
  const std::string id = reel::generate_id();
  REQUIRE(id.size() == 36);
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    CHECK((dash ? id[i] == '-' : std::string("0123456789abcdef").find(id[i]) != std::string::npos));
  }
  CHECK(id[14] == '7');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
  CHECK(ms_of(id) >= before);
  CHECK(ms_of(id) <= unix_ms() + 100);  // a busy counter may run ahead of the clock
}

TEST_CASE("ids ascend within a millisecond", "[event][id]") {
  std::string last = reel::generate_id();
  for (int i = 0; i < 20000; ++i) {
    std::string id = reel::generate_id();
    REQUIRE(id > last);
    last = std::move(id);
  }
}

TEST_CASE("ids of several threads are distinct and ascend in each", "[event][id]") {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& ids : made) {
    threads.emplace_back([&ids] {
      for (int i = 0; i < 5000; ++i) ids.push_back(reel::generate_id());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> all, ticks;
  for (const auto& ids : made) {
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    all.insert(ids.begin(), ids.end());
    for (const auto& id : ids) ticks.insert(id.substr(0, 18));
  }
  CHECK(all.size() == 4 * 5000);
  CHECK(ticks.size() == 4 * 5000);  // time and counter alone tell them apart
}
