#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "reel/json.hpp"
#include "reel/reader.hpp"
#include "support/c_handles.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::c_cursor;
using test::c_log;
using test::c_reader;
using test::c_recorder;
using test::CLog;
using test::CRecorder;
using test::record_text;

struct Piece {
  Piece(const char* text) : data(text), bytes(std::strlen(text)) {}  // NOLINT
  const char* data;
  std::size_t bytes;
};

// What the store holds of a stream now, stamps aside.
std::vector<Event> events_of(const std::string& path, std::string_view id) {
  auto reader = Reader::open(path);
  REQUIRE(reader.ok());
  auto cursor = reader->cursor(id);
  REQUIRE(cursor.ok());
  std::vector<Event> events;
  while (cursor->next()) {
    events.push_back(to_event(cursor->view().event));
    events.back().ts_ms = 0;
  }
  REQUIRE(cursor->status().ok());
  return events;
}

bool same(const std::vector<Event>& a, const std::vector<Event>& b) {
  if (a.size() != b.size()) return false;
  std::string x, y;
  for (std::size_t i = 0; i < a.size(); ++i) {
    x.clear();
    y.clear();
    json::append_event(x, a[i]);
    json::append_event(y, b[i]);
    INFO(x << " beside " << y);
    CHECK(x == y);
    if (x != y) return false;
  }
  return true;
}

std::vector<Event> with_bodies(std::initializer_list<EventBody> bodies) {
  std::vector<Event> events;
  for (const EventBody& body : bodies) {
    Event event;
    event.body = body;
    events.push_back(event);
  }
  return events;
}

TEST_CASE("C record: every type of event, with all that is optional") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "all");
  reel_recorder* const r = to.get();
  const Piece options(R"({"model":"m"})"), result(R"({"passed":false})"), type("toxic"),
      reason("slow"), error(R"({"name":"E","message":"m"})"), failure("network"), strategy("retry"),
      policy("p"), text("Hello");
  const std::int64_t at = 3, from = 1;
  const bool counts = false;
  const double delay = 12.5;
  CHECK(reel_record_start(r, options.data, options.bytes) == REEL_APPEND_OK);
  CHECK(reel_record_token(r, text.data, text.bytes, 0) == REEL_APPEND_OK);
  CHECK(reel_record_checkpoint(r, text.data, text.bytes, 1) == REEL_APPEND_OK);
  CHECK(reel_record_guardrail(r, result.data, result.bytes, type.data, type.bytes, &at) ==
        REEL_APPEND_OK);
  CHECK(reel_record_drift(r, result.data, result.bytes, &at) == REEL_APPEND_OK);
  CHECK(reel_record_retry(r, reason.data, reason.bytes, 2, &counts, &delay) == REEL_APPEND_OK);
  CHECK(reel_record_fallback(r, 2, &from, reason.data, reason.bytes) == REEL_APPEND_OK);
  CHECK(reel_record_continuation(r, text.data, text.bytes, 1) == REEL_APPEND_OK);
  CHECK(reel_record_error(r, error.data, error.bytes, failure.data, failure.bytes, strategy.data,
                          strategy.bytes, policy.data, policy.bytes) == REEL_APPEND_OK);
  CHECK(reel_record_complete(r, text.data, text.bytes, 1) == REEL_APPEND_OK);
  CHECK(reel_recorder_next_seq(r) == 10);
  CHECK(same(events_of(dir.file("s"), "all"),
             with_bodies({Start{options.data}, Token{"Hello", 0}, Checkpoint{"Hello", 1},
                          Guardrail{result.data, at, "toxic"}, Drift{result.data, at},
                          Retry{"slow", 2, false, "12.5"}, Fallback{2, from, "slow"},
                          Continuation{"Hello", 1}, ErrorEvent{error.data, "network", "retry", "p"},
                          Complete{"Hello", 1}})));
}

TEST_CASE("C record: what is optional may be NULL, and is absent then") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "bare");
  reel_recorder* const r = to.get();
  CHECK(reel_record_start(r, nullptr, 0) == REEL_APPEND_OK);
  CHECK(reel_record_token(r, nullptr, 0, -1) == REEL_APPEND_OK);
  CHECK(reel_record_guardrail(r, nullptr, 0, nullptr, 0, nullptr) == REEL_APPEND_OK);
  CHECK(reel_record_guardrail(r, nullptr, 0, "", 0, nullptr) == REEL_APPEND_OK);
  CHECK(reel_record_drift(r, nullptr, 0, nullptr) == REEL_APPEND_OK);
  CHECK(reel_record_retry(r, nullptr, 0, 1, nullptr, nullptr) == REEL_APPEND_OK);
  CHECK(reel_record_fallback(r, 1, nullptr, nullptr, 0) == REEL_APPEND_OK);
  CHECK(reel_record_error(r, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0) == REEL_APPEND_OK);
  CHECK(same(events_of(dir.file("s"), "bare"),
             with_bodies({Start{}, Token{"", -1}, Guardrail{}, Guardrail{{}, {}, ""}, Drift{},
                          Retry{"", 1}, Fallback{1}, ErrorEvent{}})));
}

TEST_CASE("C record: a stamp of one's own is kept, and must be a number") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "x");
  CHECK(reel_record_token_at(to.get(), "a", 1, 0, 1234.0625) == REEL_APPEND_OK);
  CHECK(reel_record_token_at(to.get(), "a", 1, 1, std::numeric_limits<double>::quiet_NaN()) ==
        REEL_APPEND_INVALID);
  const double endless = std::numeric_limits<double>::infinity();
  CHECK(reel_record_retry(to.get(), "r", 1, 1, nullptr, &endless) == REEL_APPEND_INVALID);
  CHECK(reel_recorder_next_seq(to.get()) == 1);
  const auto cursor = c_cursor(c_reader(dir.file("s")), "x");
  const reel_event* event = nullptr;
  REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(event->ts_ms == 1234.0625);
}

TEST_CASE("C record: JSON brings any event, and says what is wrong with it") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "x");
  reel_error_info error;
  const auto record = [&](const Piece& json) {
    return reel_record_json(to.get(), json.data, json.bytes, &error);
  };
  const Piece thought(R"({"type":"TOKEN","ts":1.5,"value":"hm","index":0,"channel":"reasoning"})"),
      unknown(R"({"type":"NEW","ts":2.5,"deep":{"a":[1]}})");
  CHECK(record(thought) == REEL_APPEND_OK);
  CHECK(error.code == REEL_OK);
  CHECK(record(unknown) == REEL_APPEND_OK);
  CHECK(record(R"({"type":"TOKEN","ts":1})") == REEL_APPEND_INVALID);
  CHECK(error.code == REEL_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("value") != std::string::npos);
  CHECK(record("{") == REEL_APPEND_INVALID);
  CHECK(record(R"({"stream_id":"x","seq":2,"event":{"type":"NEW","ts":1}})") ==
        REEL_APPEND_INVALID);
  CHECK(std::string(error.message).find("envelope") != std::string::npos);
  CHECK(reel_record_json(to.get(), nullptr, 4, nullptr) == REEL_APPEND_INVALID);
  CHECK(reel_record_json(nullptr, "{}", 2, &error) == REEL_APPEND_INVALID);
  CHECK(test::exported(c_cursor(c_reader(dir.file("s")), "x")) ==
        std::string(R"({"stream_id":"x","seq":0,"event":)") + thought.data + "}\n" +
            R"({"stream_id":"x","seq":1,"event":)" + unknown.data + "}\n");
}

TEST_CASE("C record: a batch is so many events, and tells how many there were") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "x");
  const std::array<const char*, 3> texts = {"a", nullptr, "ccc"};
  const std::array<std::size_t, 3> sizes = {1, 0, 3};
  std::size_t recorded = 99;
  CHECK(reel_record_tokens(to.get(), texts.data(), sizes.data(), 3, 5, &recorded) ==
        REEL_APPEND_OK);
  CHECK(recorded == 3);
  CHECK(same(events_of(dir.file("s"), "x"),
             with_bodies({Token{"a", 5}, Token{"", 6}, Token{"ccc", 7}})));
  CHECK(reel_record_tokens(to.get(), nullptr, nullptr, 0, 0, &recorded) == REEL_APPEND_OK);
  CHECK(recorded == 0);
  const std::array<std::size_t, 3> broken = {1, 2, 3};  // the second has no text
  CHECK(reel_record_tokens(to.get(), texts.data(), broken.data(), 3, 8, &recorded) ==
        REEL_APPEND_INVALID);
  CHECK(recorded == 1);
  CHECK(reel_recorder_next_seq(to.get()) == 4);
  CHECK(reel_record_tokens(to.get(), texts.data(), nullptr, 3, 8, nullptr) == REEL_APPEND_INVALID);
  CHECK(reel_record_tokens(to.get(), nullptr, sizes.data(), 3, 8, nullptr) == REEL_APPEND_INVALID);
  CHECK(reel_record_tokens(nullptr, texts.data(), sizes.data(), 3, 8, &recorded) ==
        REEL_APPEND_INVALID);
}

TEST_CASE("C record: a batch stops where the arena is full") {
  const test::TempDir dir;
  reel_log_options options;
  reel_log_options_init(&options, sizeof options);
  options.overflow = REEL_OVERFLOW_FAIL;
  options.writer_thread = 0;  // nobody empties it
  options.arena_bytes = 1 << 20;
  const CLog log = c_log(dir.file("s"), &options);
  const CRecorder to = c_recorder(log, "x");
  const std::string text(1000, 't');
  const std::vector<const char*> texts(2000, text.data());
  const std::vector<std::size_t> sizes(2000, text.size());
  std::size_t recorded = 0;
  CHECK(reel_record_tokens(to.get(), texts.data(), sizes.data(), 2000, 0, &recorded) ==
        REEL_APPEND_FULL);
  CHECK(recorded > 100);
  CHECK(recorded < 2000);
  CHECK(reel_recorder_next_seq(to.get()) == recorded);
  reel_error_info error;
  while (reel_log_step(log.get(), &error) == REEL_OK) {
    reel_watermarks marks;
    REQUIRE(reel_log_watermarks(log.get(), &marks) == REEL_OK);
    if (marks.written == recorded) break;
  }
  INFO(error.message);
  CHECK(error.code == REEL_OK);
  CHECK(record_text(to, "again", 0) == REEL_APPEND_OK);
}

TEST_CASE("C record: broken JSON, NULL with bytes and no Recorder are refused, and use no seq") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CRecorder to = c_recorder(log, "x");
  reel_recorder* const r = to.get();
  for (reel_recorder* const which : {r, static_cast<reel_recorder*>(nullptr)}) {
    CHECK(reel_record_token(which, nullptr, 1, 0) == REEL_APPEND_INVALID);
    CHECK(reel_record_token_at(which, nullptr, 1, 0, 1) == REEL_APPEND_INVALID);
    CHECK(reel_record_start(which, "{", 1) == REEL_APPEND_INVALID);
    CHECK(reel_record_start(which, nullptr, 1) == REEL_APPEND_INVALID);
    CHECK(reel_record_checkpoint(which, nullptr, 1, 0) == REEL_APPEND_INVALID);
    CHECK(reel_record_guardrail(which, "[]", 2, nullptr, 0, nullptr) == REEL_APPEND_INVALID);
    CHECK(reel_record_guardrail(which, "{}", 2, nullptr, 1, nullptr) == REEL_APPEND_INVALID);
    CHECK(reel_record_drift(which, "1", 1, nullptr) == REEL_APPEND_INVALID);
    CHECK(reel_record_retry(which, nullptr, 1, 1, nullptr, nullptr) == REEL_APPEND_INVALID);
    CHECK(reel_record_fallback(which, 1, nullptr, nullptr, 1) == REEL_APPEND_INVALID);
    CHECK(reel_record_continuation(which, nullptr, 1, 1) == REEL_APPEND_INVALID);
    CHECK(reel_record_complete(which, nullptr, 1, 1) == REEL_APPEND_INVALID);
    CHECK(reel_record_error(which, "{}", 2, nullptr, 1, nullptr, 0, nullptr, 0) ==
          REEL_APPEND_INVALID);
  }
  CHECK(reel_recorder_next_seq(r) == 0);
  CHECK(reel_recorder_next_seq(nullptr) == 0);
  CHECK(!reel_recorder_wanted(nullptr));
  reel_watermarks marks;
  CHECK(reel_recorder_watermarks(nullptr, &marks) == REEL_INVALID_ARGUMENT);
  CHECK(reel_recorder_watermarks(r, nullptr) == REEL_INVALID_ARGUMENT);
  std::size_t bytes = 9;
  CHECK(reel_recorder_stream_id(nullptr, &bytes) == nullptr);
  CHECK(bytes == 0);
  reel_recorder_close(nullptr);
}

TEST_CASE("C record: what is no UTF-8 is stored as it is, and is U+FFFD in JSON") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const std::string_view garbage("a\xFF\0b", 4);
  {
    const CRecorder to = c_recorder(log, "x");
    CHECK(record_text(to, garbage, 0) == REEL_APPEND_OK);
  }
  const auto cursor = c_cursor(c_reader(dir.file("s")), "x");
  const reel_event* event = nullptr;
  REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(std::string_view(event->text, event->text_bytes) == garbage);
  const char* json = nullptr;
  std::size_t bytes = 0;
  REQUIRE(reel_cursor_json(cursor.get(), &json, &bytes, nullptr) == REEL_OK);
  CHECK(std::string_view(json, bytes).find("a\xEF\xBF\xBD\\u0000b") != std::string_view::npos);
  reel_recorder* refused = nullptr;
  CHECK(reel_recorder_open(log.get(), "\xFF", 1, nullptr, &refused, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(refused == nullptr);
}

TEST_CASE("C record: two threads, each with its Recorder, and a third that waits for the disk") {
  const test::TempDir dir;
  CLog log = c_log(dir.file("s"));
  constexpr std::int64_t kTokens = 20000;
  const auto write = [&](const char* id) {
    reel_recorder* recorder = nullptr;
    int wrong = reel_recorder_open(log.get(), id, 1, nullptr, &recorder, nullptr);
    for (std::int64_t i = 0; i < kTokens; ++i) {
      wrong += reel_record_token(recorder, " token", 6, i) != REEL_APPEND_OK;
    }
    reel_recorder_close(recorder);
    return wrong;
  };
  std::array<int, 3> wrong = {-1, -1, -1};
  std::thread a([&] { wrong[0] = write("a"); }), b([&] { wrong[1] = write("b"); });
  wrong[2] = reel_log_sync(log.get(), test::kDeadlineMs, nullptr);
  a.join();
  b.join();
  CHECK(wrong == std::array<int, 3>{0, 0, 0});
  log.reset();
  CHECK(events_of(dir.file("s"), "a").size() == kTokens);
  CHECK(events_of(dir.file("s"), "b").size() == kTokens);
}

}  // namespace
}  // namespace reel
