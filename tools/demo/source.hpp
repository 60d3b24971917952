// The demo's load: the same events again for the same settings, as values that can be kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "demo/demo.hpp"
#include "load/load_generator.hpp"

namespace reel::demo {

struct Made {
  std::string stream;
  std::uint32_t number = 0;  // of the stream, by arrival
  Event event;
  bool opens = false, closes = false;  // the first, the last one of its stream
};

class Source {
 public:
  static Result<Source> make(const Settings& settings);
  // Replaces `batch` by the next events, `count` at most. False when there are none.
  bool next(std::vector<Made>& batch, std::size_t count);

 private:
  explicit Source(load::LoadGenerator generator) : generator_(std::move(generator)) {}
  load::LoadGenerator generator_;
};

}  // namespace reel::demo
