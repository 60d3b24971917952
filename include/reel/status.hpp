// Status and Result<T>: how everything outside the hot path reports failure.
//
// An Error says what happened (code), where (file, offset), what the system said (errno) and, in
// `message`, one sentence that tells the reader what to do. Both types are [[nodiscard]]. Nothing
// here throws except `value()`, for callers who prefer exceptions.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace reel {

enum class ErrorCode : std::uint8_t {
  ok = 0,
  invalid_argument,  // the caller's value cannot be used; nothing was stored
  not_found,         // no such stream, file or store
  busy,              // another process or Recorder holds it; `message` says who
  closed,            // the Log, Recorder or Reader was closed
  too_large,         // above a named limit; nothing was stored
  full,              // no room within the deadline
  io,                // the operating system refused; see `sys_errno`
  damaged,           // bytes on disk fail their checksum or their meaning
  not_a_store,       // the folder holds no store, or a newer format
  sequence,          // an envelope's seq is not the next one of its stream
  contradiction,     // an envelope repeats a stored seq with other content
  timeout,           // the deadline passed
  internal,          // a broken invariant; the log refuses further records
  partial,           // of several stores some did it and some did not
};

struct Error {
  ErrorCode code = ErrorCode::ok;
  int sys_errno = 0;         // 0 when the system was not involved
  std::string file;          // empty when no file was involved
  std::uint64_t offset = 0;  // in `file`, bytes
  std::string message;       // one sentence, for people

  // "message (file at offset: strerror)".
  std::string to_string() const;
};

// The name of a code as it stands in messages and JSON: "not_found", "io", ...
const char* error_code_name(ErrorCode code) noexcept;

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const noexcept { return error_.code == ErrorCode::ok; }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const& noexcept { return error_; }
  Error&& error() && noexcept { return std::move(error_); }
  std::string to_string() const { return ok() ? "ok" : error_.to_string(); }

 private:
  Error error_;
};

// A subset of std::expected<T, Error>.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : value_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
  Result(Status status) : Result(std::move(status).error()) {}               // NOLINT

  bool ok() const noexcept { return value_.index() == 0; }
  bool has_value() const noexcept { return ok(); }
  explicit operator bool() const noexcept { return ok(); }

  // Precondition: ok().
  T& operator*() & noexcept { return *std::get_if<0>(&value_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&value_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&value_)); }
  T* operator->() noexcept { return std::get_if<0>(&value_); }
  const T* operator->() const noexcept { return std::get_if<0>(&value_); }

  // Precondition: !ok().
  const Error& error() const& noexcept { return *std::get_if<1>(&value_); }
  Error&& error() && noexcept { return std::move(*std::get_if<1>(&value_)); }

  Status status() const { return ok() ? Status() : Status(error()); }

  // The value, or std::runtime_error with the error's text.
  T& value() & {
    if (!ok()) throw std::runtime_error(error().to_string());
    return **this;
  }
  T&& value() && {
    if (!ok()) throw std::runtime_error(error().to_string());
    return std::move(**this);
  }

 private:
  std::variant<T, Error> value_;
};

}  // namespace reel
