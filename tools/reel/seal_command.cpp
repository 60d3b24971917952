#include "seal_command.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "output.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

std::vector<std::string> environment(const SealedSegment& sealed) {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) all.emplace_back(*one);
  std::string replaces;
  for (const std::uint64_t number : sealed.replaces) {
    replaces += (replaces.empty() ? "" : " ") + std::to_string(number);
  }
  all.push_back("REEL_SEGMENT=" + sealed.path);
  all.push_back("REEL_LANE=" + std::to_string(sealed.lane));
  all.push_back("REEL_NUMBER=" + std::to_string(sealed.number));
  all.push_back("REEL_REPLACES=" + replaces);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// What went wrong; "" if nothing did.
std::string run_command(const std::string& command, const SealedSegment& sealed) {
  std::vector<std::string> arguments = {"sh", "-c", command};
  std::vector<std::string> variables = environment(sealed);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, "/bin/sh", &actions, nullptr, pointers(arguments).data(),
                                   pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::strerror(failed);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return std::strerror(errno);
  }
  if (WIFSIGNALED(status)) return fmt::format("it was ended by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("it exited with {}", WEXITSTATUS(status));
}

}  // namespace

SealCommand::SealCommand(std::string command)
    : command_(std::move(command)), thread_([this] { run(); }) {}

SealCommand::~SealCommand() { finish(); }

void SealCommand::add(const SealedSegment& sealed) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(sealed);
  changed_.notify_all();
}

void SealCommand::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const SealedSegment sealed = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const std::string why = run_command(command_, sealed);
    if (!why.empty()) {
      complain(fmt::format("--on-seal failed for {}: {}", escaped(sealed.path), why));
    }
    lock.lock();
    failed_ += why.empty() ? 0 : 1;
  }
}

std::size_t SealCommand::finish() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return failed_;
}

}  // namespace reel::tool
