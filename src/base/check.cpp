#include "base/check.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace reel::base {
namespace {

std::atomic<CheckHandler> handler_in_use{nullptr};

void print(const CheckFailure& failure) noexcept {
  std::fprintf(stderr, "reel: internal check failed: %s (%s:%d); please report this\n",
               failure.condition, failure.file, failure.line);
}

}  // namespace

CheckHandler set_check_handler(CheckHandler handler) noexcept {
  return handler_in_use.exchange(handler);
}

bool check_failed(const CheckFailure& failure, bool abort_now) noexcept {
  if (abort_now) {
    print(failure);
    std::abort();
  }
  const CheckHandler handler = handler_in_use.load();
  (handler != nullptr ? handler : print)(failure);
  return false;
}

}  // namespace reel::base
