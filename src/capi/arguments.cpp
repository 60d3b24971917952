#include "capi/arguments.hpp"

#include <cstdlib>
#include <cstring>

namespace reel::capi {

Status need(std::initializer_list<Pointer> pointers) {
  for (const Pointer& pointer : pointers) {
    if (pointer.value != nullptr) continue;
    return Error{ErrorCode::invalid_argument, 0, "", 0,
                 std::string(pointer.name) + " must not be NULL"};
  }
  return {};
}

Result<std::string_view> text_of(const char* data, std::size_t bytes, const char* name) {
  if (is_text(data, bytes)) return std::string_view(data, bytes);
  const char* const why =
      data == nullptr ? " is NULL, and is said to have bytes" : " has a size that no text can have";
  return Error{ErrorCode::invalid_argument, 0, "", 0, std::string(name) + why};
}

void give(reel_string& out, std::string_view text) {
  char* const data = static_cast<char*>(std::malloc(text.size() + 1));
  if (data == nullptr) throw std::bad_alloc();
  if (!text.empty()) std::memcpy(data, text.data(), text.size());
  data[text.size()] = '\0';
  out = {data, text.size()};
}

}  // namespace reel::capi

void reel_string_free(reel_string* string) {
  if (string == nullptr) return;
  std::free(string->data);
  *string = {};
}
