#include "catalog/backup_mark.hpp"

#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kTitle = "reel backup";
constexpr std::uint64_t kBytesMax = 1 << 16;

}  // namespace

std::string backup_mark_file(std::string_view store) { return io::join(store, kBackupMark); }

Result<BackupMark> load_backup_mark(io::FileSystem& fs, const std::string& store) {
  const std::string file = backup_mark_file(store);
  const auto text = fs.read(file, kBytesMax);
  if (!text) return text.status();
  const auto records = decode_records(kTitle, *text, file);
  if (!records) return records.status();
  BackupMark mark;
  mark.source = find_value(*records, "source").value_or("");
  const auto taken = parse_i64(find_value(*records, "taken_us").value_or(""));
  if (!taken) return bad_value(file, "taken_us");
  mark.taken_us = *taken;
  return mark;
}

Status save_backup_mark(io::FileSystem& fs, const std::string& store, const BackupMark& mark) {
  const Records records = {{"source", mark.source}, {"taken_us", std::to_string(mark.taken_us)}};
  return io::publish_file(fs, backup_mark_file(store), encode_records(kTitle, records));
}

}  // namespace reel::catalog
