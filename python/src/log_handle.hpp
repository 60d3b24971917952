// LogHandle: a Log as Python holds it. Its recorders keep it alive and look at it under the GIL:
// once it is closed none of them is in a call.
#pragma once

#include <cstdint>
#include <optional>

#include "errors.hpp"
#include "log_options.hpp"
#include "reel/log.hpp"

namespace reel::python {

class LogHandle {
 public:
  LogHandle(Log log, std::uint32_t patience_ms);
  ~LogHandle() { close(); }
  LogHandle(const LogHandle&) = delete;
  LogHandle& operator=(const LogHandle&) = delete;

  bool closed() const noexcept { return closed_; }
  Log& opened();  // throws ClosedError
  std::uint32_t patience_ms() const noexcept { return patience_ms_; }
  // Status of the close; ok when it was closed before. Throws nothing.
  CloseReport close(std::uint32_t deadline_ms = 10000);

 private:
  Log log_;
  const std::uint32_t patience_ms_;
  bool closed_ = false;
};

void close_all_logs();

}  // namespace reel::python
