// What may come in: the rules that hold for any JSON text, whatever it says.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "reel/status.hpp"

namespace reel::json {

// Containers inside each other, counted in an envelope's line. What will stand inside an envelope
// later has less: all that comes in can be exported and read again.
inline constexpr std::size_t kDepthMax = 256;
// After a text above this the parser's buffers (several times its size) are given back.
inline constexpr std::size_t kKeptTextBytesMax = std::size_t{16} << 20;

Error refusal(std::string message);

// Every container within the limit, `depth` of them around the value already; no key twice in an
// object.
Status check_tree(simdjson::dom::element element, std::size_t depth);

// simdjson with its buffers.
class Dom {
 public:
  // The root, valid until the next call. Checked here: grammar, UTF-8, escapes, number ranges.
  Result<simdjson::dom::element> parse(std::string_view text);

 private:
  simdjson::error_code make_room(std::size_t bytes);

  simdjson::dom::parser parser_;
};

}  // namespace reel::json
