// What the last START of a stream says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reader/stream_parts.hpp"

namespace reel::reader {

// All its options, as JSON text; nullopt: there is no START, or, unless reading is strict, it is
// damaged, which its segment has noted.
Result<std::optional<std::string>> last_options(const StreamParts& parts, bool strict);

// One of them: a string's text, of any other value the JSON; `path` as in reel/json_object.hpp.
// nullopt: it has none, or as above. From the segments' facets, where those know.
Result<std::optional<std::string>> last_option(const StreamParts& parts, std::string_view path,
                                               bool strict);

}  // namespace reel::reader
