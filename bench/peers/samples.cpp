#include "samples.hpp"

#include <thread>

namespace reel::peers {
namespace {

double measure_tick() {
  const double from = now_seconds();
  const std::uint64_t first = plain_ticks();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return (now_seconds() - from) * 1e9 / static_cast<double>(plain_ticks() - first);
}

std::uint64_t measure_cost() {
  std::vector<std::uint64_t> costs(10001);
  for (std::uint64_t& cost : costs) {
    const std::uint64_t from = fenced_ticks();
    cost = fenced_ticks() - from;
  }
  std::nth_element(costs.begin(), costs.begin() + 5000, costs.end());
  return costs[5000];
}

}  // namespace

double ns_per_tick() {
  static const double ns = measure_tick();
  return ns;
}

std::uint64_t fenced_ticks_cost() {
  static const std::uint64_t cost = measure_cost();
  return cost;
}

}  // namespace reel::peers
