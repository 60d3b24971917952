#include "load/due_queue.hpp"

#include <map>
#include <random>
#include <utility>

#include "support/catch.hpp"

namespace reel::load {
namespace {

// Against a map: pushes near, far (several turns of the wheel) and before the present.
TEST_CASE("the queue gives what is due in order", "[load]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    DueQueue queue;
    std::map<std::pair<std::int64_t, std::uint32_t>, std::uint32_t> model;
    std::int64_t now = 1'700'000'000'000'000;
    std::uint32_t slots = 0;
    const auto push = [&](std::int64_t us, std::uint32_t slot) {
      const auto number = static_cast<std::uint32_t>(random());
      queue.push({us, number, slot});
      model[{us, number}] = slot;
    };
    for (int i = 0; i < 20'000; ++i) {
      const std::int64_t reach = random() % 8 == 0 ? 5'000'000 : 3'000;
      if (slots < 500 && random() % 3 == 0) {
        push(now + static_cast<std::int64_t>(random()) % reach, slots++);
      }
      if (queue.empty()) continue;
      const DueQueue::Due due = queue.front();
      REQUIRE(std::make_pair(due.us, due.number) == model.begin()->first);
      REQUIRE(due.slot == model.begin()->second);
      queue.pop();
      model.erase(model.begin());
      now = due.us;
      if (random() % 50 != 0) push(now + static_cast<std::int64_t>(random() % 60'000), due.slot);
    }
    REQUIRE(queue.empty() == model.empty());
  }
}

}  // namespace
}  // namespace reel::load
