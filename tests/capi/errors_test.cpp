#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "capi/codes.hpp"
#include "capi/guard.hpp"
#include "support/c_handles.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

// A struct full of what was there before.
reel_error_info dirty() {
  reel_error_info info;
  std::memset(&info, 0x5A, sizeof info);
  return info;
}

TEST_CASE("C errors: whatever is thrown inside becomes a code") {
  reel_error_info info = dirty();
  CHECK(capi::guarded(&info, []() -> Status { throw std::bad_alloc(); }) == REEL_FULL);
  CHECK(info.code == REEL_FULL);
  CHECK(info.sys_errno == ENOMEM);
  CHECK(std::string(info.message) == "there is not enough memory for it");
  CHECK(std::string(info.file).empty());
  info = dirty();
  CHECK(capi::guarded(&info, []() -> Status { throw std::length_error("x"); }) == REEL_FULL);
  info = dirty();
  CHECK(capi::guarded(&info, []() -> Status { throw std::runtime_error("the moon"); }) ==
        REEL_INTERNAL);
  CHECK(std::string(info.message) == "something failed that should not: the moon");
  CHECK(info.sys_errno == 0);
  CHECK(capi::guarded(nullptr, []() -> Status { throw 7; }) == REEL_INTERNAL);
}

TEST_CASE("C errors: an Error's place and sentence arrive whole, and success wipes them") {
  reel_error_info info = dirty();
  const Error error{ErrorCode::io, ENOSPC, "/store/1.seg", 77, "the segment cannot be written"};
  CHECK(capi::guarded(&info, [&]() -> Status { return error; }) == REEL_IO);
  CHECK(info.code == REEL_IO);
  CHECK(info.sys_errno == ENOSPC);
  CHECK(info.offset == 77);
  CHECK(std::string(info.file) == "/store/1.seg");
  CHECK(info.message == error.to_string());
  CHECK(capi::guarded(&info, []() -> Status { return {}; }) == REEL_OK);
  CHECK(info.code == REEL_OK);
  CHECK(info.sys_errno == 0);
  CHECK(info.offset == 0);
  CHECK(std::string(info.message).empty());
  CHECK(std::string(info.file).empty());
}

TEST_CASE("C errors: long texts are cut between characters") {
  reel_error_info info = dirty();
  std::string text(1006, 'a');
  text += "\xE2\x82\xAC and so on";  // a character of three bytes over the end
  capi::tell(&info, Error{ErrorCode::io, 0, std::string(5000, 'f'), 0, text});
  CHECK(std::string(info.message) == std::string(1006, 'a'));
  CHECK(std::string(info.file) == std::string(1023, 'f'));
}

TEST_CASE("C errors: names are those of C++") {
  for (int code = REEL_OK; code <= REEL_PARTIAL; ++code) {
    CHECK(std::string(reel_error_name(code)) == error_code_name(static_cast<ErrorCode>(code)));
  }
  CHECK(std::string(reel_error_name(-1)) == "unknown");
  CHECK(std::string(reel_error_name(REEL_PARTIAL + 1)) == "unknown");
  for (int answer = REEL_APPEND_OK; answer <= REEL_APPEND_INVALID; ++answer) {
    CHECK(std::string(reel_append_name(answer)) == append_name(static_cast<Append>(answer)));
  }
  CHECK(std::string(reel_append_name(99)) == "unknown");
}

TEST_CASE("C errors: the version is told") {
  CHECK(reel_abi_version() == REEL_ABI_VERSION);
  CHECK(std::string(reel_version_string()).find('.') != std::string::npos);
}

TEST_CASE("C errors: an id of an absurd size is an error, whatever it points to") {
  const test::TempDir dir;
  const test::CLog log = test::c_log(dir.file("s"));
  reel_error_info info = dirty();
  reel_recorder* recorder = nullptr;
  CHECK(reel_recorder_open(log.get(), "x", SIZE_MAX, nullptr, &recorder, &info) ==
        REEL_INVALID_ARGUMENT);
  CHECK(reel_recorder_open(log.get(), "x", PTRDIFF_MAX, nullptr, &recorder, &info) ==
        REEL_INVALID_ARGUMENT);
  CHECK(recorder == nullptr);
  const test::CRecorder good = test::c_recorder(log, "x");
  for (const std::size_t bytes : {SIZE_MAX, std::size_t{PTRDIFF_MAX}}) {
    CHECK(reel_record_token(good.get(), "x", bytes, 0) != REEL_APPEND_OK);
    CHECK(reel_record_token_at(good.get(), "x", bytes, 0, 1.0) != REEL_APPEND_OK);
    CHECK(reel_record_complete(good.get(), "x", bytes, 0) != REEL_APPEND_OK);
  }
  CHECK(reel_recorder_next_seq(good.get()) == 0);
}

// What std::string throws, deep inside, and what operator new does.
TEST_CASE("C errors: no memory is an error, through the whole interface") {
  if (REEL_SANITIZED) return;  // sanitizers end the process at such a request
  const test::TempDir dir;
  const test::CLog log = test::c_log(dir.file("s"));
  const test::CRecorder recorder = test::c_recorder(log, "x");
  const std::size_t absurd = std::size_t{PTRDIFF_MAX};
  CHECK(reel_record_start(recorder.get(), "{}", absurd) == REEL_APPEND_FULL);
  CHECK(reel_record_retry(recorder.get(), "r", absurd, 1, nullptr, nullptr) == REEL_APPEND_FULL);
  reel_follow_options options;
  reel_follow_options_init(&options, sizeof options);
  const char* const id = "x";
  options.stream_ids = &id;
  options.stream_ids_bytes = &absurd;
  options.stream_count = 1;
  reel_error_info info = dirty();
  reel_follower* follower = nullptr;
  CHECK(reel_follower_open(dir.file("s").c_str(), nullptr, &options, &follower, &info) ==
        REEL_FULL);
  CHECK(info.sys_errno == ENOMEM);
  CHECK(follower == nullptr);
}

}  // namespace
}  // namespace reel
