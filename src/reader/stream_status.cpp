#include "reel/reader.hpp"

namespace reel {

const char* stream_status_name(StreamStatus status) noexcept {
  switch (status) {
    case StreamStatus::open:
      return "open";
    case StreamStatus::completed:
      return "completed";
    case StreamStatus::error:
      return "error";
    case StreamStatus::interrupted:
      break;
  }
  return "interrupted";
}

}  // namespace reel
