// Producers: who records into a lane. A thread has one Producer in each lane it records into: its
// open chunk and its way into the queue. A Producer of a thread that has ended serves the next
// thread that comes.
//
// Also here: which Producer the calling thread used last, and whether this process was forked.
// Threads: any. A Producer's own fields belong to its thread, `events` may be read by all.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "arena/arena.hpp"
#include "queue/chunk_queue.hpp"
#include "record/rank.hpp"
#include "record/token_text.hpp"

namespace reel::record {

class Lane;
struct Producer;

// The Producer this thread used last; there is one where there is a lane. Trivial and initial-exec,
// so that the hot path reads it without a guard or a call.
struct CurrentProducer {
  std::uint64_t lane_id = 0;  // 0: no lane's
  Producer* producer = nullptr;
};
extern constinit thread_local CurrentProducer current_producer
    __attribute__((tls_model("initial-exec")));

// One thread's way into the arena: its open chunk.
struct alignas(64) Producer {
  explicit Producer(queue::ChunkQueue& queue) : handover(queue) {}
  char* at = nullptr;  // where the next frame goes
  // Of the TOKENs that go the short way, which may be overwritten behind: so much below `limit`, or
  // `at` while TOKENs may not fill the chunk.
  char* end = nullptr;
  char* begin = nullptr;
  arena::ChunkHeader* header = nullptr;
  std::uint32_t chunk = arena::kNoChunk;
  Rank rank = Rank::token;               // the lowest that may fill the chunk
  bool in_use = true;                    // by a living thread; guarded by the Producers' lock
  Producer* before = nullptr;            // made before this one; never changes
  std::atomic<std::uint64_t> events{0};  // recorded by this thread; only it writes
  char* limit = nullptr;                 // of the chunk
  queue::ChunkQueue::Producer handover;

  // The chunk from now on is for events of `lowest` and above.
  void open_to(Rank lowest) noexcept {
    rank = lowest;
    end = lowest == Rank::token ? limit - kTextSlack : at;
  }
  std::size_t room() const noexcept { return static_cast<std::size_t>(limit - at); }
};

// How often this process, or one it descends from, was forked since somebody first asked.
std::uint32_t forks_so_far();

class Producers {
 public:
  explicit Producers(queue::ChunkQueue& queue) : queue_(queue) {}

  // The calling thread's in `lane`, whose Producers these are; from now on it is current_producer.
  // nullptr on a thread that is ending, or without memory.
  Producer* find(Lane& lane) noexcept;
  // The thread that had it has ended.
  void give_up(Producer& producer) noexcept;
  std::uint64_t recorded() const noexcept;  // events, by all; takes no lock

 private:
  Producer* take();

  queue::ChunkQueue& queue_;
  std::atomic<Producer*> newest_{nullptr};
  std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<Producer>> all_;
};

}  // namespace reel::record
