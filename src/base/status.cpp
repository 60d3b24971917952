// Errors as text.
#include "reel/status.hpp"

#include <array>
#include <system_error>

namespace reel {
namespace {

constexpr std::array<const char*, 15> kErrorCodeNames = {
    "ok",      "invalid_argument", "not_found", "busy",
    "closed",  "too_large",        "full",      "io",
    "damaged", "not_a_store",      "sequence",  "contradiction",
    "timeout", "internal",         "partial"};

}  // namespace

const char* error_code_name(ErrorCode code) noexcept {
  const auto index = static_cast<std::size_t>(code);
  return index < kErrorCodeNames.size() ? kErrorCodeNames[index] : "internal";
}

// The offset is shown only where it says something: at 0 the file alone is the place.
std::string Error::to_string() const {
  std::string text = message.empty() ? error_code_name(code) : message;
  std::string where = file;
  if (!file.empty() && offset != 0) where += " at " + std::to_string(offset);
  if (sys_errno != 0) {
    if (!where.empty()) where += ": ";
    where += std::generic_category().message(sys_errno);
  }
  if (!where.empty()) text += " (" + where + ")";
  return text;
}

}  // namespace reel
