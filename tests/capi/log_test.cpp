#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "support/c_handles.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::c_log;
using test::c_reader;
using test::c_recorder;
using test::CLog;
using test::CRecorder;
using test::kDeadlineMs;
using test::record_text;

TEST_CASE("C log: opening refuses what is no store, and NULLs") {
  const test::TempDir dir;
  reel_error_info error;
  reel_log* log = nullptr;
  test::write_bytes(dir.file("file"), "not a folder");
  CHECK(reel_log_open(dir.file("file").c_str(), nullptr, &log, &error) != REEL_OK);
  CHECK(error.code != REEL_OK);
  CHECK(!std::string(error.message).empty());
  CHECK(reel_log_open(dir.path().c_str(), nullptr, &log, &error) == REEL_NOT_A_STORE);
  test::write_bytes(dir.file("reel.store"), "nonsense");
  CHECK(reel_log_open(dir.path().c_str(), nullptr, &log, &error) == REEL_DAMAGED);
  CHECK(std::string(error.file).find("reel.store") != std::string::npos);
  CHECK(reel_log_open(nullptr, nullptr, &log, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_open(dir.file("s").c_str(), nullptr, nullptr, &error) == REEL_INVALID_ARGUMENT);
  CHECK(log == nullptr);
}

TEST_CASE("C log: every function that needs a Log refuses NULL") {
  reel_error_info error;
  reel_recorder* recorder = nullptr;
  reel_watermarks marks;
  reel_string text;
  bool existed = true;
  std::uint64_t lost = 5;
  CHECK(reel_log_flush(nullptr, 1, &error) == REEL_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "the Log must not be NULL");
  CHECK(reel_log_sync(nullptr, 1, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_step(nullptr, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_wait_durable(nullptr, nullptr, 0, 1, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_when_durable(nullptr, nullptr, nullptr, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_watermarks(nullptr, &marks) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_metrics(nullptr, &text, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(text.data == nullptr);
  CHECK(reel_log_delete_stream(nullptr, "a", 1, nullptr, &existed, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(!existed);
  CHECK(reel_recorder_open(nullptr, "a", 1, nullptr, &recorder, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_close(nullptr, 1, &lost, nullptr) == REEL_OK);
  CHECK(lost == 0);
  reel_string_free(nullptr);
}

TEST_CASE("C log: watermarks, of the log in events and of a stream in seqs") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "x");
  for (int i = 0; i < 3; ++i) REQUIRE(record_text(to, "t", i) == REEL_APPEND_OK);
  reel_error_info error;
  REQUIRE(reel_log_flush(log.get(), kDeadlineMs, &error) == REEL_OK);
  REQUIRE(reel_log_wait_durable(log.get(), to.get(), 2, kDeadlineMs, &error) == REEL_OK);
  CHECK(reel_log_wait_durable(log.get(), to.get(), 3, 1, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_log_wait_durable(log.get(), nullptr, 0, 1, &error) == REEL_INVALID_ARGUMENT);
  reel_watermarks marks;
  REQUIRE(reel_recorder_watermarks(to.get(), &marks) == REEL_OK);
  CHECK(marks.recorded == 3);
  CHECK(marks.written == 3);
  CHECK(marks.durable == 3);
  REQUIRE(reel_log_sync(log.get(), kDeadlineMs, &error) == REEL_OK);
  REQUIRE(reel_log_watermarks(log.get(), &marks) == REEL_OK);
  CHECK(marks.durable == 3);
  CHECK(reel_log_watermarks(log.get(), nullptr) == REEL_INVALID_ARGUMENT);
  reel_string text;
  REQUIRE(reel_log_metrics(log.get(), &text, &error) == REEL_OK);
  CHECK(test::taken(text).find("reel_") != std::string::npos);
}

TEST_CASE("C log: a callback tells when all is on disk, or that the Log was closed") {
  const test::TempDir dir;
  CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "x");
  REQUIRE(record_text(to, "t", 0) == REEL_APPEND_OK);
  std::atomic<int> told{-1};
  const auto done = [](void* user, int code) { static_cast<std::atomic<int>*>(user)->store(code); };
  REQUIRE(reel_log_when_durable(log.get(), done, &told, nullptr) == REEL_OK);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (told.load() == -1 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(told.load() == REEL_OK);
  reel_error_info error;
  CHECK(reel_log_when_durable(log.get(), nullptr, &told, &error) == REEL_INVALID_ARGUMENT);
}

TEST_CASE("C log: a Recorder may outlive its Log, and says that it is closed") {
  const test::TempDir dir;
  reel_log* const log = c_log(dir.file("s")).release();
  reel_recorder* to = nullptr;
  REQUIRE(reel_recorder_open(log, nullptr, 0, nullptr, &to, nullptr) == REEL_OK);
  std::size_t bytes = 0;
  const std::string id = reel_recorder_stream_id(to, &bytes);
  CHECK(id.size() == bytes);
  CHECK(bytes == 36);  // a new UUID
  REQUIRE(reel_record_token(to, "t", 1, 0) == REEL_APPEND_OK);
  std::uint64_t lost = 9;
  reel_error_info error;
  CHECK(reel_log_close(log, kDeadlineMs, &lost, &error) == REEL_OK);
  CHECK(lost == 0);
  CHECK(reel_record_token(to, "t", 1, 1) == REEL_APPEND_CLOSED);
  CHECK(reel_record_complete(to, "t", 1, 1) == REEL_APPEND_CLOSED);
  CHECK(reel_record_json(to, "{\"type\":\"A\",\"ts\":1}", 19, &error) == REEL_APPEND_CLOSED);
  CHECK(reel_recorder_stream_id(to, nullptr) == id);
  reel_watermarks marks;
  CHECK(reel_recorder_watermarks(to, &marks) == REEL_OK);
  CHECK(marks.recorded == 1);
  CHECK(!reel_recorder_wanted(to));
  reel_recorder_close(to);
  CHECK(test::exported(test::c_cursor(c_reader(dir.file("s")), id)).find("TOKEN") !=
        std::string::npos);
}

TEST_CASE("C log: a stream belongs to one Recorder, goes on at its next seq, and can be deleted") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  CRecorder first = c_recorder(log, "x");
  REQUIRE(record_text(first, "t", 0) == REEL_APPEND_OK);
  reel_recorder* second = nullptr;
  reel_error_info error;
  bool existed = false;
  CHECK(reel_recorder_open(log.get(), "x", 1, nullptr, &second, &error) == REEL_BUSY);
  CHECK(reel_log_delete_stream(log.get(), "x", 1, nullptr, &existed, &error) == REEL_BUSY);
  first.reset();
  {
    const CRecorder again = c_recorder(log, "x");
    CHECK(reel_recorder_next_seq(again.get()) == 1);
    CHECK(!reel_recorder_wanted(again.get()));
  }
  reel_recorder* elsewhere = nullptr;
  REQUIRE(reel_recorder_open(log.get(), "x", 1, "other", &elsewhere, &error) == REEL_OK);
  CHECK(reel_recorder_next_seq(elsewhere) == 0);
  reel_recorder_close(elsewhere);
  CHECK(reel_log_delete_stream(log.get(), "x", 1, nullptr, &existed, &error) == REEL_OK);
  CHECK(existed);
  CHECK(reel_log_delete_stream(log.get(), "y", 1, nullptr, &existed, &error) == REEL_OK);
  CHECK(!existed);
  CHECK(reel_log_delete_stream(log.get(), "y", 1, nullptr, nullptr, nullptr) == REEL_OK);
}

}  // namespace
}  // namespace reel
