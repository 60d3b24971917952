#include "base/random.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "support/catch.hpp"

namespace reel::base {
namespace {

TEST_CASE("random numbers use all their bits and do not repeat", "[base]") {
  std::uint64_t ones = 0, zeros = 0;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 256; ++i) {  // a bit that stays the same by chance: once in 2^250 runs
    const std::uint64_t value = random_u64();
    ones |= value;
    zeros |= ~value;
    seen.insert(value);
  }
  CHECK(ones == UINT64_MAX);
  CHECK(zeros == UINT64_MAX);
  CHECK(seen.size() == 256);
}

TEST_CASE("a forked child draws other numbers than its parent", "[base]") {
  (void)random_u64();  // what a generator would keep is there before the fork
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::uint64_t drawn = random_u64();
    ::_exit(::write(ends[1], &drawn, sizeof drawn) == sizeof drawn ? 0 : 1);
  }
  ::close(ends[1]);
  std::uint64_t of_child = 0;
  const ssize_t bytes = ::read(ends[0], &of_child, sizeof of_child);
  ::close(ends[0]);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  REQUIRE(bytes == sizeof of_child);
  CHECK(of_child != random_u64());
}

}  // namespace
}  // namespace reel::base
