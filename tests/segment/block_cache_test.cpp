#include "segment/block_cache.hpp"

#include "segment/block_codec.hpp"
#include "support/catch.hpp"
#include "support/data_columns.hpp"
#include "support/segments.hpp"

namespace reel::segment {
namespace {

std::shared_ptr<const DataBlock> a_block() {
  io::MemoryFileSystem fs;
  test::StreamModel model(1, 3);
  test::append_blocks(*test::make_segment(fs), model, 1, 50);
  const auto file = std::make_shared<std::string>(*fs.read(test::kSegmentPath, 1 << 26));
  const auto header = read_block_header(*io::view_of(*file), sizeof(SegmentHeader),
                                        test::segment_options().segment_id);
  REQUIRE(header);
  const auto words = std::make_shared<Words>();
  return DataBlock::parse(test::payload_of(*file, *header), header->raw_bytes, file, words);
}

TEST_CASE("a cache of blocks keeps what was used last, within its bytes", "[segment]") {
  const auto block = a_block();
  REQUIRE(block != nullptr);
  const auto one = std::make_shared<BlockCache>();
  FileBlocks(one).put(0, block);
  CHECK(one->bytes() == 0);  // what was a file's goes with it
  FileBlocks file(one);
  file.put(0, block);
  const std::size_t bytes = one->bytes();
  REQUIRE(bytes > 0);

  const auto three = std::make_shared<BlockCache>(3 * bytes);
  FileBlocks a(three), b(three);
  a.put(1, block);
  b.put(1, block);
  a.put(2, block);
  CHECK(a.find(1) == block);
  b.put(2, block);
  CHECK(b.find(1) == nullptr);  // used longest ago
  CHECK(a.find(1) == block);
  CHECK(a.find(2) == block);
  CHECK(b.find(2) == block);
  CHECK(three->bytes() == 3 * bytes);
  a.put(2, block);  // it is there
  CHECK(three->bytes() == 3 * bytes);
  {
    const FileBlocks moved(std::move(a));
    CHECK(three->bytes() == 3 * bytes);
  }
  CHECK(three->bytes() == bytes);
  CHECK(b.find(2) == block);
}

TEST_CASE("a block that is larger than the cache stays until the next one comes", "[segment]") {
  const auto block = a_block();
  const auto cache = std::make_shared<BlockCache>(1);
  FileBlocks file(cache);
  file.put(1, block);
  CHECK(file.find(1) == block);
  file.put(2, block);
  CHECK(file.find(1) == nullptr);
  CHECK(file.find(2) == block);
}

}  // namespace
}  // namespace reel::segment
