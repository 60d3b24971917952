// catalog and arena.ref: what a lane holds and where its arena lies.
//
//   segment NUMBER ID BYTES DIGEST EVENTS STREAMS sealed|unsealed     (ID, DIGEST: 16 hex digits)
//   void FIRST END remove|keep
#include <algorithm>
#include <array>

#include "base/checksum.hpp"
#include "catalog/catalog.hpp"
#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kCatalogTitle = "reel catalog";
constexpr std::string_view kArenaRefTitle = "reel arena";
constexpr std::uint64_t kCatalogBytesMax = std::uint64_t{256} << 20;  // about 2 million segments
constexpr std::uint64_t kArenaRefBytesMax = 1 << 16;
constexpr std::size_t kSegmentFields = 7;

}  // namespace

std::string segment_text(const segment::SegmentSummary& s) {
  std::string text = std::to_string(s.number);
  for (const std::string& field :
       {hex64(s.segment_id), std::to_string(s.bytes), hex64(s.digest), std::to_string(s.events),
        std::to_string(s.streams), std::string(s.sealed ? "sealed" : "unsealed")}) {
    text += ' ';
    text += field;
  }
  return text;
}

std::optional<segment::SegmentSummary> parse_segment(std::string_view text) {
  std::array<std::string_view, kSegmentFields> fields;
  for (std::size_t i = 0; i < kSegmentFields; ++i) {
    const std::size_t end = i + 1 < kSegmentFields ? text.find(' ') : text.size();
    if (end == std::string_view::npos) return std::nullopt;
    fields[i] = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  const auto number = parse_u64(fields[0]), id = parse_hex64(fields[1]),
             bytes = parse_u64(fields[2]), digest = parse_hex64(fields[3]),
             events = parse_u64(fields[4]), streams = parse_u64(fields[5]);
  const bool sealed = fields[6] == "sealed";
  if (!number || !id || !bytes || !digest || !events || !streams) return std::nullopt;
  if (!sealed && fields[6] != "unsealed") return std::nullopt;
  return segment::SegmentSummary{*number, *id, *bytes, *digest, *events, *streams, sealed};
}

namespace {

std::string void_text(const VoidNumbers& range) {
  return std::to_string(range.first) + ' ' + std::to_string(range.end) +
         (range.keep ? " keep" : " remove");
}

std::optional<VoidNumbers> parse_void(std::string_view text) {
  const std::size_t first_end = text.find(' '), end_end = text.rfind(' ');
  if (first_end == std::string_view::npos || first_end == end_end) return std::nullopt;
  const auto first = parse_u64(text.substr(0, first_end));
  const auto end = parse_u64(text.substr(first_end + 1, end_end - first_end - 1));
  const std::string_view what = text.substr(end_end + 1);
  if (!first || !end || *first >= *end || (what != "keep" && what != "remove")) {
    return std::nullopt;
  }
  return VoidNumbers{*first, *end, what == "keep"};
}

Result<LaneCatalog> parse_catalog(const Records& records, const std::string& file) {
  LaneCatalog catalog;
  const auto next = parse_u64(find_value(records, "next_number").value_or(""));
  if (!next || *next == 0) return bad_value(file, "next_number");
  catalog.next_number = *next;
  const auto clean = parse_yes(find_value(records, "clean").value_or(""));
  if (!clean) return bad_value(file, "clean");
  catalog.clean = *clean;
  catalog.recovery = find_value(records, "recovery").value_or("");
  std::uint64_t last = 0;
  for (const auto& [key, value] : records) {
    if (key == "void") {
      const auto range = parse_void(value);
      if (!range || range->end > *next) return bad_value(file, "void");
      catalog.voids.push_back(*range);
    }
    if (key != "segment") continue;
    const auto summary = parse_segment(value);
    if (!summary || summary->number <= last || summary->number >= *next) {
      return bad_value(file, "segment");
    }
    last = summary->number;
    catalog.segments.push_back(*summary);
  }
  return catalog;
}

Result<ArenaRef> parse_arena_ref(const Records& records, const std::string& file) {
  ArenaRef ref;
  ref.path = find_value(records, "path").value_or("");
  if (ref.path.empty()) return bad_value(file, "path");
  const auto id = parse_hex64(find_value(records, "arena_id").value_or(""));
  if (!id) return bad_value(file, "arena_id");
  ref.arena_id = *id;
  ref.boot_id = find_value(records, "boot_id").value_or("");
  const auto consumed = parse_yes(find_value(records, "consumed").value_or(""));
  if (!consumed) return bad_value(file, "consumed");
  ref.consumed = *consumed;
  return ref;
}

}  // namespace

bool LaneCatalog::is_listed(std::uint64_t number) const noexcept {
  return std::any_of(segments.begin(), segments.end(),
                     [&](const auto& segment) { return segment.number == number; });
}

const VoidNumbers* LaneCatalog::find_void(std::uint64_t number) const noexcept {
  const auto range = std::find_if(voids.begin(), voids.end(), [&](const VoidNumbers& v) {
    return v.first <= number && number < v.end;
  });
  return range == voids.end() || is_listed(number) ? nullptr : &*range;
}

Result<LaneCatalog> load_catalog(io::FileSystem& fs, const std::string& lane_directory) {
  const std::string file = catalog_file(lane_directory);
  const auto text = fs.read(file, kCatalogBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return LaneCatalog{};
  if (!text) return text.status();
  const auto records = decode_records(kCatalogTitle, *text, file);
  if (!records) return records.status();
  return parse_catalog(*records, file);
}

std::uint64_t torn_digest(io::FileSystem& fs, const std::string& path, std::uint64_t valid_bytes) {
  const auto mapping = fs.map(path);
  if (!mapping) return 0;
  const std::string_view bytes = (*mapping)->bytes();
  return valid_bytes <= bytes.size() ? base::checksum64(bytes.substr(valid_bytes)) : 0;
}

Status save_catalog(io::FileSystem& fs, const std::string& lane_directory,
                    const LaneCatalog& catalog) {
  Records records = {{"next_number", std::to_string(catalog.next_number)},
                     {"clean", yes_or_no(catalog.clean)},
                     {"recovery", catalog.recovery}};
  // In order whatever the order they were found in: loading insists on it.
  auto segments = catalog.segments;
  std::sort(segments.begin(), segments.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  for (const auto& summary : segments) records.emplace_back("segment", segment_text(summary));
  for (const auto& range : catalog.voids) records.emplace_back("void", void_text(range));
  return io::replace_file(fs, catalog_file(lane_directory), encode_records(kCatalogTitle, records));
}

Result<ArenaRef> load_arena_ref(io::FileSystem& fs, const std::string& lane_directory) {
  const std::string file = arena_ref_file(lane_directory);
  const auto text = fs.read(file, kArenaRefBytesMax);
  if (!text) return text.status();
  const auto records = decode_records(kArenaRefTitle, *text, file);
  if (!records) return records.status();
  return parse_arena_ref(*records, file);
}

Status save_arena_ref(io::FileSystem& fs, const std::string& lane_directory, const ArenaRef& ref) {
  const Records records = {{"path", ref.path},
                           {"arena_id", hex64(ref.arena_id)},
                           {"boot_id", ref.boot_id},
                           {"consumed", yes_or_no(ref.consumed)}};
  return io::replace_file(fs, arena_ref_file(lane_directory),
                          encode_records(kArenaRefTitle, records));
}

}  // namespace reel::catalog
