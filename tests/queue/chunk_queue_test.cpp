#include "queue/chunk_queue.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/sanitized.hpp"
#include "support/catch.hpp"

using reel::queue::ChunkQueue;

namespace {

constexpr bool kMallocMayFail = REEL_SANITIZED == 0;  // a sanitizer's own ends the process

// From here on malloc has nothing to give.
void use_up_memory() {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_AS, &limit);
  void* (*volatile const take)(std::size_t) = std::malloc;  // not to be optimised away
  for (std::size_t bytes = std::size_t{1} << 20; bytes > 4096; bytes /= 2) {
    while (take(bytes) != nullptr) {
    }
  }
  for (std::size_t bytes = 4096; bytes > 0; bytes -= 16) {
    while (take(bytes) != nullptr) {
    }
  }
}

// In a child: of four handles pushed without memory, which ones arrive? Bit by bit.
int delivered_without_memory() {
  ChunkQueue queue(4);  // has memory for the handles of one producer
  ChunkQueue::Producer a(queue), b(queue);
  use_up_memory();
  queue.push(a, 0);
  queue.push(b, 1);
  queue.push(b, 2);
  queue.push(a, 3);
  int delivered = 0;
  std::array<std::uint32_t, 3> handles{};
  for (int round = 0; round < 3; ++round) {
    const std::size_t count = queue.drain(handles);
    for (std::size_t i = 0; i < count; ++i) {
      const int bit = 1 << handles.at(i);
      if ((delivered & bit) != 0) return 100;  // twice
      delivered |= bit;
    }
  }
  return delivered;
}

}  // namespace

TEST_CASE("handles of a producer come out once, in their order", "[queue]") {
  ChunkQueue queue(100);
  ChunkQueue::Producer producer(queue);
  for (std::uint32_t i = 0; i < 100; ++i) queue.push(producer, i);
  std::array<std::uint32_t, 64> handles{};
  std::uint32_t next = 0;
  for (std::size_t count = queue.drain(handles); count > 0; count = queue.drain(handles)) {
    for (std::size_t i = 0; i < count; ++i) CHECK(handles.at(i) == next++);
  }
  CHECK(next == 100);
}

TEST_CASE("a handle arrives although there is no memory for it", "[queue]") {
  if (!kMallocMayFail) {
    WARN("a sanitizer's malloc does not survive this");
    return;
  }
  const pid_t child = fork();
  if (child == 0) _exit(delivered_without_memory());
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 15);
}
