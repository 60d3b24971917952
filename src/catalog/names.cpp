// The names of a store's files.
#include <algorithm>

#include "catalog/catalog.hpp"
#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::size_t kLaneDigits = 4;
constexpr std::size_t kSegmentDigits = 10;
constexpr std::string_view kSegmentSuffix = ".seg";

}  // namespace

std::string store_file(std::string_view store) { return io::join(store, "reel.store"); }

std::string lane_directory(std::string_view store, std::uint32_t lane) {
  return io::join(io::join(store, "lanes"), padded(lane, kLaneDigits));
}

std::string lock_file(std::string_view lane_directory) { return io::join(lane_directory, "lock"); }

std::string catalog_file(std::string_view lane_directory) {
  return io::join(lane_directory, "catalog");
}

std::string arena_ref_file(std::string_view lane_directory) {
  return io::join(lane_directory, "arena.ref");
}

std::string segment_file(std::string_view lane_directory, std::uint64_t number) {
  std::string name = padded(number, kSegmentDigits);
  name += kSegmentSuffix;
  return io::join(lane_directory, name);
}

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.ends_with(kSegmentSuffix)) return std::nullopt;
  name.remove_suffix(kSegmentSuffix.size());
  return parse_padded(name, kSegmentDigits);
}

Result<std::vector<std::uint32_t>> list_lanes(io::FileSystem& fs, const std::string& store) {
  auto names = fs.list(io::join(store, "lanes"));
  if (!names) return names.status();
  std::vector<std::uint32_t> lanes;
  for (const std::string& name : *names) {
    const auto lane = parse_padded(name, kLaneDigits);
    if (!lane || *lane > UINT32_MAX) continue;
    const auto info = fs.info(io::join(io::join(store, "lanes"), name));
    // One that cannot be looked at is not one that is not there.
    if (!info && info.error().code != ErrorCode::not_found) return info.status();
    if (info && info->is_directory) lanes.push_back(static_cast<std::uint32_t>(*lane));
  }
  std::sort(lanes.begin(), lanes.end());
  return lanes;
}

}  // namespace reel::catalog
