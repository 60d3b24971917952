// Tombstones: which streams of a store were deleted. A deletion is one small file that names an
// incarnation, STORE/deleted/<16 hex digits>; it needs no lock, and whoever sees the file obeys. An
// id that is recorded again gets another incarnation, which no old tombstone touches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_system.hpp"
#include "reel/status.hpp"

namespace reel::catalog {

struct Tombstone {
  std::string name_space, stream_id;
  std::uint64_t incarnation = 0, ordinal = 0;
  std::int64_t deleted_us = 0;
};

std::string deleted_directory(std::string_view store);
std::string tombstone_file(std::string_view store, std::uint64_t incarnation);
// The incarnation of a tombstone's file name, nullopt for any other name.
std::optional<std::uint64_t> tombstone_incarnation(std::string_view name);

// One call of the system: cheap enough for every opening of a stream.
Result<bool> is_deleted(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation);
// All of them, ascending, by the files' names alone: a damaged tombstone still hides its stream.
Result<std::vector<std::uint64_t>> list_deleted(io::FileSystem& fs, const std::string& store);

// Made whole or not at all, durable on return; where there is one already, nothing happens.
Status save_tombstone(io::FileSystem& fs, const std::string& store, const Tombstone& tombstone);
// Errors: not_found, damaged (also when the file's name is not that of its content).
Result<Tombstone> load_tombstone(io::FileSystem& fs, const std::string& store,
                                 std::uint64_t incarnation);
// Its stream was erased: the names go from it too, and "erased" and the incarnation's digits stand
// for them. It hides what readers still have open, and goes with the next compaction of all lanes.
Status forget_names(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation);
// For a deletion that turned out to be refused: see delete_stream.
Status remove_tombstone(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation);

}  // namespace reel::catalog
