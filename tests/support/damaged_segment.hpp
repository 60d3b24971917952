// Segments as bytes, to be damaged, and whether that is found.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/segments.hpp"

namespace reel::test {

inline constexpr std::uint64_t kSegmentBytesMax = 1 << 26;

// A small segment of a few blocks, one of them with fragments; its bytes.
inline std::string small_segment(StreamModel& model, bool seal) {
  io::MemoryFileSystem fs;
  const auto writer = make_segment(fs);
  append_blocks(*writer, model, 3, 60);
  if (seal) REQUIRE(writer->seal().ok());
  return *fs.read(kSegmentPath, kSegmentBytesMax);
}

inline std::unique_ptr<io::MemoryFileSystem> with_file(std::string_view bytes) {
  auto fs = std::make_unique<io::MemoryFileSystem>();
  auto file = fs->create(kSegmentPath);
  REQUIRE(file.ok());
  REQUIRE((*file)->append(bytes).ok());
  return fs;
}

// Is anything wrong with these bytes reported? And is everything told true?
inline bool reported(const std::string& bytes, const StreamModel& model) {
  const auto fs = with_file(bytes);
  const auto reader = segment::SegmentReader::open(*fs, kSegmentPath);
  if (!reader.ok()) return true;
  const std::string invented = invention(**reader, model);
  if (!invented.empty()) FAIL_CHECK(invented);
  VerifyReport report;
  (*reader)->verify(report);
  return !report.damage.empty();
}

// As folding reads a stream: by snapshots, gathered, and what room is made for it.
inline void fold_gathered(const segment::SegmentReader& reader, std::uint32_t number) {
  for (const std::uint64_t to_seq : {std::uint64_t{40}, UINT64_MAX}) {
    CHECK(reader.text_bytes_at(number, to_seq) <= segment::kRoomBytesMax);
    const auto cursor = reader.cursor(number, 0, false);
    cursor->use_snapshots();
    while (cursor->next_gathered(to_seq)) (void)to_event(cursor->event());
    (void)cursor->take_checkpoint();
  }
}

}  // namespace reel::test
