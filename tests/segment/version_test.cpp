// Segments that a later reel wrote: read as far as that can be, or refused by name.
#include "base/bytes.hpp"
#include "segment/block_codec.hpp"
#include "support/damaged_segment.hpp"

namespace reel::segment {
namespace {

using Catch::Matchers::Contains;
using test::kSegmentPath;

// The bytes with another header in front.
std::string with_header(std::string bytes, void (*change)(SegmentHeader&)) {
  auto header = base::load<SegmentHeader>(bytes.data());
  change(header);
  base::store(bytes.data(), header);
  header.checksum = checksum({bytes.data(), offsetof(SegmentHeader, checksum)});
  base::store(bytes.data(), header);
  return bytes;
}

std::string refusal(const std::string& bytes) {
  const auto fs = test::with_file(bytes);
  const auto reader = SegmentReader::open(*fs, kSegmentPath);
  REQUIRE_FALSE(reader.ok());
  CHECK(reader.error().code == ErrorCode::not_a_store);
  return reader.error().to_string();
}

std::uint64_t events_in(const std::string& bytes) {
  const auto fs = test::with_file(bytes);
  const auto reader = SegmentReader::open(*fs, kSegmentPath);
  INFO(reader.status().to_string());
  REQUIRE(reader.ok());
  VerifyReport report;
  (*reader)->verify(report);
  CHECK(report.damage.empty());
  CHECK((*reader)->torn_bytes() == 0);
  return (*reader)->events();
}

struct Unsealed {
  test::StreamModel model{5, 8};
  std::string bytes = test::small_segment(model, false);
};

TEST_CASE_METHOD(Unsealed, "a later minor version is read", "[segment]") {
  CHECK(events_in(with_header(bytes, [](SegmentHeader& h) { h.minor = 7; })) == events_in(bytes));
}

TEST_CASE_METHOD(Unsealed, "another version and unknown features are refused by name",
                 "[segment]") {
  const std::string later = refusal(with_header(bytes, [](SegmentHeader& h) {
    h.version = 2;
    h.minor = 3;
  }));
  CHECK_THAT(later, Contains("2.3") && Contains("newer reel"));
  const std::string feature =
      refusal(with_header(bytes, [](SegmentHeader& h) { h.features = 1U << 3 | 1U << 31; }));
  CHECK_THAT(feature, Contains("(3, 31)") && Contains("newer reel"));
}

TEST_CASE_METHOD(Unsealed, "a block of a kind that came later is passed over", "[segment]") {
  const std::uint64_t events = events_in(bytes);
  const auto segment_id = base::load<SegmentHeader>(bytes.data()).segment_id;
  std::uint32_t ordinal = 0;
  for (std::uint64_t at = sizeof(SegmentHeader); at < bytes.size(); ++ordinal) {
    const auto header = read_block_header(*io::view_of(bytes), at, segment_id);
    REQUIRE(header);
    at += block_bytes(*header);
  }
  BlockHeader header;
  header.kind = static_cast<BlockKind>(200);
  header.flags = 0x55;
  header.segment_id = segment_id;
  header.offset = bytes.size();
  header.ordinal = ordinal;
  constexpr std::string_view kPayload = "of another time";
  header.stored_bytes = kPayload.size();
  header.raw_bytes = 5;
  std::string block(sizeof header, '\0');
  block += kPayload;
  block.resize(block_bytes(header), '\0');
  seal_block(block, header);
  CHECK(events_in(bytes + block) == events);
}

}  // namespace
}  // namespace reel::segment
