#include "reader/verify_lane.hpp"
#include "segment/segment_reader.hpp"

namespace reel::reader {
namespace {

void check_header(const LaneCheck& check, const std::string& path, std::uint64_t number,
                  const segment::SegmentReader& reader) {
  const segment::SegmentOptions& header = reader.header();
  if (check.store && !(header.store == *check.store)) {
    check.damaged(path, "this segment belongs to another store");
  }
  if (header.lane != check.number || header.number != number) {
    check.damaged(path, "this segment belongs to another place: lane " +
                            std::to_string(header.lane) + ", number " +
                            std::to_string(header.number));
  }
}

void check_summary(const LaneCheck& check, const std::string& path,
                   const segment::SegmentSummary& listed, const segment::SegmentReader& reader) {
  const segment::SegmentSummary found = reader.summary();
  if (found.segment_id != listed.segment_id) {
    check.damaged(path, "this is another segment than the catalog lists");
  }
  if (listed.sealed && !reader.sealed()) {
    check.damaged(path, "the end of this sealed segment is damaged or missing");
  } else if (listed.sealed && found.digest != listed.digest) {
    check.damaged(path, "the digest differs from the catalog's");
  }
  if (!listed.sealed && listed.digest != 0 &&
      catalog::torn_digest(check.fs, path, listed.bytes) != listed.digest) {
    check.damaged(path, "the torn bytes after its last whole block have changed");
  }
  if (found.events != listed.events || found.streams != listed.streams) {
    check.damaged(path, "it holds " + std::to_string(found.events) + " events of " +
                            std::to_string(found.streams) + " streams, the catalog says " +
                            std::to_string(listed.events) + " of " +
                            std::to_string(listed.streams));
  }
}

void check_size(const LaneCheck& check, const std::string& path,
                const segment::SegmentSummary& listed) {
  const auto info = check.fs.info(path);
  if (!info) return;
  const bool fits = listed.sealed ? info->size == listed.bytes : info->size >= listed.bytes;
  if (!fits) {
    check.damaged(path, "the file has " + std::to_string(info->size) + " bytes, the catalog says " +
                            std::to_string(listed.bytes));
  } else if (info->size > listed.bytes) {
    check.note(std::to_string(info->size - listed.bytes) +
               " torn bytes that count for nothing: " + path);
  }
}

// A file that the catalog does not know. In a clean store there is no reason for one with events.
void check_unlisted(const LaneCheck& check, const std::string& path,
                    const segment::SegmentReader& reader, bool lane_clean) {
  if (lane_clean && (reader.sealed() || reader.events() > 0)) {
    check.damaged(path, "the catalog does not know this segment");
  } else if (!reader.sealed() && reader.torn_bytes() > 0) {
    check.note(std::to_string(reader.torn_bytes()) + " bytes after the last whole block of " +
               path);
  }
}

}  // namespace

void check_segment(const LaneCheck& check, const std::string& path, std::uint64_t number,
                   const segment::SegmentSummary* listed, bool lane_clean) {
  std::optional<std::uint64_t> valid_bytes;
  if (listed != nullptr) check_size(check, path, *listed);
  if (listed != nullptr && !listed->sealed) valid_bytes = listed->bytes;
  auto reader = segment::SegmentReader::open(check.fs, path, {.valid_bytes = valid_bytes});
  if (!reader) {
    count_file(check.fs, path, check.report);  // SegmentReader::verify counts the others
    if (listed != nullptr) {
      check.damaged(reader.error());
    } else {
      check.note("no segment, or one that was only just begun: " + reader.error().to_string());
    }
    return;
  }
  // Numbers start at 1: this file has no header yet, or a crash caught it so.
  if (listed == nullptr && (*reader)->header().number == 0) {
    count_file(check.fs, path, check.report);
    check.note("a segment that was only just begun: " + path);
    return;
  }
  check_header(check, path, number, **reader);
  if (listed != nullptr) {
    check_summary(check, path, *listed, **reader);
  } else {
    check_unlisted(check, path, **reader, lane_clean);
  }
  (*reader)->verify(check.report);
}

}  // namespace reel::reader
