#include "catalog/tombstone.hpp"

#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kTitle = "reel tombstone";
constexpr int kTriesMax = 8;
constexpr std::uint64_t kBytesMax = 1 << 16;  // two names of 4096 bytes, escaped, and five lines

Result<Tombstone> parse_tombstone(const Records& records, const std::string& file) {
  Tombstone tombstone;
  tombstone.name_space = find_value(records, "namespace").value_or("");
  if (tombstone.name_space.empty()) return bad_value(file, "namespace");
  tombstone.stream_id = find_value(records, "stream").value_or("");
  if (tombstone.stream_id.empty()) return bad_value(file, "stream");
  const auto incarnation = parse_hex64(find_value(records, "incarnation").value_or(""));
  if (!incarnation) return bad_value(file, "incarnation");
  tombstone.incarnation = *incarnation;
  const auto ordinal = parse_u64(find_value(records, "ordinal").value_or(""));
  if (!ordinal) return bad_value(file, "ordinal");
  tombstone.ordinal = *ordinal;
  const auto deleted = parse_i64(find_value(records, "deleted_us").value_or(""));
  if (!deleted) return bad_value(file, "deleted_us");
  tombstone.deleted_us = *deleted;
  return tombstone;
}

std::string encode_tombstone(const Tombstone& tombstone) {
  return encode_records(kTitle, {{"namespace", tombstone.name_space},
                                 {"stream", tombstone.stream_id},
                                 {"incarnation", hex64(tombstone.incarnation)},
                                 {"ordinal", std::to_string(tombstone.ordinal)},
                                 {"deleted_us", std::to_string(tombstone.deleted_us)}});
}

// What crashes left of it has the names, too.
Status remove_temporaries(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation) {
  const auto names = fs.list(deleted_directory(store));
  if (!names) return names.status();
  for (const std::string& name : *names) {
    if (!name.starts_with(hex64(incarnation) + ".")) continue;
    Status status = fs.remove(io::join(deleted_directory(store), name));
    if (!status && status.error().code != ErrorCode::not_found) return status;
  }
  return {};
}

}  // namespace

std::string deleted_directory(std::string_view store) { return io::join(store, "deleted"); }

std::string tombstone_file(std::string_view store, std::uint64_t incarnation) {
  return io::join(deleted_directory(store), hex64(incarnation));
}

std::optional<std::uint64_t> tombstone_incarnation(std::string_view name) {
  return parse_hex64(name);
}

Result<bool> is_deleted(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation) {
  const auto info = fs.info(tombstone_file(store, incarnation));
  if (info) return true;
  if (info.error().code == ErrorCode::not_found) return false;
  return info.status();
}

Result<std::vector<std::uint64_t>> list_deleted(io::FileSystem& fs, const std::string& store) {
  std::vector<std::uint64_t> incarnations;
  const auto names = fs.list(deleted_directory(store));
  if (!names && names.error().code == ErrorCode::not_found) return incarnations;
  if (!names) return names.status();
  for (const std::string& name : *names) {  // sorted, and so are their numbers
    if (const auto incarnation = tombstone_incarnation(name)) incarnations.push_back(*incarnation);
  }
  return incarnations;
}

Status save_tombstone(io::FileSystem& fs, const std::string& store, const Tombstone& tombstone) {
  const auto already = is_deleted(fs, store, tombstone.incarnation);
  if (!already) return already.status();
  if (*already) return {};
  if (Status status = fs.create_directories(deleted_directory(store)); !status) return status;
  return io::publish_file(fs, tombstone_file(store, tombstone.incarnation),
                          encode_tombstone(tombstone));
}

Status forget_names(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation) {
  auto tombstone = load_tombstone(fs, store, incarnation);
  if (!tombstone && tombstone.error().code == ErrorCode::not_found) return {};
  if (!tombstone) return tombstone.status();
  tombstone->name_space = "erased";
  tombstone->stream_id = hex64(incarnation);
  Status status;
  for (int i = 0; i < kTriesMax; ++i) {  // another eraser may take this one's for a crash's
    status = io::publish_file(fs, tombstone_file(store, incarnation), encode_tombstone(*tombstone));
    if (status || status.error().code != ErrorCode::not_found) break;
  }
  return status ? remove_temporaries(fs, store, incarnation) : status;
}

Result<Tombstone> load_tombstone(io::FileSystem& fs, const std::string& store,
                                 std::uint64_t incarnation) {
  const std::string file = tombstone_file(store, incarnation);
  const auto text = fs.read(file, kBytesMax);
  if (!text) return text.status();
  const auto records = decode_records(kTitle, *text, file);
  if (!records) return records.status();
  auto tombstone = parse_tombstone(*records, file);
  if (tombstone && tombstone->incarnation != incarnation) return bad_value(file, "incarnation");
  return tombstone;
}

Status remove_tombstone(io::FileSystem& fs, const std::string& store, std::uint64_t incarnation) {
  if (Status status = fs.remove(tombstone_file(store, incarnation)); !status) return status;
  return fs.sync_directory(deleted_directory(store));
}

}  // namespace reel::catalog
