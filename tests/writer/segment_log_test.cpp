#include "writer/segment_log.hpp"

#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

std::uint64_t segment_file_bytes(io::MemoryFileSystem& fs, const std::string& store) {
  const std::string lane = catalog::lane_directory(store, 0);
  const auto names = fs.list(lane);
  REQUIRE(names.ok());
  std::uint64_t bytes = 0;
  for (const std::string& name : *names) {
    if (!catalog::segment_number(name)) continue;
    bytes += fs.info(lane + "/" + name)->size;
  }
  return bytes;
}

}  // namespace

TEST_CASE("the bytes counted are those of the segments' files", "[writer]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  LogOptions options = stepped_options();
  options.segment_bytes_max = std::uint64_t{64} << 10;
  const Core core = opened(fs, clock, options);
  auto stream = core->recorder("s", "l0");
  REQUIRE(stream.ok());
  RandomEvents random(7);
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 50; ++i) REQUIRE(record_event(**stream, random.event()) == Append::ok);
    REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
    CHECK(core->stats().compressed_bytes == segment_file_bytes(fs, "/store"));
  }
  const std::uint64_t unsealed = core->stats().compressed_bytes;
  CHECK(core->stats().segments_sealed > 1);
  CHECK(core->close(1000).lost == 0);
  CHECK(core->stats().compressed_bytes > unsealed);
  CHECK(core->stats().compressed_bytes == segment_file_bytes(fs, "/store"));
}
