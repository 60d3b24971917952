#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "reel/json.hpp"
#include "reel/log.hpp"
#include "reel/replay.hpp"
#include "support/c_handles.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::c_cursor;
using test::c_log;
using test::c_reader;
using test::c_recorder;
using test::CCursor;
using test::CLog;
using test::CNames;
using test::CReader;
using test::CRecorder;
using test::record_text;
using test::taken;

// Two streams that part in their second token.
void fill(const std::string& path) {
  const CLog log = c_log(path);
  test::record_hello(log, "hello");
  const CRecorder other = c_recorder(log, "help");
  REQUIRE(record_text(other, "Hello", 0) == REEL_APPEND_OK);
  REQUIRE(record_text(other, " wood", 1) == REEL_APPEND_OK);
}

std::vector<std::string> listed(const CReader& reader, std::string_view prefix,
                                const char* name_space = nullptr) {
  reel_names* names = nullptr;
  REQUIRE(reel_reader_streams(reader.get(), prefix.data(), prefix.size(), name_space, &names,
                              nullptr) == REEL_OK);
  const CNames owner(names);
  std::vector<std::string> list;
  for (std::size_t i = 0; i < reel_names_count(names); ++i) {
    std::size_t bytes = 0;
    const char* const name = reel_names_at(names, i, &bytes);
    list.emplace_back(name, bytes);
    CHECK(name[bytes] == '\0');
  }
  CHECK(reel_names_at(names, list.size(), nullptr) == nullptr);
  return list;
}

std::string state_of(const CReader& reader, std::string_view id, std::uint64_t to = REEL_SEQ_MAX,
                     int fold = REEL_FOLD_L0) {
  reel_string json = {};
  reel_error_info error;
  const int code =
      reel_reader_state(reader.get(), id.data(), id.size(), nullptr, to, fold, &json, &error);
  INFO(error.message);
  REQUIRE(code == REEL_OK);
  return taken(json);
}

TEST_CASE("C reader: streams, metadata and states are those of C++") {
  const test::TempDir dir;
  const std::string path = dir.file("s");
  fill(path);
  const CReader reader = c_reader(path);
  CHECK(listed(reader, "") == std::vector<std::string>{"hello", "help"});
  CHECK(listed(reader, "hell") == std::vector<std::string>{"hello"});
  CHECK(listed(reader, "", "other").empty());
  reel_names* names = nullptr;
  REQUIRE(reel_reader_namespaces(reader.get(), &names, nullptr) == REEL_OK);
  CHECK(reel_names_count(names) == 1);
  CHECK(std::string(reel_names_at(names, 0, nullptr)) == "l0");
  reel_names_free(names);

  auto plain = Reader::open(path);
  REQUIRE(plain.ok());
  std::string expected;
  json::append_metadata(expected, **plain->metadata("hello"));
  reel_string json = {};
  REQUIRE(reel_reader_metadata(reader.get(), "hello", 5, nullptr, &json, nullptr) == REEL_OK);
  CHECK(taken(json) == expected);
  for (const std::uint64_t to : {std::uint64_t{0}, std::uint64_t{1}, REEL_SEQ_MAX}) {
    expected.clear();
    json::append_state(expected, *replay_to_state(*plain, "hello", "l0", 0, to));
    CHECK(state_of(reader, "hello", to) == expected);
  }
  CHECK(state_of(reader, "hello").find(R"("content":"Hello world","token_count":2)") !=
        std::string::npos);
}

TEST_CASE("C reader: the way to fold is a choice") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  {
    const CRecorder to = c_recorder(log, "x");
    REQUIRE(record_text(to, "first", 0) == REEL_APPEND_OK);
    REQUIRE(reel_record_retry(to.get(), "slow", 4, 1, nullptr, nullptr) == REEL_APPEND_OK);
    REQUIRE(record_text(to, "second", 0) == REEL_APPEND_OK);
  }
  const CReader reader = c_reader(dir.file("s"));
  CHECK(state_of(reader, "x").find(R"("firstsecond")") != std::string::npos);
  CHECK(state_of(reader, "x", REEL_SEQ_MAX, REEL_FOLD_ATTEMPTS).find(R"("content":"second")") !=
        std::string::npos);
  reel_string json = {};
  CHECK(reel_reader_state(reader.get(), "x", 1, nullptr, 0, 7, &json, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(json.data == nullptr);
}

TEST_CASE("C reader: a stream that is not shown is not found, until the Reader looks again") {
  const test::TempDir dir;
  const CLog log = c_log(dir.file("s"));
  const CReader reader = c_reader(dir.file("s"));
  test::record_hello(log, "late");
  reel_error_info error;
  reel_string json = {};
  reel_cursor* cursor = nullptr;
  const reel_stream late = {reader.get(), "late", 4, nullptr};
  CHECK(reel_reader_metadata(reader.get(), "late", 4, nullptr, &json, &error) == REEL_NOT_FOUND);
  CHECK(std::string(error.message).find("\"late\"") != std::string::npos);
  CHECK(reel_reader_state(reader.get(), "late", 4, nullptr, 0, 0, &json, &error) == REEL_NOT_FOUND);
  CHECK(reel_cursor_open(reader.get(), "late", 4, nullptr, 0, 9, &cursor, &error) ==
        REEL_NOT_FOUND);
  CHECK(reel_compare(&late, &late, false, nullptr, &json, &error) == REEL_NOT_FOUND);
  REQUIRE(reel_reader_refresh(reader.get(), &error) == REEL_OK);
  CHECK(state_of(reader, "late").find("Hello world") != std::string::npos);
}

TEST_CASE("C reader: a Cursor shows events, outlives its Reader, and exports piece by piece") {
  const test::TempDir dir;
  fill(dir.file("s"));
  CReader reader = c_reader(dir.file("s"));
  const CCursor cursor = c_cursor(reader, "hello", 1, 2), pieces = c_cursor(reader, "hello"),
                whole = c_cursor(reader, "hello");
  reader.reset();
  const char* json = nullptr;
  std::size_t bytes = 0;
  CHECK(reel_cursor_json(cursor.get(), &json, &bytes, nullptr) == REEL_NOT_FOUND);
  const reel_event* event = nullptr;
  REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(event->seq == 1);
  CHECK(event->seqs == 1);
  CHECK(event->type == REEL_EVENT_TOKEN);
  CHECK(event->has_number == 1);
  CHECK(event->number == 0);
  CHECK(event->ts_ms > 1.6e12);
  CHECK(std::string_view(event->text, event->text_bytes) == "Hello");
  CHECK(std::string_view(event->type_name, event->type_name_bytes) == "TOKEN");
  CHECK(std::string_view(event->stream_id, event->stream_id_bytes) == "hello");
  CHECK(event->channel == nullptr);
  REQUIRE(reel_cursor_json(cursor.get(), &json, &bytes, nullptr) == REEL_OK);
  CHECK(std::string(json).size() == bytes);
  CHECK(std::string(json).find(R"({"stream_id":"hello","seq":1,"event":{"type":"TOKEN")") == 0);
  REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(event->seq == 2);
  for (int i = 0; i < 2; ++i) {  // the end stays the end
    REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
    CHECK(event == nullptr);
  }
  CHECK(reel_cursor_json(cursor.get(), &json, &bytes, nullptr) == REEL_NOT_FOUND);
  const std::string all = test::exported(whole);
  CHECK(std::count(all.begin(), all.end(), '\n') == 4);
  CHECK(test::exported(pieces, 0) == all);
}

TEST_CASE("C reader: GAPs and channels are seen") {
  const test::TempDir dir;
  {
    const CLog log = c_log(dir.file("s"));
    const CRecorder to = c_recorder(log, "x");
    const std::string_view thought =
        R"({"type":"TOKEN","ts":1,"value":"hm","index":0,"channel":"reasoning"})";
    REQUIRE(reel_record_json(to.get(), thought.data(), thought.size(), nullptr) == REEL_APPEND_OK);
  }
  {  // C cannot record a GAP; importing does
    auto log = Log::open(dir.file("s"));
    REQUIRE(log.ok());
    auto to = log->recorder("x");
    REQUIRE(to.ok());
    Event gap;
    gap.body = Gap{3, "import"};
    REQUIRE(to->record(gap) == Append::ok);
  }
  const CCursor cursor = c_cursor(c_reader(dir.file("s")), "x");
  const reel_event* event = nullptr;
  REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(std::string_view(event->channel, event->channel_bytes) == "reasoning");
  REQUIRE(reel_cursor_next(cursor.get(), &event, nullptr) == REEL_OK);
  REQUIRE(event != nullptr);
  CHECK(event->type == REEL_EVENT_GAP);
  CHECK(event->seq == 1);
  CHECK(event->seqs == 3);
  const char* json = nullptr;
  std::size_t bytes = 0;
  reel_error_info error;
  CHECK(reel_cursor_json(cursor.get(), &json, &bytes, &error) == REEL_NOT_FOUND);
  CHECK(std::string(error.message).find("GAP") != std::string::npos);
}

TEST_CASE("C reader: two streams compared, of one store or of two") {
  const test::TempDir dir;
  fill(dir.file("s"));
  fill(dir.file("t"));
  const CReader s = c_reader(dir.file("s")), t = c_reader(dir.file("t"));
  const reel_stream hello = {s.get(), "hello", 5, nullptr}, help = {s.get(), "help", 4, nullptr},
                    same = {t.get(), "hello", 5, "l0"};
  bool identical = false;
  reel_string json = {};
  REQUIRE(reel_compare(&hello, &same, false, &identical, &json, nullptr) == REEL_OK);
  CHECK(identical);
  CHECK(taken(json) ==
        R"({"identical":true,"fields":[],"differences":[],"first_divergence":null})");
  REQUIRE(reel_compare(&hello, &same, true, &identical, nullptr, nullptr) == REEL_OK);
  CHECK(!identical);  // recorded at different times
  REQUIRE(reel_compare(&hello, &help, false, &identical, &json, nullptr) == REEL_OK);
  CHECK(!identical);
  const std::string told = taken(json);
  CHECK(told.find(R"("fields":["content","completed"])") != std::string::npos);
  CHECK(told.find(R"("first_divergence":{"token":1,"content_offset":8,"seq_a":2,"seq_b":1,)"
                  R"("a":" world","b":" wood"})") != std::string::npos);
  CHECK(reel_compare(nullptr, &help, false, &identical, &json, nullptr) == REEL_INVALID_ARGUMENT);
  const reel_stream nobodys = {nullptr, "help", 4, nullptr};
  CHECK(reel_compare(&hello, &nobodys, false, &identical, &json, nullptr) == REEL_INVALID_ARGUMENT);
}

// The one segment file of a store.
std::string segment_of(const std::string& path) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.path().extension() == ".seg") return entry.path().string();
  }
  FAIL("no segment in " << path);
  return {};
}

TEST_CASE("C reader: a damaged store is read past, named by verify, and refused when strict") {
  const test::TempDir dir;
  const std::string path = dir.file("s");
  fill(path);
  bool whole = false;
  reel_string json = {};
  REQUIRE(reel_verify(path.c_str(), &whole, &json, nullptr) == REEL_OK);
  CHECK(whole);
  CHECK(taken(json).find(R"({"ok":true,"damage":[],)") == 0);

  const std::string segment = segment_of(path);
  std::string bytes = test::read_bytes(segment);
  for (std::size_t at = 128; at < 256; ++at) bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  test::write_bytes(segment, bytes);
  REQUIRE(reel_verify(path.c_str(), &whole, &json, nullptr) == REEL_OK);
  CHECK(!whole);
  const std::string report = taken(json);
  CHECK(report.find(R"({"ok":false,"damage":[{"file":)") == 0);
  CHECK(report.find(std::filesystem::path(segment).filename().string()) != std::string::npos);

  const CReader lenient = c_reader(path);
  (void)test::exported(c_cursor(lenient, "hello"));
  std::uint64_t count = 0;
  REQUIRE(reel_reader_damage(lenient.get(), &count, &json, nullptr) == REEL_OK);
  CHECK(count > 0);
  CHECK(taken(json).find(R"([{"file":)") == 0);

  reel_reader_options options;
  reel_reader_options_init(&options, sizeof options);
  options.strict = 1;
  const CReader strict = c_reader(path, &options);
  const CCursor cursor = c_cursor(strict, "hello");
  reel_error_info error;
  const reel_event* event = nullptr;
  int code = reel_cursor_next(cursor.get(), &event, &error);
  while (code == REEL_OK && event != nullptr) {
    code = reel_cursor_next(cursor.get(), &event, &error);
  }
  CHECK(code == REEL_DAMAGED);
  CHECK(event == nullptr);
  CHECK(!std::string(error.file).empty());
  reel_string lines = {};
  CHECK(reel_cursor_export(cursor.get(), 1, &lines, &error) == REEL_DAMAGED);
}

TEST_CASE("C reader: what is no store, and NULLs, are refused") {
  const test::TempDir dir;
  reel_error_info error;
  reel_reader* reader = nullptr;
  reel_names* names = nullptr;
  reel_cursor* cursor = nullptr;
  const reel_event* event = nullptr;
  reel_string text = {};
  const char* json = nullptr;
  std::size_t bytes = 0;
  bool whole = true;
  CHECK(reel_reader_open(dir.file("none").c_str(), nullptr, &reader, &error) == REEL_NOT_FOUND);
  CHECK(reel_reader_open(dir.path().c_str(), nullptr, &reader, &error) == REEL_NOT_A_STORE);
  CHECK(reel_reader_open(nullptr, nullptr, &reader, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_open(dir.path().c_str(), nullptr, nullptr, &error) == REEL_INVALID_ARGUMENT);
  CHECK(reader == nullptr);
  CHECK(reel_verify(dir.path().c_str(), &whole, &text, &error) == REEL_NOT_A_STORE);
  CHECK(!whole);
  CHECK(reel_verify(nullptr, nullptr, nullptr, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_refresh(nullptr, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_streams(nullptr, nullptr, 0, nullptr, &names, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_namespaces(nullptr, &names, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_metadata(nullptr, "a", 1, nullptr, &text, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_state(nullptr, "a", 1, nullptr, 0, 0, &text, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_damage(nullptr, nullptr, nullptr, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_cursor_open(nullptr, "a", 1, nullptr, 0, 0, &cursor, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(reel_cursor_next(nullptr, &event, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_cursor_json(nullptr, &json, &bytes, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_cursor_export(nullptr, 1, &text, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_names_count(nullptr) == 0);
  CHECK(reel_names_at(nullptr, 0, &bytes) == nullptr);
  reel_reader_close(nullptr);
  reel_cursor_close(nullptr);
  reel_names_free(nullptr);

  fill(dir.file("s"));
  const CReader good = c_reader(dir.file("s"));
  CHECK(reel_reader_streams(good.get(), nullptr, 2, nullptr, &names, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_streams(good.get(), nullptr, 0, nullptr, nullptr, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_metadata(good.get(), nullptr, 1, nullptr, &text, nullptr) ==
        REEL_INVALID_ARGUMENT);
  CHECK(reel_reader_metadata(good.get(), "hello", 5, nullptr, nullptr, &error) ==
        REEL_INVALID_ARGUMENT);
  const CCursor there = c_cursor(good, "hello");
  CHECK(reel_cursor_next(there.get(), nullptr, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_cursor_json(there.get(), nullptr, &bytes, nullptr) == REEL_INVALID_ARGUMENT);
  CHECK(reel_cursor_export(there.get(), 1, nullptr, nullptr) == REEL_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace reel
