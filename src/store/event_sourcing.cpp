#include "reel/event_sourcing.hpp"

namespace reel {

Result<std::optional<StreamMetadata>> EventSourcing::metadata(std::string_view stream_id,
                                                              const StorePtr& store) {
  if (store == nullptr) {
    return Error{ErrorCode::invalid_argument, 0, "", 0, "metadata needs a store; this one is null"};
  }
  return store->metadata(stream_id);
}

}  // namespace reel
