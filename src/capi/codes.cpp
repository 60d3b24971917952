#include "capi/codes.hpp"

using namespace reel;

int reel_abi_version(void) { return REEL_ABI_VERSION; }
const char* reel_version_string(void) { return REEL_VERSION; }

const char* reel_error_name(int code) {
  if (code < REEL_OK || code > REEL_PARTIAL) return "unknown";
  return error_code_name(static_cast<ErrorCode>(code));
}

const char* reel_append_name(int append) {
  if (append < REEL_APPEND_OK || append > REEL_APPEND_INVALID) return "unknown";
  return append_name(static_cast<Append>(append));
}
