#include "reel/status.hpp"

#include <cerrno>
#include <set>
#include <string>

#include "support/catch.hpp"

namespace {

using reel::Error;
using reel::ErrorCode;
using reel::Result;
using reel::Status;

Error no_space() {
  return {ErrorCode::io, ENOSPC, "/store/a.seg", 4096, "could not append to the segment"};
}

TEST_CASE("a Status is ok until it carries an Error", "[status]") {
  CHECK(Status().ok());
  CHECK(Status().to_string() == "ok");
  const Status failed = no_space();
  CHECK_FALSE(failed);
  CHECK(failed.error().sys_errno == ENOSPC);
}

TEST_CASE("an Error says what happened, where, and what the system said", "[status]") {
  const std::string text = no_space().to_string();
  CHECK(text.find("could not append to the segment") == 0);
  CHECK(text.find("/store/a.seg") != std::string::npos);
  CHECK(text.find("4096") != std::string::npos);
  CHECK(text.find("No space left on device") != std::string::npos);
  const Error bare{ErrorCode::closed, 0, "", 0, "the log is closed"};
  CHECK(bare.to_string() == "the log is closed");
}

TEST_CASE("a Result holds a value or an Error", "[status]") {
  Result<std::string> good(std::string("value"));
  REQUIRE(good.ok());
  CHECK(*good == "value");
  CHECK(good.status().ok());
  Result<std::string> bad(no_space());
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == ErrorCode::io);
  CHECK_FALSE(bad.status().ok());
}

TEST_CASE("value() throws the Error's text", "[status]") {
  Result<int> good(7);
  CHECK(good.value() == 7);
  Result<int> bad(no_space());
  CHECK_THROWS_AS(bad.value(), std::runtime_error);
}

TEST_CASE("a failed Status becomes a Result of any type", "[status]") {
  const auto open = []() -> Result<int> { return Status(no_space()); };
  CHECK(open().error().file == "/store/a.seg");
}

TEST_CASE("every error code has a name", "[status]") {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::partial); ++code)
    CHECK(names.insert(reel::error_code_name(static_cast<ErrorCode>(code))).second);
  CHECK(std::string(reel::error_code_name(ErrorCode::partial)) == "partial");
}

}  // namespace
