#include "support/secrets.hpp"

#include <memory>

#include "segment/block_codec.hpp"
#include "segment/data_block.hpp"
#include "support/catch.hpp"

namespace reel::test {
namespace {

// Everything that can be unpacked of a segment.
std::string unpacked(const std::string& bytes) {
  std::string all;
  if (bytes.size() < sizeof(segment::SegmentHeader)) return all;
  const auto file = io::view_of(bytes);
  const auto id = base::load<segment::SegmentHeader>(bytes.data()).segment_id;
  std::uint64_t at = sizeof(segment::SegmentHeader);
  while (const auto header = segment::read_block_header(*file, at, id)) {
    at += segment::block_bytes(*header);
    const auto block = segment::read_block(*file, *header);
    REQUIRE(block);
    if (header->kind == segment::BlockKind::data) {
      const auto words = std::make_shared<segment::Words>();
      const auto parsed =
          segment::DataBlock::parse(block->payload(), header->raw_bytes, block->keep, words);
      REQUIRE(parsed != nullptr);
      REQUIRE(parsed->need(segment::kAllColumns));
      all.append(parsed->column(segment::Column{}), parsed->shape().raw_bytes());
    } else if (header->kind != segment::BlockKind::index) {
      const auto raw = segment::unpack(*block);
      REQUIRE(raw != nullptr);
      all.append(raw.get(), header->raw_bytes);
    }
  }
  return all;
}

std::size_t findings_in_file(io::FileSystem& fs, const std::string& path, std::string_view text) {
  const auto mapping = fs.map(path);
  if (!mapping) return 0;  // gone meanwhile, or empty
  const std::string bytes((*mapping)->bytes());
  std::size_t found = bytes.find(text) != std::string::npos ? 1 : 0;
  if (path.ends_with(".seg") && unpacked(bytes).find(text) != std::string::npos) ++found;
  return found;
}

}  // namespace

std::size_t findings(io::FileSystem& fs, const std::string& path, std::string_view text) {
  const auto info = fs.info(path);
  if (!info) return 0;
  std::size_t found = path.find(text) != std::string::npos ? 1 : 0;
  if (!info->is_directory) return found + findings_in_file(fs, path, text);
  const auto names = fs.list(path);
  REQUIRE(names.ok());
  for (const std::string& name : *names) found += findings(fs, io::join(path, name), text);
  return found;
}

}  // namespace reel::test
