// A stream that C names.
#pragma once

#include "reel/reader.hpp"
#include "reel/reel.h"
#include "reel/status.hpp"

namespace reel::capi {

struct StreamArgument {
  std::shared_ptr<Reader> reader;
  std::string_view id, name_space;
};
// invalid_argument: a pointer is null that must not be.
Result<StreamArgument> stream_of(const reel_stream& given);
// And not_found where the Reader does not show it.
Result<StreamArgument> existing_stream(const reel_stream& given);
Error no_such_stream(const StreamArgument& stream);

}  // namespace reel::capi
