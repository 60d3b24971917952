// When requests come and how long their answers are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/random.hpp"
#include "reel/status.hpp"

namespace reel::load {

struct Request {
  std::int64_t arrival_us = 0;  // Unix time
  std::uint32_t prompt_tokens = 0;
  std::uint32_t tokens = 0;  // generated
};

// "TIMESTAMP,ContextTokens,GeneratedTokens" with "2023-11-16 18:15:46.6805900,374,44", by arrival.
Result<std::vector<Request>> read_trace(const std::string& path);

// Requests one by one: a trace's, or made up in its shape (Poisson arrivals, log-normal lengths).
// Arrivals keep their distance from the first one divided by `speedup`.
class Requests {
 public:
  Requests(std::vector<Request> trace, double speedup);
  Requests(std::uint64_t seed, double speedup);
  Request next();
  bool has_next() const noexcept { return trace_.empty() || at_ < trace_.size(); }

 private:
  Request make();
  std::vector<Request> trace_;
  std::size_t at_ = 0;
  double speedup_;
  Random random_;
  double elapsed_us_ = 0;  // of the made ones
};

}  // namespace reel::load
