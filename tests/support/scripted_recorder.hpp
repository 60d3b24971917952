// A recording thread taken apart: what Lane does to record an event, one store at a time, so that a
// test can let others go between any two. On purpose it can also do it wrong.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "record/lane.hpp"
#include "support/frames.hpp"

namespace reel::test {

enum class Mistake : std::uint8_t {
  none,
  commit_after_handover,  // the last frame of a chunk is committed once the chunk was handed over
  commit_before_writing,  // `committed` is stored before the frame's bytes
  hop_before_commit,      // the stream goes to the next thread before its event is committed
  handover_twice,         // a chunk is handed over two times
  release_too_early,      // a chunk goes back to the threads as soon as it is handed over
};

// A stream, and whether some thread is recording to it just now.
struct ScriptedStream {
  detail::RecorderState* state = nullptr;
  bool taken = false;
  std::vector<std::string> recorded;  // texts of events whose record_* has returned
  std::vector<std::string> begun;     // and of those that have not
};

class ScriptedRecorder {
 public:
  struct Op {
    std::size_t stream;
    std::size_t bytes;  // of text
  };
  ScriptedRecorder(record::Lane& lane, std::vector<ScriptedStream>& streams, std::vector<Op> script,
                   Mistake mistake)
      : lane_(lane),
        streams_(streams),
        script_(std::move(script)),
        mistake_(mistake),
        handover_(lane.chunks()) {}

  bool finished() const { return at_ == script_.size(); }
  // Can it go on? (Another thread may have its stream, or no chunk may be free.)
  bool enabled() const {
    if (finished()) return false;
    if (stage_ == Stage::begin) return !stream().taken;
    return stage_ != Stage::take || lane_.chunks().free_count() > 0;
  }
  void step();
  // As a thread that ends: hands its chunk over.
  void retire();

 private:
  enum class Stage : std::uint8_t { begin, full, push, take, open, write, commit, done };
  ScriptedStream& stream() const { return streams_[script_[at_].stream]; }
  bool fits() const { return chunk_ != arena::kNoChunk && used_ + frame_.size() <= size(); }
  static std::size_t size() { return arena::kChunkBytes; }
  void begin();
  void push();
  void commit();
  arena::ChunkHeader& header() const { return lane_.arena().chunk_header(chunk_); }

  record::Lane& lane_;
  std::vector<ScriptedStream>& streams_;
  const std::vector<Op> script_;
  const Mistake mistake_;
  queue::ChunkQueue::Producer handover_;
  std::size_t at_ = 0;
  Stage stage_ = Stage::begin;
  std::string frame_;
  std::uint32_t chunk_ = arena::kNoChunk;
  std::uint32_t last_pushed_ = arena::kNoChunk;
  std::size_t used_ = 0;
  std::uint64_t order_ = 1;
};

}  // namespace reel::test
