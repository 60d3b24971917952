// reel.store: which store a folder is.
#include <algorithm>
#include <exception>

#include "base/random.hpp"
#include "catalog/catalog.hpp"
#include "catalog/text.hpp"
#include "io/errors.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kTitle = "reel store";
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::uint64_t kStoreFileBytesMax = 1 << 16;
constexpr std::size_t kNamesShown = 3;

Error not_a_store(const std::string& path, std::string_view message) {
  return io::usage_error(ErrorCode::not_a_store, path, message);
}

// "`a`, `b` and 4 more": what a stranger's folder holds.
std::string some_names(const std::vector<std::string>& names) {
  std::string text;
  const std::size_t shown = std::min(names.size(), kNamesShown);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    text += '`' + names[i] + '`';
  }
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

// Says why there is no reel.store in `store`.
Error explain_absence(io::FileSystem& fs, const std::string& store) {
  const auto info = fs.info(store);
  if (!info && info.error().code == ErrorCode::not_found) {
    return io::usage_error(ErrorCode::not_found, store,
                           "there is no such folder; check the path, or record to it to make one");
  }
  if (!info) return info.error();
  if (!info->is_directory) {
    return not_a_store(store, "this is a file, but a store is a folder; give the folder's path");
  }
  const auto names = fs.list(store);
  if (!names) return names.error();
  if (names->empty()) {
    return not_a_store(store, "this folder is empty and no store yet; record to it to make one");
  }
  return not_a_store(store, "this folder is not a store: it has no reel.store but holds " +
                                some_names(*names) + "; choose another folder");
}

// What an interrupted create_store leaves behind, or nothing at all.
bool may_become_store(io::FileSystem& fs, const std::string& store,
                      const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.starts_with("reel.store.")) continue;  // a temporary of replace_file
    if (name != "lanes") return false;
    const auto lanes = fs.list(io::join(store, name));
    if (!lanes) return false;
    for (const std::string& lane : *lanes) {
      const auto inside = fs.list(io::join(io::join(store, name), lane));
      if (!inside) return false;
      for (const std::string& file : *inside) {
        if (file != "lock") return false;
      }
    }
  }
  return true;
}

Result<segment::Uuid> random_uuid() {
  constexpr std::uint64_t kVersionMask = 0xf000, kVersion4 = 0x4000;
  constexpr std::uint64_t kVariantMask = std::uint64_t{3} << 62, kVariant = std::uint64_t{2} << 62;
  try {
    segment::Uuid uuid{base::random_u64(), base::random_u64()};
    uuid.high = (uuid.high & ~kVersionMask) | kVersion4;
    uuid.low = (uuid.low & ~kVariantMask) | kVariant;
    return uuid;
  } catch (const std::exception&) {
    return io::usage_error(ErrorCode::io, "",
                           "the system gives no random numbers; check that /dev/urandom works");
  }
}

Result<StoreIdentity> parse_store(const Records& records, const std::string& file) {
  const auto version = parse_u64(find_value(records, "format").value_or(""));
  if (!version || *version == 0) return bad_value(file, "format");
  if (*version > kFormatVersion) {
    return not_a_store(file, "this store has format " + std::to_string(*version) +
                                 ", made by a newer reel, and this one knows up to " +
                                 std::to_string(kFormatVersion) + "; upgrade reel to read it");
  }
  StoreIdentity identity;
  identity.format_version = static_cast<std::uint32_t>(*version);
  const auto uuid = parse_uuid(find_value(records, "uuid").value_or(""));
  if (!uuid) return bad_value(file, "uuid");
  identity.uuid = *uuid;
  const auto created = parse_i64(find_value(records, "created_us").value_or(""));
  if (!created) return bad_value(file, "created_us");
  identity.created_us = *created;
  return identity;
}

Result<StoreIdentity> write_store(io::FileSystem& fs, const std::string& store,
                                  std::int64_t now_us) {
  auto uuid = random_uuid();
  if (!uuid) return uuid.status();
  const StoreIdentity identity{*uuid, kFormatVersion, now_us};
  const Records records = {{"format", std::to_string(kFormatVersion)},
                           {"uuid", uuid_text(*uuid)},
                           {"created_us", std::to_string(now_us)}};
  Status status = io::replace_file(fs, store_file(store), encode_records(kTitle, records));
  if (!status) return status;
  return identity;
}

// The lane first and reel.store last, so that a folder with a reel.store has its lane too. Under
// the lane's lock: two processes that come at once must agree on one identity.
Result<StoreIdentity> make_store(io::FileSystem& fs, const std::string& store,
                                 std::int64_t now_us) {
  const std::string lane = lane_directory(store, 0);
  if (Status status = fs.create_directories(lane); !status) return status;
  const auto lock = fs.lock(lock_file(lane));
  const auto already = fs.info(store_file(store));
  if (already) return load_store(fs, store);
  if (already.error().code != ErrorCode::not_found) return already.status();
  if (!lock) return lock.status();
  return write_store(fs, store, now_us);
}

Error no_path() {
  return {ErrorCode::invalid_argument, 0, "", 0, "the path of the store is empty; give its folder"};
}

}  // namespace

Result<StoreIdentity> load_store(io::FileSystem& fs, const std::string& store) {
  if (store.empty()) return no_path();
  const std::string file = store_file(store);
  auto text = fs.read(file, kStoreFileBytesMax);
  if (!text) {
    // A file in the folder's place fails with ENOTDIR, which is io.
    const auto info = fs.info(store);
    const bool is_file = info && !info->is_directory;
    if (text.error().code == ErrorCode::not_found || is_file) return explain_absence(fs, store);
    return text.status();
  }
  auto records = decode_records(kTitle, *text, file);
  if (!records) return records.status();
  return parse_store(*records, file);
}

Result<StoreIdentity> create_store(io::FileSystem& fs, const std::string& store,
                                   std::int64_t now_us) {
  if (store.empty()) return no_path();
  const auto info = fs.info(store);
  if (!info && info.error().code != ErrorCode::not_found) return info.status();
  if (info) {
    if (!info->is_directory) return explain_absence(fs, store);
    const auto names = fs.list(store);
    if (!names) return names.status();
    const bool is_store = std::binary_search(names->begin(), names->end(), "reel.store");
    // What cannot become a store may have been made one by another process since that look: loading
    // looks again, and says why where it is none.
    if (is_store || !may_become_store(fs, store, *names)) return load_store(fs, store);
  }
  return make_store(fs, store, now_us);
}

}  // namespace reel::catalog
