// SIGINT and SIGTERM as an orderly end of input.
#pragma once

#include <csignal>

namespace reel::tool {

// From construction on, SIGINT and SIGTERM no longer kill the process: a LineReader given this
// object ends at the next one. A second signal kills as usual. Make one before any thread starts,
// so that all of them inherit the blocked signals.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  int fd() const noexcept { return fd_; }          // readable once a signal has come
  int signal() const noexcept { return signal_; }  // 0: none yet
  void take() noexcept;                            // consumes the signal that made fd() readable

 private:
  sigset_t before_{};
  int fd_ = -1;
  int signal_ = 0;
};

}  // namespace reel::tool
