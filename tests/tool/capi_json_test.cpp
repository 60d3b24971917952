// What the C interface hands out as JSON is what the command prints.
#include <string>

#include "support/c_handles.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::Json;
using test::taken;

TEST_CASE("C and command: states, metadata, comparisons and reports are the same JSON") {
  const test::TempDir dir;
  const std::string path = dir.file("s");
  {
    const test::CLog log = test::c_log(path);
    test::record_hello(log, "a");
    const test::CRecorder to = test::c_recorder(log, "b");
    REQUIRE(test::record_text(to, "He\"llo", 0) == REEL_APPEND_OK);
  }
  const test::CReader reader = test::c_reader(path);
  reel_string text = {};
  REQUIRE(reel_reader_state(reader.get(), "a", 1, nullptr, REEL_SEQ_MAX, REEL_FOLD_L0, &text,
                            nullptr) == REEL_OK);
  CHECK(taken(text) + '\n' == test::run_reel({"state", path, "a", "--json"}).out);
  REQUIRE(reel_reader_metadata(reader.get(), "a", 1, nullptr, &text, nullptr) == REEL_OK);
  CHECK(taken(text) + '\n' == test::run_reel({"ls", path, "--prefix", "a", "--json"}).out);
  const reel_stream a = {reader.get(), "a", 1, nullptr}, b = {reader.get(), "b", 1, nullptr};
  REQUIRE(reel_compare(&a, &b, true, nullptr, &text, nullptr) == REEL_OK);
  CHECK(taken(text) + '\n' ==
        test::run_reel({"diff", path, "a", "b", "--timestamps", "--json"}).out);
  REQUIRE(reel_verify(path.c_str(), nullptr, &text, nullptr) == REEL_OK);
  CHECK(taken(text) + '\n' == test::run_reel({"verify", path, "--json"}).out);
  CHECK(test::exported(test::c_cursor(reader, "a")) + test::exported(test::c_cursor(reader, "b")) ==
        test::run_reel({"export", path}).out);
}

TEST_CASE("C and command: so are reports of damage") {
  const test::TempDir dir;
  const std::string path = dir.file("s");
  test::record_hello(test::c_log(path), "a");
  const std::string file = path + "/stray.seg";
  test::write_bytes(file, "no segment");
  test::write_bytes(path + "/deleted", "no folder");
  reel_string text = {};
  bool whole = true;
  REQUIRE(reel_verify(path.c_str(), &whole, &text, nullptr) == REEL_OK);
  CHECK(taken(text) + '\n' == test::run_reel({"verify", path, "--json"}).out);
}

}  // namespace
}  // namespace reel
