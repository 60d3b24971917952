#include "log/stream_names.hpp"

#include "base/bytes.hpp"
#include "base/utf8.hpp"
#include "reel/options.hpp"

namespace reel::log {
namespace {

Status check_name(std::string_view what, std::string_view name) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::invalid_argument, 0, "", 0, std::string(what) + " " + why};
  };
  if (name.empty()) return refuse("must not be empty");
  if (name.size() > kStreamIdBytesMax) {
    return refuse("has " + std::to_string(name.size()) + " bytes; at most " +
                  std::to_string(kStreamIdBytesMax) + " are allowed");
  }
  if (!base::valid_utf8(name)) return refuse("is not valid UTF-8");
  return {};
}

}  // namespace

Status check_names(std::string_view name_space, std::string_view id) {
  Status status = check_name("the namespace", name_space);
  return status ? check_name("the stream id", id) : status;
}

std::string key_of(std::string_view name_space, std::string_view id) {
  std::string key;
  key.reserve(2 + name_space.size() + id.size());
  base::append_le(key, static_cast<std::uint16_t>(name_space.size()));
  key.append(name_space).append(id);
  return key;
}

}  // namespace reel::log
