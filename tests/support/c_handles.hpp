// Handles of the C interface that close themselves, for tests of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reel/reel.h"
#include "support/catch.hpp"

namespace reel::test {

inline constexpr std::uint32_t kDeadlineMs = 10000;

struct CloseLog {
  void operator()(reel_log* log) const { reel_log_close(log, kDeadlineMs, nullptr, nullptr); }
};
template <auto kClose>
struct CloseWith {
  template <class Handle>
  void operator()(Handle* handle) const {
    kClose(handle);
  }
};
using CLog = std::unique_ptr<reel_log, CloseLog>;
using CRecorder = std::unique_ptr<reel_recorder, CloseWith<reel_recorder_close>>;
using CReader = std::unique_ptr<reel_reader, CloseWith<reel_reader_close>>;
using CNames = std::unique_ptr<reel_names, CloseWith<reel_names_free>>;
using CCursor = std::unique_ptr<reel_cursor, CloseWith<reel_cursor_close>>;
using CFollower = std::unique_ptr<reel_follower, CloseWith<reel_follower_close>>;

// Of what must work: fails the running test when it does not.
inline CLog c_log(const std::string& path, const reel_log_options* options = nullptr) {
  reel_log* log = nullptr;
  reel_error_info error;
  const int code = reel_log_open(path.c_str(), options, &log, &error);
  INFO(error.message);
  REQUIRE(code == REEL_OK);
  return CLog(log);
}

inline CRecorder c_recorder(const CLog& log, std::string_view id) {
  reel_recorder* recorder = nullptr;
  reel_error_info error;
  const int code = reel_recorder_open(log.get(), id.data(), id.size(), nullptr, &recorder, &error);
  INFO(error.message);
  REQUIRE(code == REEL_OK);
  return CRecorder(recorder);
}

inline CReader c_reader(const std::string& path, const reel_reader_options* options = nullptr) {
  reel_reader* reader = nullptr;
  reel_error_info error;
  const int code = reel_reader_open(path.c_str(), options, &reader, &error);
  INFO(error.message);
  REQUIRE(code == REEL_OK);
  return CReader(reader);
}

inline CCursor c_cursor(const CReader& reader, std::string_view id, std::uint64_t from = 0,
                        std::uint64_t to = REEL_SEQ_MAX) {
  reel_cursor* cursor = nullptr;
  REQUIRE(reel_cursor_open(reader.get(), id.data(), id.size(), nullptr, from, to, &cursor,
                           nullptr) == REEL_OK);
  return CCursor(cursor);
}

// Of a text that was handed out, which goes.
inline std::string taken(reel_string& text) {
  REQUIRE(text.data != nullptr);
  CHECK(text.data[text.size] == '\0');
  std::string copy(text.data, text.size);
  reel_string_free(&text);
  CHECK(text.data == nullptr);
  return copy;
}

inline int record_text(const CRecorder& recorder, std::string_view text, std::int64_t index) {
  return reel_record_token(recorder.get(), text.data(), text.size(), index);
}

// A small stream: START, the tokens "Hello" and " world", COMPLETE.
inline void record_hello(const CLog& log, std::string_view id) {
  const CRecorder recorder = c_recorder(log, id);
  const std::string_view options = R"({"model":"m"})", content = "Hello world";
  CHECK(reel_record_start(recorder.get(), options.data(), options.size()) == REEL_APPEND_OK);
  CHECK(record_text(recorder, "Hello", 0) == REEL_APPEND_OK);
  CHECK(record_text(recorder, " world", 1) == REEL_APPEND_OK);
  CHECK(reel_record_complete(recorder.get(), content.data(), content.size(), 2) == REEL_APPEND_OK);
}

// Every event of a stream that a Reader shows, as JSON lines.
inline std::string exported(const CCursor& cursor, std::size_t bytes_wanted = SIZE_MAX) {
  std::string all;
  for (;;) {
    reel_string lines = {};
    REQUIRE(reel_cursor_export(cursor.get(), bytes_wanted, &lines, nullptr) == REEL_OK);
    const std::string piece = taken(lines);
    if (piece.empty()) return all;
    all += piece;
  }
}

}  // namespace reel::test
