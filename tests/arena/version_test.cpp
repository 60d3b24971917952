// An arena that another version of reel left behind.
#include <cstddef>
#include <cstring>
#include <string>
#include <thread>

#include "arena/arena.hpp"
#include "base/checksum.hpp"
#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

Event token(std::int64_t index) {
  Event event;
  event.ts_ms = 1000.5;
  event.body = Token{"token " + std::to_string(index), index, "", {}};
  return event;
}

void set_version(arena::ArenaHeader& header, std::uint32_t version) {
  header.version = version;
  header.checksum = base::checksum64(std::string_view(reinterpret_cast<const char*>(&header),
                                                      offsetof(arena::ArenaHeader, checksum)));
}

// Of an arena whose chunks are filled with no more than one of version 2 holds.
void turn_into_version_2(io::FileSystem& fs, const std::string& path) {
  const auto mapping = fs.open_shared(path);
  REQUIRE(mapping.ok());
  auto& header = *reinterpret_cast<arena::ArenaHeader*>((*mapping)->data());
  char* const chunks =
      (*mapping)->data() + arena::chunks_offset(header.slot_count, header.chunk_count);
  for (std::size_t i = 0; i < header.chunk_count; ++i) {
    std::memmove(chunks + i * arena::kChunkBytes2, chunks + i * arena::kChunkBytes,
                 arena::kChunkBytes2);
  }
  set_version(header, arena::kArenaVersion2);
}

// A killed store: two threads' chunks, and a chunk that holds a stream's name.
struct Killed {
  Killed() {
    record("a");
    std::thread([&] { record(std::string(200, 'b')); }).join();
  }
  void record(const std::string& id) {
    const auto stream = core->recorder(id, "l0");
    REQUIRE(stream.ok());
    for (std::int64_t i = 0; i < 100; ++i) {
      expected[id].push_back(describe((*stream)->next_seq, token(i)));
      REQUIRE(record_event(**stream, token(i)) == Append::ok);
    }
  }
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);  // goes on to live; what is killed is a copy
  const std::string arena = core->stats().arena_path;
  Expected expected;
};

}  // namespace

TEST_CASE("an arena of version 2, whose chunks were smaller, is read and recovered",
          "[arena][recovery]") {
  Killed killed;
  const auto fs = killed.fs.kill_process();
  turn_into_version_2(*fs, killed.arena);
  check_same(killed.expected, *fs);
  const Core core = opened(*fs, killed.clock);
  CHECK(core->recovery().recovered_events == 200);
  check_same(killed.expected, *fs);
}

TEST_CASE("beside an arena of an unknown version no log is opened, and nothing is given up",
          "[arena][recovery]") {
  Killed killed;
  const auto fs = killed.fs.kill_process();
  const auto relabel = [&](std::uint32_t version) {
    const auto mapping = fs->open_shared(killed.arena);
    REQUIRE(mapping.ok());
    set_version(*reinterpret_cast<arena::ArenaHeader*>((*mapping)->data()), version);
  };
  relabel(arena::kArenaVersion + 1);
  const auto refused = open_core(*fs, killed.clock, stepped_options());
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::not_a_store);
  CHECK(refused.error().message.find("format version 4") != std::string::npos);
  CHECK(refused.error().file == killed.arena);
  relabel(arena::kArenaVersion);
  const Core core = opened(*fs, killed.clock);
  CHECK(core->recovery().recovered_events == 200);
  check_same(killed.expected, *fs);
}
