// An erased stream: no byte of it is left, in files as they are or in what they unpack to.
#include <filesystem>

#include "catalog/catalog.hpp"
#include "reel/control.hpp"
#include "reel/erasure.hpp"
#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "segment/block_codec.hpp"
#include "segment/data_block.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

constexpr const char* kSecret = "XyZZy-secret";

// Streams beside each other in the same blocks; the one that goes has its own words everywhere.
void record(const std::string& path, int round) {
  auto log = Log::open(path);
  REQUIRE(log.ok());
  for (const std::string& id : {std::string("kept"), std::string("gone-") + kSecret}) {
    auto recorder = log->recorder(id);
    REQUIRE(recorder.ok());
    const std::string word = id == "kept" ? " hello" : std::string(" ") + kSecret;
    if (round == 0) {
      REQUIRE(recorder->record_start(R"({"model":")" + word.substr(1) + R"("})") == Append::ok);
    }
    for (int i = 0; i < 40; ++i) {
      REQUIRE(recorder->record_token(word, round * 40 + i) == Append::ok);
    }
    ErrorEvent error;
    error.error = R"({"message":")" + word.substr(1) + R"("})";
    REQUIRE(recorder->record_error(error) == Append::ok);
    if (round == 1) {
      REQUIRE(recorder->record_token(std::string(700'000, 'x') + word, 80) == Append::ok);
    }
  }
  REQUIRE(log->close().status.ok());
}

// Everything that can be unpacked of a segment.
std::string unpacked(const std::string& path) {
  const std::string bytes = test::read_bytes(path);
  const auto file = io::view_of(bytes);
  const auto id = base::load<segment::SegmentHeader>(bytes.data()).segment_id;
  std::string all;
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

std::size_t findings(const std::string& store) {
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store)) {
    const std::string path = entry.path().string();
    found += path.find(kSecret) != std::string::npos ? 1 : 0;
    if (!entry.is_regular_file()) continue;
    found += test::read_bytes(path).find(kSecret) != std::string::npos ? 1 : 0;
    if (entry.path().extension() != ".seg") continue;
    found += unpacked(path).find(kSecret) != std::string::npos ? 1 : 0;
  }
  return found;
}

TEST_CASE("no byte of an erased stream is left", "[store][erase]") {
  const test::TempDir dir;
  const std::string store = dir.file("s"), id = std::string("gone-") + kSecret;
  record(store, 0);
  record(store, 1);
  REQUIRE(take_snapshot(store, id).ok());
  CHECK(findings(store) > 3);
  const auto receipt = erase_stream(store, id);
  INFO(receipt.status().to_string());
  REQUIRE(receipt.ok());
  CHECK(receipt->stream_id == id);
  CHECK(receipt->events == 84);
  CHECK(receipt->segments == 1);
  CHECK(receipt->incarnations.size() == 1);
  CHECK(findings(store) == 0);
  CHECK(verify(store)->ok);
  const auto reader = Reader::open(store);
  REQUIRE(reader.ok());
  CHECK(reader->list_streams() == std::vector<std::string>{"kept"});
  CHECK((*reader->metadata("kept"))->event_count == 84);
  CHECK(erase_stream(store, id).error().code == ErrorCode::not_found);
}

TEST_CASE("a stream that is hidden can be erased, one in use cannot", "[store][erase]") {
  const test::TempDir dir;
  const std::string store = dir.file("s"), id = std::string("gone-") + kSecret;
  record(store, 0);
  CHECK(delete_stream(store, id).value());
  CHECK(findings(store) > 0);
  {
    auto log = Log::open(store);
    REQUIRE(log.ok());
    const auto refused = erase_stream(store, id);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::busy);
  }
  CHECK(erase_stream(store, id).ok());
  CHECK(findings(store) == 0);
}

TEST_CASE("a file that was set aside is named, for it may hold what was to go", "[store][erase]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  record(store, 0);
  const std::string aside = catalog::lane_directory(store, 0) + "/0000000009.seg.torn";
  test::write_bytes(aside, "bytes");
  const auto refused = erase_stream(store, std::string("gone-") + kSecret);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::contradiction);
  CHECK(refused.error().file == aside);
}

}  // namespace
}  // namespace reel
