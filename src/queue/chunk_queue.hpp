// ChunkQueue: how chunks change hands. Full chunks go from recording threads to the writer, empty
// ones come back. Both ways are moodycamel::ConcurrentQueue of 32-bit handles, used once per 128
// KiB of frames, never per event.
//
// Order: handles of one Producer come out in the order they went in, as long as there is memory;
// between producers there is none (the writer restores order by seq). A Producer belongs to one
// thread at a time.
//
// A full arena: free chunks are counted, so that whoever takes some can leave others untouched
// (`keep`), and whoever finds too few can wait until more are given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace reel::queue {

class ChunkQueue {
 public:
  explicit ChunkQueue(std::uint32_t chunks_max);
  ~ChunkQueue();

  class Producer {
   public:
    explicit Producer(ChunkQueue& queue);
    ~Producer();

   private:
    friend class ChunkQueue;
    struct Token;
    std::unique_ptr<Token> token_;
  };

  // A full chunk for the writer. It always arrives, and once: where the queue has no memory for a
  // handle, room that was set aside at the start has.
  void push(Producer& from, std::uint32_t chunk) noexcept;
  // The writer's: up to handles.size() full chunks.
  std::size_t drain(std::span<std::uint32_t> handles) noexcept;

  // Empty chunks. `give` wakes those who wait.
  void give(std::uint32_t chunk) noexcept;
  // chunks.size() of them if at least `keep` others stay free, else none.
  bool take_many(std::span<std::uint32_t> chunks, std::uint32_t keep = 0) noexcept;
  std::uint32_t free_count() const noexcept;
  // How many were given so far; and a wait until that is no longer `seen`, or the time is over.
  std::uint64_t given() const noexcept;
  void wait_given(std::uint64_t seen, std::uint32_t milliseconds) noexcept;
  std::uint32_t full_count() const noexcept;  // about: handed over, not yet drained

 private:
  struct Queues;
  std::unique_ptr<Queues> queues_;
};

}  // namespace reel::queue
