#include "catalog/saved_snapshots.hpp"

#include <algorithm>
#include <cerrno>

#include "base/checksum.hpp"
#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::size_t kNumberDigits = 10;
constexpr std::string_view kTemporarySuffix = ".tmp";
constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 32;
constexpr int kTriesMax = 1000;  // of savers that come at once

bool is_there(const Error& error) { return error.sys_errno == EEXIST; }

// The number that a finished file or one being written has in its name.
std::optional<std::uint64_t> number_in(std::string_view name) {
  if (const auto finished = parse_snapshot_name(name)) return finished->number;
  if (!name.ends_with(kTemporarySuffix)) return std::nullopt;
  name.remove_suffix(kTemporarySuffix.size());
  return parse_padded(name, kNumberDigits);
}

// One above all numbers in use, by files that others are writing too.
Result<std::uint64_t> next_number(io::FileSystem& fs, const std::string& folder) {
  const auto names = fs.list(folder);
  if (!names) return names.status();
  std::uint64_t last = 0;
  for (const std::string& name : *names) last = std::max(last, number_in(name).value_or(0));
  return last + 1;
}

Result<bool> is_finished(io::FileSystem& fs, const std::string& folder, std::uint64_t number) {
  const auto names = fs.list(folder);
  if (!names) return names.status();
  return std::any_of(names->begin(), names->end(), [&](const std::string& name) {
    const auto finished = parse_snapshot_name(name);
    return finished && finished->number == number;
  });
}

Status write_whole(io::AppendFile& file, std::string_view bytes) {
  Status status = file.append(bytes);
  if (status) status = file.sync();
  return status ? file.close() : status;
}

}  // namespace

std::string snapshots_directory(std::string_view store) { return io::join(store, "snapshots"); }

std::string snapshot_folder(std::string_view name_space, std::string_view id) {
  std::string key(name_space);
  key += '\0';
  key += id;
  const base::Checksum128 sum = base::checksum128(key);
  return hex64(sum.high) + hex64(sum.low);
}

bool is_snapshot_folder(std::string_view name) {
  return name.size() == 2 * kHexDigits && parse_hex64(name.substr(0, kHexDigits)) &&
         parse_hex64(name.substr(kHexDigits));
}

std::string snapshot_name(const SnapshotName& name) {
  return padded(name.number, kNumberDigits) + '-' + std::to_string(name.seq);
}

std::optional<SnapshotName> parse_snapshot_name(std::string_view name) {
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = parse_padded(name.substr(0, dash), kNumberDigits);
  const auto seq = parse_u64(name.substr(dash + 1));
  if (!number || !seq) return std::nullopt;
  return SnapshotName{*number, *seq};
}

Result<SavedSnapshot> load_snapshot(io::FileSystem& fs, const std::string& store,
                                    std::string_view folder, const SnapshotName& name) {
  const std::string file =
      io::join(io::join(snapshots_directory(store), folder), snapshot_name(name));
  const auto bytes = fs.read(file, kBytesMax);
  if (!bytes) return bytes.status();
  auto saved = decode_snapshot(*bytes, file);
  if (!saved) return saved;
  if (saved->number != name.number) return bad_value(file, "number");
  if (saved->snapshot.seq != name.seq) return bad_value(file, "seq");
  if (snapshot_folder(saved->name_space, saved->snapshot.stream_id) != folder) {
    return bad_value(file, "stream");
  }
  return saved;
}

SavedSnapshots::SavedSnapshots(io::FileSystem& fs, std::string store, std::string_view name_space,
                               std::string_view id)
    : fs_(fs),
      store_(std::move(store)),
      name_space_(name_space),
      id_(id),
      folder_(snapshot_folder(name_space, id)) {}

// The temporary file claims the number: only one saver at a time can make it. Whoever claims a
// number late, after another one has finished with it, sees the finished file and takes the next.
Status SavedSnapshots::save(const Snapshot& snapshot) {
  const std::string folder = io::join(snapshots_directory(store_), folder_);
  if (Status status = fs_.create_directories(folder); !status) return status;
  for (int i = 0; i < kTriesMax; ++i) {
    const auto number = next_number(fs_, folder);
    if (!number) return number.status();
    const std::string temporary =
        io::join(folder, padded(*number, kNumberDigits) + std::string(kTemporarySuffix));
    auto file = fs_.create(temporary);
    if (!file && is_there(file.error())) continue;
    if (!file) return file.status();
    const auto late = is_finished(fs_, folder, *number);
    Status status = late.status();
    if (status && !*late) {
      status = write_whole(**file, encode_snapshot({name_space_, *number, snapshot}));
      const std::string name = snapshot_name({*number, snapshot.seq});
      if (status) status = fs_.rename(temporary, io::join(folder, name));
      if (status) return fs_.sync_directory(folder);
    }
    (void)fs_.remove(temporary);
    if (!status) return status;
  }
  return Error{ErrorCode::busy, 0, folder, 0,
               "too many processes save snapshots of this stream at once; try again"};
}

Result<std::vector<SnapshotName>> SavedSnapshots::names() {
  std::vector<SnapshotName> found;
  const auto names = fs_.list(io::join(snapshots_directory(store_), folder_));
  if (!names && names.error().code == ErrorCode::not_found) return found;
  if (!names) return names.status();
  for (const std::string& name : *names) {
    if (const auto parsed = parse_snapshot_name(name)) found.push_back(*parsed);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return found;
}

Result<std::optional<Snapshot>> SavedSnapshots::load(const SnapshotName& name) {
  auto saved = load_snapshot(fs_, store_, folder_, name);
  if (saved) return std::optional(std::move(saved->snapshot));
  if (saved.error().code == ErrorCode::not_found) return std::optional<Snapshot>();  // dropped now
  return saved.status();
}

Result<std::optional<Snapshot>> SavedSnapshots::last() {
  const auto saved = names();
  if (!saved) return saved.status();
  return saved->empty() ? std::optional<Snapshot>() : load(saved->back());
}

Result<std::optional<Snapshot>> SavedSnapshots::before(std::uint64_t seq) {
  const auto saved = names();
  if (!saved) return saved.status();
  const SnapshotName* best = nullptr;
  for (const SnapshotName& name : *saved) {
    if (name.seq <= seq && (best == nullptr || name.seq >= best->seq)) best = &name;
  }
  return best == nullptr ? std::optional<Snapshot>() : load(*best);
}

Status SavedSnapshots::drop() {
  const std::string folder = io::join(snapshots_directory(store_), folder_);
  const auto names = fs_.list(folder);
  if (!names && names.error().code == ErrorCode::not_found) return {};
  if (!names) return names.status();
  for (const std::string& name : *names) {
    Status status = fs_.remove(io::join(folder, name));
    if (!status && status.error().code != ErrorCode::not_found) return status;
  }
  if (Status status = fs_.sync_directory(folder); !status) return status;
  (void)fs_.remove(folder);  // an empty one left behind means nothing
  return fs_.sync_directory(snapshots_directory(store_));
}

}  // namespace reel::catalog
