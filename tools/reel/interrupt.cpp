#include "interrupt.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

namespace reel::tool {

Interrupt::Interrupt() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, &before_);
  // Without a descriptor (too many open files) signals simply wait until the end.
  fd_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

Interrupt::~Interrupt() {
  if (fd_ >= 0) ::close(fd_);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::take() noexcept {
  signalfd_siginfo info{};
  if (::read(fd_, &info, sizeof info) != sizeof info) return;
  signal_ = static_cast<int>(info.ssi_signo);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace reel::tool
