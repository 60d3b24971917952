#include "capi/options.hpp"

#include <cstring>
#include <string>

#include "capi/grown_struct.hpp"
#include "support/c_handles.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

reel_log_options filled() {
  reel_log_options options;
  std::memset(&options, 0x5A, sizeof options);
  reel_log_options_init(&options, sizeof options);
  return options;
}

TEST_CASE("C options: init gives the defaults of C++") {
  const LogOptions expected;
  const auto got = capi::log_options(nullptr);
  const reel_log_options options = filled();
  const auto same = capi::log_options(&options);
  REQUIRE(got.ok());
  REQUIRE(same.ok());
  for (const LogOptions& o : {*got, *same}) {
    CHECK(o.overflow == expected.overflow);
    CHECK(o.block_deadline_ms == expected.block_deadline_ms);
    CHECK(o.sync_interval_ms == expected.sync_interval_ms);
    CHECK(o.clock == expected.clock);
    CHECK(o.ticker_us == expected.ticker_us);
    CHECK(o.arena == expected.arena);
    CHECK(o.create == expected.create);
    CHECK(o.writer_thread == expected.writer_thread);
    CHECK(o.arena_bytes == expected.arena_bytes);
    CHECK(o.event_bytes_max == expected.event_bytes_max);
    CHECK(o.segment_bytes_max == expected.segment_bytes_max);
    CHECK(o.batch_bytes == expected.batch_bytes);
    CHECK(o.block_bytes == expected.block_bytes);
    CHECK(o.open_streams_max == expected.open_streams_max);
    CHECK(o.segment_streams_max == expected.segment_streams_max);
    CHECK(o.zstd_level == expected.zstd_level);
    CHECK(o.compression_threads == expected.compression_threads);
    CHECK(o.snapshot_events == expected.snapshot_events);
    CHECK(!o.on_error);
    CHECK(!o.on_wanted);
  }
}

TEST_CASE("C options: each member arrives") {
  reel_log_options options = filled();
  options.overflow = REEL_OVERFLOW_DROP;
  options.block_deadline_ms = 1;
  options.sync_interval_ms = 2;
  options.clock = REEL_CLOCK_TICKER;
  options.ticker_us = 3;
  options.arena = REEL_ARENA_STORE;
  options.create = 0;
  options.writer_thread = 0;
  options.arena_bytes = 4;
  options.event_bytes_max = 5;
  options.segment_bytes_max = 6;
  options.batch_bytes = 7;
  options.block_bytes = 8;
  options.open_streams_max = 9;
  options.segment_streams_max = 10;
  options.zstd_level = -11;
  options.compression_threads = 12;
  options.snapshot_events = 13;
  const auto got = capi::log_options(&options);
  REQUIRE(got.ok());
  CHECK(got->overflow == Overflow::drop);
  CHECK(got->block_deadline_ms == 1);
  CHECK(got->sync_interval_ms == 2);
  CHECK(got->clock == ClockKind::ticker);
  CHECK(got->ticker_us == 3);
  CHECK(got->arena == ArenaPlace::store);
  CHECK(!got->create);
  CHECK(!got->writer_thread);
  CHECK(got->arena_bytes == 4);
  CHECK(got->event_bytes_max == 5);
  CHECK(got->segment_bytes_max == 6);
  CHECK(got->batch_bytes == 7);
  CHECK(got->block_bytes == 8);
  CHECK(got->open_streams_max == 9);
  CHECK(got->segment_streams_max == 10);
  CHECK(got->zstd_level == -11);
  CHECK(got->compression_threads == 12);
  CHECK(got->snapshot_events == 13);
}

TEST_CASE("C options: a struct that nobody filled, and numbers that are none, are refused") {
  const auto refused = [](auto change) {
    reel_log_options options = filled();
    change(options);
    return capi::log_options(&options).status().error().code == ErrorCode::invalid_argument;
  };
  CHECK(refused([](auto& o) { o.struct_size = 0; }));
  CHECK(refused([](auto& o) { o.struct_size = sizeof o - 1; }));
  CHECK(refused([](auto& o) { o.struct_size = 0x5A5A5A5A5A5A5A5A; }));
  CHECK(refused([](auto& o) { o.overflow = 3; }));
  CHECK(refused([](auto& o) { o.clock = -1; }));
  CHECK(refused([](auto& o) { o.arena = 99; }));
  CHECK(refused([](auto& o) { o.reserved = 1; }));
}

struct First {
  std::size_t struct_size;
  std::int64_t a;
};
struct Second {
  std::size_t struct_size;
  std::int64_t a, b;
};
const First kFirst = {sizeof(First), 1};
const Second kSecond = {sizeof(Second), 1, 2};

TEST_CASE("C options: a struct may grow, callers may be older and newer") {
  First old_caller;
  capi::init_struct(&old_caller, sizeof old_caller, kFirst);
  old_caller.a = 7;
  const auto by_new = capi::take_struct(reinterpret_cast<const Second*>(&old_caller), kSecond,
                                        sizeof(First), "init");
  REQUIRE(by_new.ok());
  CHECK(by_new->a == 7);
  CHECK(by_new->b == 2);

  Second new_caller = {0, -1, -1};
  capi::init_struct(reinterpret_cast<First*>(&new_caller), sizeof new_caller, kFirst);
  CHECK(new_caller.struct_size == sizeof(Second));
  CHECK(new_caller.a == 1);
  CHECK(new_caller.b == 0);
  new_caller.a = 8;
  const auto take_old = [&] {
    return capi::take_struct(reinterpret_cast<const First*>(&new_caller), kFirst, sizeof(First),
                             "init");
  };
  REQUIRE(take_old().ok());
  CHECK(take_old()->a == 8);
  new_caller.b = 1;  // asks for what the library does not know
  CHECK(take_old().status().error().code == ErrorCode::invalid_argument);
}

TEST_CASE("C options: init writes no further than it is told, and takes NULL") {
  Second caller = {1, 2, 3};
  capi::init_struct(reinterpret_cast<Second*>(&caller), sizeof(First), kSecond);
  CHECK(caller.struct_size == sizeof(First));
  CHECK(caller.a == 1);
  CHECK(caller.b == 3);
  reel_log_options_init(nullptr, sizeof(reel_log_options));
  reel_reader_options_init(nullptr, sizeof(reel_reader_options));
  reel_follow_options_init(nullptr, sizeof(reel_follow_options));
}

TEST_CASE("C options: callbacks get their user's pointer, and what they throw ends there") {
  struct Seen {
    int code = 0, wanted = 0;
    std::string message;
  } seen;
  reel_log_options options = filled();
  options.user = &seen;
  options.on_error = [](void* user, const reel_error_info* error) {
    static_cast<Seen*>(user)->code = error->code;
    static_cast<Seen*>(user)->message = error->message;
    throw 1;
  };
  options.on_wanted = [](void* user) { throw ++static_cast<Seen*>(user)->wanted; };
  const auto got = capi::log_options(&options);
  REQUIRE(got.ok());
  got->on_error({ErrorCode::io, 0, "", 0, "the disk is gone"});
  got->on_wanted();
  CHECK(seen.code == REEL_IO);
  CHECK(seen.message == "the disk is gone");
  CHECK(seen.wanted == 1);
}

TEST_CASE("C options: those of Readers and Followers arrive too") {
  reel_reader_options reading;
  reel_reader_options_init(&reading, sizeof reading);
  CHECK(capi::reader_options(&reading)->arena == ReaderOptions().arena);
  reading.strict = 1;
  reading.arena = 0;
  reading.mmap = 0;
  CHECK(capi::reader_options(&reading)->strict);
  CHECK(!capi::reader_options(&reading)->arena);
  CHECK(!capi::reader_options(&reading)->mmap);
  reading.reserved = 5;
  CHECK(!capi::reader_options(&reading).ok());

  reel_follow_options following;
  reel_follow_options_init(&following, sizeof following);
  CHECK(capi::follow_options(&following)->name_space == kDefaultNamespace);
  CHECK(capi::follow_options(&following)->streams.empty());
  following.name_space = "other";
  following.stream_count = 2;
  CHECK(!capi::follow_options(&following).ok());  // two streams, and no ids
  const char* const ids[] = {"ab", "c"};
  const std::size_t sizes[] = {2, 1};
  following.stream_ids = ids;
  following.stream_ids_bytes = sizes;
  const auto got = capi::follow_options(&following);
  REQUIRE(got.ok());
  CHECK(got->name_space == "other");
  CHECK(got->streams == std::vector<std::string>{"ab", "c"});
}

TEST_CASE("C options: a Log that may not make a store says not_found") {
  const test::TempDir dir;
  reel_log_options options = filled();
  options.create = 0;
  reel_log* log = nullptr;
  reel_error_info error;
  CHECK(reel_log_open(dir.file("none").c_str(), &options, &log, &error) == REEL_NOT_FOUND);
  CHECK(log == nullptr);
  CHECK(std::string(error.message).find("none") != std::string::npos);
}

}  // namespace
}  // namespace reel
