// Whatever happens to the bytes: it is reported, nothing is invented, nothing crashes.
#include <cstring>
#include <random>

#include "base/bytes.hpp"
#include "segment/block_codec.hpp"
#include "segment/format.hpp"
#include "support/catch.hpp"
#include "support/damaged_segment.hpp"
#include "support/data_columns.hpp"

namespace reel::segment {
namespace {

using test::fold_gathered;
using test::kSegmentPath;
using test::reported;
using test::small_segment;
using test::with_file;

TEST_CASE("every flipped byte of a sealed segment is reported, none becomes an event",
          "[segment]") {
  test::StreamModel model(21, 5);
  std::string bytes = small_segment(model, true);
  REQUIRE(!reported(bytes, model));
  std::mt19937_64 random(21);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto bit = static_cast<char>(1U << (random() % 8));
    bytes[i] = static_cast<char>(bytes[i] ^ bit);
    if (!reported(bytes, model)) FAIL_CHECK("byte " << i << " of " << bytes.size());
    bytes[i] = static_cast<char>(bytes[i] ^ bit);
  }
}

TEST_CASE("a flip in one block leaves the other blocks readable", "[segment]") {
  test::StreamModel model(22, 1);
  const std::string intact = small_segment(model, true);
  const auto fs = with_file(intact);
  const auto reader = SegmentReader::open(*fs, kSegmentPath);
  REQUIRE(reader.ok());
  std::string bytes = intact;
  bytes[sizeof(SegmentHeader) + 300] ^= 4;  // the first block's payload
  const auto damaged_fs = with_file(bytes);
  const auto damaged = SegmentReader::open(*damaged_fs, kSegmentPath);
  REQUIRE(damaged.ok());
  std::uint64_t told = 0;
  for (const auto cursor = (*damaged)->cursor(0, 0, false); cursor->next();) ++told;
  CHECK(told > 80);
  CHECK(told < 180);
  REQUIRE(!(*damaged)->damage().empty());
  CHECK((*damaged)->damage()[0].offset == sizeof(SegmentHeader));
  const auto strict = (*damaged)->cursor(0, 0, true);
  CHECK(!strict->next());
  CHECK(strict->status().error().code == ErrorCode::damaged);
}

TEST_CASE("an unsealed segment cut at any byte is a prefix of itself", "[segment]") {
  test::StreamModel model(23, 4);
  const std::string bytes = small_segment(model, false);
  std::uint64_t before = 0;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto fs = with_file(bytes.substr(0, size));
    const auto reader = SegmentReader::open(*fs, kSegmentPath);
    REQUIRE(reader.ok());
    REQUIRE(test::invention(**reader, model) == "");
    REQUIRE((*reader)->events() >= before);
    REQUIRE((*reader)->summary().bytes + (*reader)->torn_bytes() == size);
    before = (*reader)->events();
    VerifyReport report;
    (*reader)->verify(report);
    REQUIRE(report.damage.empty());
  }
  const auto fs = with_file(bytes + std::string(5000, '\0'));
  const auto reader = SegmentReader::open(*fs, kSegmentPath, {.valid_bytes = bytes.size() + 1});
  REQUIRE(reader.ok());
  CHECK(test::difference(**reader, model) == "");
  VerifyReport report;
  (*reader)->verify(report);
  CHECK(!report.damage.empty());  // the catalog vouched for one byte more
}

TEST_CASE("a sealed segment cut at any byte never invents", "[segment]") {
  test::StreamModel model(24, 3);
  const std::string bytes = small_segment(model, true);
  for (std::size_t size = 0; size < bytes.size(); size += 3) {
    const auto fs = with_file(bytes.substr(0, size));
    const auto reader = SegmentReader::open(*fs, kSegmentPath);
    REQUIRE(reader.ok());
    REQUIRE(!(*reader)->sealed());
    REQUIRE(test::invention(**reader, model) == "");
  }
}

// Changes a block's columns, or what its directory says of them, and makes every checksum right
// again: what only an attacker does.
void forge(std::string& bytes, std::mt19937_64& random) {
  constexpr std::uint64_t kOffset = sizeof(SegmentHeader);
  const auto header =
      read_block_header(*io::view_of(bytes), kOffset, test::segment_options().segment_id);
  REQUIRE(header.has_value());
  const std::string payload(test::payload_of(bytes, *header));
  const auto change = [&](std::string& in, std::size_t reach) {
    constexpr int kTempting[] = {0, 1, 0x7f, 0x80, 0xff};
    const std::size_t at = random() % std::min(reach, in.size());
    in[at] =
        static_cast<char>(random() % 2 == 0 ? static_cast<int>(random()) : kTempting[random() % 5]);
  };
  std::string block;
  if (random() % 3 == 0) {
    block = bytes.substr(kOffset, block_bytes(*header));
    std::string stored = payload;
    for (std::uint64_t changes = 1 + random() % 2; changes > 0; --changes) change(stored, 80);
    block.replace(sizeof(BlockHeader), stored.size(), stored);
    BlockHeader forged = *header;
    seal_block(block, forged);
  } else {
    auto columns = test::columns_of(payload);
    REQUIRE(columns);
    for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      // Most often the definitions and the runs, where the lengths are.
      change(columns->raw, random() % 3 == 0 ? columns->raw.size() : 160);
    }
    block = test::data_block(*header, *columns);
  }
  bytes.replace(kOffset, block_bytes(*header), block);
}

TEST_CASE("a forged block with right checksums breaks nothing", "[segment]") {
  test::StreamModel model(25, 4);
  const std::string intact = small_segment(model, false);
  std::mt19937_64 random(25);
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = intact;
    forge(bytes, random);
    const auto fs = with_file(bytes);
    const auto reader = SegmentReader::open(*fs, kSegmentPath);
    REQUIRE(reader.ok());
    for (std::uint32_t n = 0; n < (*reader)->stream_count() && n < 50; ++n) {
      for (const auto cursor = (*reader)->cursor(n, 0, false); cursor->next();) {
        (void)to_event(cursor->event());
      }
      (void)(*reader)->options(n).ok();
    }
    VerifyReport report;
    (*reader)->verify(report);
  }
}

TEST_CASE("hostile numbers in headers are refused", "[segment]") {
  test::StreamModel model(26, 3);
  const std::string intact = small_segment(model, true);
  std::mt19937_64 random(26);
  const std::uint64_t values[] = {0, 1, 0x7fffffff, 0xffffffff, 1ULL << 63, ~0ULL};
  for (std::size_t at = sizeof(SegmentHeader); at < sizeof(SegmentHeader) + 72; at += 4) {
    for (const std::uint64_t value : values) {
      std::string bytes = intact;
      std::memcpy(bytes.data() + at, &value, 4);
      auto header = base::load<BlockHeader>(bytes.data() + sizeof(SegmentHeader));
      const std::string_view view(bytes);
      header.header_checksum = checksum(view.substr(sizeof(SegmentHeader) + kHeaderChecksumFrom,
                                                    sizeof(BlockHeader) - kHeaderChecksumFrom));
      base::store(bytes.data() + sizeof(SegmentHeader), header);
      if (bytes != intact) CHECK(reported(bytes, model));
    }
  }
}

TEST_CASE("forged snapshots give wrong answers at worst", "[segment]") {
  test::StreamModel model(29, 1);
  const std::string intact = small_segment(model, true);
  const std::uint64_t id = test::segment_options().segment_id;
  std::optional<BlockHeader> header;
  std::optional<test::DataColumns> columns;
  std::uint64_t begin = sizeof(SegmentHeader);
  while (!columns || columns->shape.snapshots == 0) {  // up to the first block that has some
    if (header) begin += block_bytes(*header);
    header = read_block_header(*io::view_of(intact), begin, id);
    REQUIRE(header);
    if (header->kind == BlockKind::data)
      columns = test::columns_of(test::payload_of(intact, *header));
  }
  std::mt19937_64 random(29);
  const std::size_t first = columns->place(Column::snapshots);
  for (int round = 0; round < 1500; ++round) {
    const std::size_t at = first + random() % columns->shape.bytes(Column::snapshots);
    const char before = columns->raw[at];
    columns->raw[at] = static_cast<char>(round % 3 == 0 ? 0xff : random());
    const std::string block = test::data_block(*header, *columns);
    columns->raw[at] = before;
    const auto fs = with_file(intact.substr(0, begin) + block);
    const auto reader = SegmentReader::open(*fs, kSegmentPath);
    REQUIRE(reader.ok());
    for (std::uint32_t n = 0; n < (*reader)->stream_count(); ++n) fold_gathered(**reader, n);
  }
}

}  // namespace
}  // namespace reel::segment
