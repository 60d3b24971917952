// The arena that a lane's arena.ref names, if it is still what arena.ref says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "arena/snapshot.hpp"
#include "arena/watch.hpp"
#include "catalog/catalog.hpp"
#include "io/file_system.hpp"

namespace reel::reader {

// not_found: it is gone (closed meanwhile, or lost). damaged: it is not this store's: the machine
// was restarted since, or this is a copy of the store it belongs to.
Result<arena::ArenaSnapshot> read_arena(io::FileSystem& fs, const std::string& store,
                                        const segment::Uuid& uuid, const catalog::ArenaRef& ref);

// The same arena, watched for what comes. Errors likewise.
Result<std::unique_ptr<arena::ArenaWatch>> watch_arena(io::FileSystem& fs, const std::string& store,
                                                       const segment::Uuid& uuid,
                                                       const catalog::ArenaRef& ref);

// How many streams the lane has taken over from others; nullopt: nobody records there, or it cannot
// be told.
std::optional<std::uint32_t> takeovers(io::FileSystem& fs, const std::string& lane_directory);

}  // namespace reel::reader
