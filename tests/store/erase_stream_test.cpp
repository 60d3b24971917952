// An erased stream: no byte of it is left, in files as they are or in what they unpack to.
#include <atomic>
#include <chrono>
#include <thread>

#include "catalog/catalog.hpp"
#include "reel/control.hpp"
#include "reel/erasure.hpp"
#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/secrets.hpp"
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

std::size_t findings(const std::string& store) {
  return test::findings(io::posix(), store, kSecret);
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

TEST_CASE("a stream that is hidden can be erased, one that is held cannot", "[store][erase]") {
  const test::TempDir dir;
  const std::string store = dir.file("s"), id = std::string("gone-") + kSecret;
  record(store, 0);
  {
    auto log = Log::open(store);
    REQUIRE(log.ok());
    auto held = log->recorder(id);
    REQUIRE(held.ok());
    const auto refused = erase_stream(store, id);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::busy);
  }
  CHECK((*Reader::open(store)->metadata(id))->event_count == 42);  // nothing has changed
  CHECK(delete_stream(store, id).value());
  CHECK(findings(store) > 0);
  CHECK(erase_stream(store, id).ok());
  CHECK(findings(store) == 0);
}

// Threads that record go on; a process of another lane, too.
TEST_CASE("a stream is erased from a store that is recorded into", "[store][erase]") {
  const test::TempDir dir;
  const std::string store = dir.file("s"), id = std::string("gone-") + kSecret;
  record(store, 0);
  LogOptions options;
  options.arena = ArenaPlace::store;
  options.segment_bytes_max = 1 << 20;
  auto log = Log::open(store, options), other = Log::open(store, options);
  REQUIRE(log.ok());
  REQUIRE(other.ok());
  std::atomic<bool> ended = false;
  std::atomic<std::uint64_t> refused = 0;
  std::uint64_t recorded[2] = {};
  const auto work = [&](Log& to, int at) {
    auto recorder = to.recorder("busy-" + std::to_string(at));
    for (; recorder && !ended; ++recorded[at]) {
      if (recorder->record_token(" hello", static_cast<std::int64_t>(recorded[at])) != Append::ok) {
        ++refused;
      }
      if (recorded[at] % 64 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  };
  std::thread one([&] { work(*log, 0); }), two([&] { work(*other, 1); });
  for (Log* at : {&*log, &*other}) {  // in the chunks of this thread, which stay open
    auto recorder = at->recorder(id);
    REQUIRE(recorder.ok());
    REQUIRE(recorder->record_token(std::string(400'000, 'x') + kSecret, 300) == Append::ok);
    for (int i = 0; i < 100; ++i) {
      REQUIRE(recorder->record_token(std::string(" ") + kSecret, 100 + i) == Append::ok);
    }
    recorder->close();
    REQUIRE(at->flush().ok());
  }
  CHECK(findings(store) > 3);
  EraseOptions patient;
  patient.wait_ms = 300'000;  // machines under sanitizers are slow
  const auto receipt = erase_stream(store, id, kDefaultNamespace, patient);
  INFO(receipt.status().to_string());
  CHECK(receipt.ok());
  const std::size_t found = findings(store);
  ended = true;
  one.join();
  two.join();
  REQUIRE(receipt.ok());
  CHECK(found == 0);
  CHECK(refused == 0);
  CHECK(receipt->live_lanes == 2);
  CHECK(receipt->incarnations.size() == 1);
  CHECK(receipt->events == 42 + 2 * 101);
  CHECK_FALSE(io::posix().info(store + "/erase").ok());
  // The id begins anew; what else there was goes on.
  auto again = log->recorder(id);
  REQUIRE(again.ok());
  CHECK(again->next_seq() == 0);
  again->close();
  REQUIRE(log->close().status.ok());
  REQUIRE(other->close().status.ok());
  const auto reader = Reader::open(store);
  REQUIRE(reader.ok());
  for (int at : {0, 1}) {
    const auto metadata = reader->metadata("busy-" + std::to_string(at));
    CHECK((*metadata)->event_count == recorded[at]);
  }
  CHECK((*reader->metadata("kept"))->event_count == 42);
  const auto report = verify(store);
  for (const Damage& damage : report->damage) UNSCOPED_INFO(damage.file << damage.what);
  CHECK(report->ok);
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
