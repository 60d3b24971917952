#include "merge/journal.hpp"

#include "catalog/text.hpp"

namespace reel::merge {
namespace {

using catalog::hex64;
using catalog::parse_hex64;
using catalog::parse_u64;

constexpr std::string_view kTitle = "reel compaction";
constexpr std::uint64_t kBytesMax = std::uint64_t{256} << 20;

// What stands before the first blank, which goes too.
std::string_view cut(std::string_view& text) {
  const std::size_t blank = text.find(' ');
  const std::string_view front = text.substr(0, blank);
  text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  return front;
}

bool parse_input(std::string_view text, Journal& journal) {
  const auto number = parse_u64(cut(text)), id = parse_hex64(text);
  if (number && id) journal.inputs.emplace_back(*number, *id);
  return number && id;
}

// ORDINAL INCARNATION, and what the catalog would say of it.
bool parse_output(std::string_view text, Journal& journal) {
  const auto ordinal = parse_u64(cut(text)), incarnation = parse_hex64(cut(text));
  const auto summary = catalog::parse_segment(text);
  if (!ordinal || !incarnation || !summary) return false;
  journal.outputs.push_back({*summary, {*ordinal, *incarnation}});
  return true;
}

std::optional<Journal> parse(const catalog::Records& records) {
  Journal journal;
  const auto number = [&](std::string_view key) {
    return parse_u64(catalog::find_value(records, key).value_or(""));
  };
  const auto level = number("level"), block = number("block_bytes"),
             segment = number("segment_bytes_max"), first = number("first_number"),
             end = number("end_number");
  if (!level || *level > 22 || !block || !segment || !first || !end) return std::nullopt;
  journal.zstd_level = static_cast<int>(*level);
  journal.block_bytes = *block;
  journal.segment_bytes_max = *segment;
  journal.first_number = *first;
  journal.end_number = *end;
  const auto retention = parse_hex64(catalog::find_value(records, "retention").value_or(""));
  if (!retention) return std::nullopt;
  journal.retention = *retention;
  for (const auto& [key, value] : records) {
    if (key == "expired") {
      const auto incarnation = parse_hex64(value);
      if (!incarnation) return std::nullopt;
      journal.expired.push_back(*incarnation);
    }
    if (key == "input" && !parse_input(value, journal)) return std::nullopt;
    if (key == "output" && !parse_output(value, journal)) return std::nullopt;
  }
  return journal;
}

}  // namespace

// Of a retention the settings alone: what had expired when it began is still expired.
bool Journal::is_same_work(const Journal& other) const {
  return inputs == other.inputs && zstd_level == other.zstd_level &&
         block_bytes == other.block_bytes && segment_bytes_max == other.segment_bytes_max &&
         retention == other.retention;
}

std::string journal_file(const std::string& lane_directory) {
  return io::join(lane_directory, "compaction");
}

Result<std::optional<Journal>> load_journal(io::FileSystem& fs, const std::string& lane_directory) {
  const std::string file = journal_file(lane_directory);
  const auto text = fs.read(file, kBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return std::optional<Journal>();
  if (!text) return text.status();
  const auto records = catalog::decode_records(kTitle, *text, file);
  return records ? parse(*records) : std::optional<Journal>();
}

Status save_journal(io::FileSystem& fs, const std::string& lane_directory, const Journal& journal) {
  catalog::Records records = {{"level", std::to_string(journal.zstd_level)},
                              {"block_bytes", std::to_string(journal.block_bytes)},
                              {"segment_bytes_max", std::to_string(journal.segment_bytes_max)},
                              {"first_number", std::to_string(journal.first_number)},
                              {"end_number", std::to_string(journal.end_number)},
                              {"retention", hex64(journal.retention)}};
  for (const auto& [number, id] : journal.inputs) {
    records.emplace_back("input", std::to_string(number) + ' ' + hex64(id));
  }
  for (const std::uint64_t incarnation : journal.expired) {
    records.emplace_back("expired", hex64(incarnation));
  }
  for (const MergedSegment& output : journal.outputs) {
    records.emplace_back("output", std::to_string(output.last.ordinal) + ' ' +
                                       hex64(output.last.incarnation) + ' ' +
                                       catalog::segment_text(output.summary));
  }
  return io::replace_file(fs, journal_file(lane_directory),
                          catalog::encode_records(kTitle, records));
}

Status remove_journal(io::FileSystem& fs, const std::string& lane_directory) {
  Status status = fs.remove(journal_file(lane_directory));
  return status.ok() || status.error().code != ErrorCode::not_found ? status : Status();
}

}  // namespace reel::merge
