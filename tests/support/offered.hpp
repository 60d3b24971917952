// What a stream was offered while the arena was short, and whether a store tells exactly that.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "reel/recorder.hpp"
#include "support/read_back.hpp"

namespace reel::test {

class Offered {
 public:
  // An event that consumed the seqs [seq, seq + seqs).
  void add(std::uint64_t seq, std::uint64_t seqs, const Event& event, bool stored) {
    taken_.push_back({seq, seqs, stored ? describe(seq, event) : std::string(), stored});
    next_ = seq + seqs;
  }
  std::uint64_t next() const noexcept { return next_; }
  bool empty() const noexcept { return taken_.empty(); }

  // "" when the stream holds each recorded event once, in order, and GAPs over exactly the others;
  // else what is wrong first.
  std::string difference(const StoredStream& stream) const;

 private:
  struct Taken {
    std::uint64_t seq, seqs;
    std::string line;  // of a recorded event
    bool stored;
  };
  std::vector<Taken> taken_;
  std::uint64_t next_ = 0;
};

// The same of a whole store, by stream id.
std::string difference(const std::map<std::string, Offered>& offered, const Stored& stored);

}  // namespace reel::test
