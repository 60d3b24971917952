#include "capi/guard.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "capi/codes.hpp"

namespace reel::capi {
namespace {

static_assert(sizeof(reel_error_info) == 2048, "its size never changes");

// Ends before a character that would be cut in two.
template <std::size_t kBytes>
void copy(char (&to)[kBytes], std::string_view text) noexcept {
  std::size_t bytes = std::min(text.size(), kBytes - 1);
  if (bytes < text.size()) {
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  }
  std::memcpy(to, text.data(), bytes);
  to[bytes] = '\0';
}

void fill(reel_error_info& info, const Error& error, std::string_view message) noexcept {
  info.code = code_of(error.code);
  info.sys_errno = error.sys_errno;
  info.offset = error.offset;
  copy(info.file, error.file);
  copy(info.message, message);
}

}  // namespace

int tell(reel_error_info* info, const Status& status) noexcept {
  const Error& error = status.error();
  if (info == nullptr) return code_of(error.code);
  if (status.ok()) {  // for every event that is read
    info->code = REEL_OK;
    info->sys_errno = 0;
    info->offset = 0;
    info->message[0] = info->file[0] = '\0';
    return REEL_OK;
  }
  try {
    fill(*info, error, error.to_string());
  } catch (...) {  // no memory for the whole sentence
    fill(*info, error, error.message);
  }
  return info->code;
}

int tell_no_memory(reel_error_info* info) noexcept {
  Error error;  // its texts are empty, which takes no memory
  error.code = ErrorCode::full;
  error.sys_errno = ENOMEM;
  if (info != nullptr) fill(*info, error, "there is not enough memory for it");
  return REEL_FULL;
}

}  // namespace reel::capi
