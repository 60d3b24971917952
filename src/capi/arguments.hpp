// What C hands over, looked at before it is used; and what is handed out.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "capi/guard.hpp"
#include "reel/options.hpp"
#include "reel/reel.h"
#include "reel/status.hpp"

namespace reel::capi {

struct Pointer {
  const void* value;
  const char* name;
};
// invalid_argument, with its name, for the first that is null.
Status need(std::initializer_list<Pointer> pointers);

// A size above this is a negative number or a pointer in the wrong place, never a text's.
inline constexpr std::size_t kTextBytesMax = PTRDIFF_MAX;

inline bool is_text(const char* data, std::size_t bytes) noexcept {
  return (data != nullptr || bytes == 0) && bytes <= kTextBytesMax;
}
Result<std::string_view> text_of(const char* data, std::size_t bytes, const char* name);

inline std::string_view namespace_of(const char* name_space) noexcept {
  return name_space != nullptr ? std::string_view(name_space) : kDefaultNamespace;
}

// `text` as a string that C frees; throws bad_alloc.
void give(reel_string& out, std::string_view text);

// *out becomes what `make`, a Result<std::unique_ptr<Handle>>(), made, or NULL.
template <class Handle, class Make>
int make_handle(Handle** out, reel_error_info* error, Make&& make) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> Status {
    if (Status status = need({{out, "the place for the handle"}}); !status) return status;
    Result<std::unique_ptr<Handle>> made = make();
    if (!made) return made.status();
    *out = made->release();
    return {};
  });
}

// *out becomes what `write`, a Status(std::string&), appended, or {NULL, 0}.
template <class Write>
int make_string(reel_string* out, reel_error_info* error, Write&& write) noexcept {
  if (out != nullptr) *out = {};
  return guarded(error, [&]() -> Status {
    if (Status status = need({{out, "the place for the text"}}); !status) return status;
    std::string text;
    if (Status status = write(text); !status) return status;
    give(*out, text);
    return {};
  });
}

}  // namespace reel::capi
