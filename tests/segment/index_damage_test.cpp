// A damaged or forged index: the blocks tell what it would have, and nothing is invented.
#include <map>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "segment/block_codec.hpp"
#include "segment/format.hpp"
#include "support/damaged_segment.hpp"
#include "support/forged_index.hpp"

namespace reel::segment {
namespace {

using test::fold_gathered;
using test::kSegmentPath;
using test::reported;
using test::small_segment;
using test::with_file;

// Does every name lead to its stream, in all its incarnations, and to no other?
bool names_lead_to_streams(const SegmentReader& reader, const test::StreamModel& model) {
  std::map<std::pair<std::string, std::string>, std::vector<std::uint32_t>> expected;
  for (std::uint32_t n = 0; n < model.streams().size(); ++n) {
    const test::KeptStream& kept = model.streams()[n];
    expected[{kept.name_space, kept.id}].push_back(n);
  }
  for (const auto& [names, numbers] : expected) {
    if (reader.find(names.first, names.second) != numbers) return false;
  }
  return reader.find("default", "nobody").empty();
}

TEST_CASE("a flipped byte of the index is reported, and the blocks tell what it would have",
          "[segment]") {
  test::StreamModel model(30, 300);  // three pages
  std::string bytes = small_segment(model, true);
  const auto footer = base::load<SegmentFooter>(bytes.data() + bytes.size() - 192);
  std::mt19937_64 random(30);
  for (int round = 0; round < 400; ++round) {
    // Most often the front, which is small.
    const std::size_t reach = round % 3 == 0 ? 400 : footer.index_bytes;
    const std::size_t at = footer.index_offset + random() % reach;
    const auto bit = static_cast<char>(1U << (random() % 8));
    bytes[at] = static_cast<char>(bytes[at] ^ bit);
    const auto fs = with_file(bytes);
    bytes[at] = static_cast<char>(bytes[at] ^ bit);
    const auto reader = SegmentReader::open(*fs, kSegmentPath);
    REQUIRE(reader.ok());
    INFO("byte " << at - footer.index_offset << " of " << footer.index_bytes);
    CHECK((*reader)->front_bytes() == footer.index_offset);
    CHECK(names_lead_to_streams(**reader, model));
    CHECK(test::difference(**reader, model) == "");
    for (const Damage& damage : (*reader)->damage()) CHECK(damage.what == "index");
    VerifyReport report;
    (*reader)->verify(report);
    CHECK(!report.damage.empty());
  }
}

TEST_CASE("a segment whose index and blocks are damaged still opens and invents nothing",
          "[segment]") {
  test::StreamModel model(31, 300);
  const std::string intact = small_segment(model, true);
  const auto footer = base::load<SegmentFooter>(intact.data() + intact.size() - 192);
  std::mt19937_64 random(31);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = intact;
    for (int i = 0; i < 3; ++i) {
      bytes[footer.index_offset + random() % footer.index_bytes] ^= 16;
      bytes[sizeof(SegmentHeader) + random() % (footer.index_offset - sizeof(SegmentHeader))] ^= 16;
    }
    CHECK(reported(bytes, model));
  }
}

TEST_CASE("a forged index gives wrong answers at worst", "[segment]") {
  test::StreamModel model(27, 6);
  const std::string intact = small_segment(model, true);
  const auto footer = base::load<SegmentFooter>(intact.data() + intact.size() - 192);
  const auto intact_header = base::load<BlockHeader>(intact.data() + footer.index_offset);
  const std::size_t payload = footer.index_offset + sizeof intact_header;
  const std::size_t size = intact_header.stored_bytes;
  std::mt19937_64 random(27);
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = intact;
    std::string index = bytes.substr(payload, size);
    const std::size_t at = random() % (round % 2 == 0 ? 64 : size);
    index[at] = static_cast<char>(round % 3 == 0 ? 0xff : random());
    if (round % 4 < 3) test::reseal_index(index);
    bytes.replace(payload, size, index);
    auto header = base::load<BlockHeader>(bytes.data() + footer.index_offset);
    seal_block(std::span(bytes).subspan(footer.index_offset), header);
    const auto fs = with_file(bytes);
    const auto reader = SegmentReader::open(*fs, kSegmentPath);
    REQUIRE(reader.ok());
    for (std::uint32_t n = 0; n < (*reader)->stream_count() && n < 50; ++n) {
      (void)(*reader)->find((*reader)->stream(n).identity.name_space, "stream-1");
      for (const auto cursor = (*reader)->cursor(n, n, false); cursor->next();) {
        (void)to_event(cursor->event());
      }
      fold_gathered(**reader, n);
      (void)(*reader)->options(n).ok();
    }
    VerifyReport report;
    (*reader)->verify(report);
    // A page may be compressed in more than one way.
    if (report.damage.empty()) CHECK(test::difference(**reader, model) == "");
  }
}

}  // namespace
}  // namespace reel::segment
