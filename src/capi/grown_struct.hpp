// Structs that begin with their size, so that they may grow at the end.
//
// A caller that was compiled earlier knows fewer members: the others keep their defaults. One that
// was compiled later knows more; those are accepted as long as they are 0, for what they would ask
// this library cannot do.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

#include "reel/status.hpp"

namespace reel::capi {

inline constexpr std::size_t kStructBytesMax = 4096;  // more is a struct that nobody filled

template <class Struct>
void init_struct(Struct* to, std::size_t struct_size, const Struct& defaults) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct> && offsetof(Struct, struct_size) == 0);
  if (to == nullptr || struct_size < sizeof struct_size) return;
  char* const bytes = reinterpret_cast<char*>(to);
  std::memset(bytes, 0, struct_size);
  std::memcpy(bytes, &defaults, std::min(struct_size, sizeof defaults));
  std::memcpy(bytes, &struct_size, sizeof struct_size);
}

// `given` over the defaults; null: these. `first_bytes`: the size in the first version that had it.
template <class Struct>
Result<Struct> take_struct(const Struct* given, const Struct& defaults, std::size_t first_bytes,
                           const char* init_name) {
  Struct taken = defaults;
  if (given == nullptr) return taken;
  const char* const bytes = reinterpret_cast<const char*>(given);
  std::size_t size = 0;
  std::memcpy(&size, bytes, sizeof size);
  const auto refuse = [](std::string why) {
    return Error{ErrorCode::invalid_argument, 0, "", 0, std::move(why)};
  };
  if (size < first_bytes || size > kStructBytesMax) {
    return refuse("the options' struct_size is " + std::to_string(size) + ": call " + init_name +
                  " first");
  }
  if (size > sizeof taken &&
      std::any_of(bytes + sizeof taken, bytes + size, [](char byte) { return byte != 0; })) {
    return refuse("the options ask for something that this version of reel does not have");
  }
  std::memcpy(&taken, bytes, std::min(size, sizeof taken));
  return taken;
}

}  // namespace reel::capi
