// A Reader as an EventStore: what Replayer and first_divergence ask for. Takes no events.
#pragma once

#include <memory>
#include <string>

#include "reel/reader.hpp"
#include "reel/store.hpp"

namespace reel::tool {

// Shows the streams of one namespace. `reader` must outlive it.
std::shared_ptr<EventStore> reader_store(const Reader& reader, std::string name_space);

}  // namespace reel::tool
