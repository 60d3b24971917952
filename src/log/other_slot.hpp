// A slot of another lane's stream table, read while its owner may be changing it.
#pragma once

#include <string_view>

#include "arena/arena.hpp"
#include "log/segment_index.hpp"

namespace reel::log {

struct OtherSlot {
  enum class State { other_name, at_rest, held, moving };
  State state = State::other_name;
  KnownStream stream;    // at_rest: what a Recorder left, all of it written; else its incarnation
  bool opening = false;  // moving: a Recorder is being made
};

// What slot `index` says of the stream: other_name where it is free or another stream's, or where
// nothing was ever recorded.
OtherSlot read_other_slot(arena::Arena& arena, std::uint32_t index, std::string_view name_space,
                          std::string_view id);

}  // namespace reel::log
