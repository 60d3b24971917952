#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace reel::test {
namespace {

using Pipe = std::array<int, 2>;

Pipe make_pipe() {
  Pipe ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

// `error` < 0: stderr stays the test's own.
pid_t start(const std::vector<std::string>& arguments, int input, int output, int error) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("no process");
  if (pid == 0) {
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    if (error >= 0) ::dup2(error, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  return pid;
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Reads what is there; closes and forgets `fd` at its end.
void drain(int& fd, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(got));
  } else {
    ::close(fd);
    fd = -1;
  }
}

}  // namespace

Finished run(const std::vector<std::string>& arguments, const std::string& input) {
  ::signal(SIGPIPE, SIG_IGN);
  const Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  const pid_t pid = start(arguments, in[0], out[1], err[1]);
  for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
  ::fcntl(in[1], F_SETFL, O_NONBLOCK);
  Finished finished;
  std::array<int, 3> fds = {in[1], out[0], err[0]};
  std::size_t written = 0;
  while (fds[1] >= 0 || fds[2] >= 0) {
    if (fds[0] >= 0 && written == input.size()) {
      ::close(fds[0]);
      fds[0] = -1;
    }
    std::array<pollfd, 3> waits = {
        {{fds[0], POLLOUT, 0}, {fds[1], POLLIN, 0}, {fds[2], POLLIN, 0}}};
    ::poll(waits.data(), waits.size(), -1);
    if (waits[0].revents != 0) {
      const ssize_t put = ::write(fds[0], input.data() + written, input.size() - written);
      written = put > 0 ? written + static_cast<std::size_t>(put) : input.size();
    }
    if (waits[1].revents != 0) drain(fds[1], finished.out);
    if (waits[2].revents != 0) drain(fds[2], finished.err);
  }
  if (fds[0] >= 0) ::close(fds[0]);
  finished.code = reap(pid);
  return finished;
}

Child::Child(const std::vector<std::string>& arguments) {
  ::signal(SIGPIPE, SIG_IGN);
  const Pipe in = make_pipe(), out = make_pipe();
  pid_ = start(arguments, in[0], out[1], -1);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

Child::~Child() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
  close_input();
  close_output();
}

bool Child::write(const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t put = ::write(input_, bytes.data() + written, bytes.size() - written);
    if (put < 0) return false;
    written += static_cast<std::size_t>(put);
  }
  return true;
}

void Child::close_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

void Child::close_output() {
  if (output_ >= 0) ::close(output_);
  output_ = -1;
}

bool Child::read_line(std::string& line, int milliseconds) {
  while (true) {
    if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
      line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return true;
    }
    pollfd wait = {output_, POLLIN, 0};
    if (output_ < 0 || ::poll(&wait, 1, milliseconds) <= 0) return false;
    drain(output_, pending_);
  }
}

std::string Child::read_rest() {
  while (output_ >= 0) drain(output_, pending_);
  return std::move(pending_);
}

void Child::signal(int number) { ::kill(pid_, number); }

int Child::wait() {
  const int code = reap(pid_);
  pid_ = -1;
  return code;
}

}  // namespace reel::test
