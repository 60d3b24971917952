// The lock file holds one line for people, "pid host boot-id\n". The lock itself is the kernel's.
#include <fcntl.h>
#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <vector>

#include "io/errors.hpp"
#include "io/posix_handle.hpp"

namespace reel::io::detail {
namespace {

constexpr std::size_t kHolderBytesMax = 512;
constexpr const char* kBootIdFile = "/proc/sys/kernel/random/boot_id";

struct ::flock whole_file(short type) {
  struct ::flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

// An OFD lock belongs to the open file, which a forked child shares: its copy would keep a dead
// parent's lock alive. So every held descriptor stands here, and a child closes them all first.
class HeldLocks {
 public:
  static HeldLocks& instance() {
    static auto* const kHeld = new HeldLocks;  // never destroyed: locks may outlive statics
    return *kHeld;
  }
  void add(int fd) {
    const std::lock_guard guard(mutex_);
    descriptors_.push_back(fd);
  }
  // Closes it, unless this is a child of the process that took it.
  void release(int fd, pid_t taken_by) {
    const std::lock_guard guard(mutex_);
    if (taken_by != ::getpid()) return;
    descriptors_.erase(std::remove(descriptors_.begin(), descriptors_.end(), fd),
                       descriptors_.end());
    struct ::flock range = whole_file(F_UNLCK);
    (void)::fcntl(fd, F_OFD_SETLK, &range);  // a child just forked may not have closed its copy yet
    ::close(fd);
  }

 private:
  HeldLocks() {
    ::pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
                     [] { instance().after_fork(); });
  }
  void after_fork() {
    for (const int fd : descriptors_) ::close(fd);
    descriptors_.clear();
    mutex_.unlock();
  }
  std::mutex mutex_;
  std::vector<int> descriptors_;
};

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(int fd) : fd_(fd), taken_by_(::getpid()) { HeldLocks::instance().add(fd); }
  ~PosixFileLock() override { HeldLocks::instance().release(fd_, taken_by_); }

 private:
  int fd_;
  pid_t taken_by_;
};

std::string read_line(int fd) {
  char buffer[kHolderBytesMax];
  const ssize_t got = retry([&] { return ::pread(fd, buffer, sizeof buffer, 0); });
  const std::string_view text(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
  return std::string(text.substr(0, text.find('\n')));
}

std::string boot_id() {
  const Descriptor fd(retry([] { return ::open(kBootIdFile, O_RDONLY | O_CLOEXEC); }));
  return fd.get() < 0 ? "-" : read_line(fd.get());
}

// Only for people: failing to write it does not weaken the lock.
void write_holder(int fd) {
  char host[HOST_NAME_MAX + 1] = "-";
  (void)::gethostname(host, HOST_NAME_MAX);
  const std::string line = std::to_string(::getpid()) + ' ' + host + ' ' + boot_id() + '\n';
  if (retry([&] { return ::ftruncate(fd, 0); }) != 0) return;
  (void)!retry([&] { return ::pwrite(fd, line.data(), line.size(), 0); });
}

Error busy_error(int fd, const std::string& path) {
  const std::string line = read_line(fd);
  int pid = 0;
  std::from_chars(line.data(), line.data() + line.size(), pid);
  const std::string who = pid > 0 ? "process " + std::to_string(pid) : "another process";
  return usage_error(ErrorCode::busy, path,
                     "it is held by " + who + "; close it there first or wait for it to end");
}

Result<Descriptor> open_or_create(const std::string& path) {
  auto created = create_file(path, O_RDWR);
  if (created || created.error().sys_errno != EEXIST) return created;
  auto file = open_regular(path, O_RDWR);
  if (!file) return file.status();
  return std::move(file->descriptor);
}

}  // namespace

Result<std::unique_ptr<FileLock>> posix_lock(const std::string& path) {
  auto fd = open_or_create(path);
  if (!fd) return fd.status();
  struct ::flock range = whole_file(F_WRLCK);
  if (retry([&] { return ::fcntl(fd->get(), F_OFD_SETLK, &range); }) != 0) {
    if (errno == EAGAIN || errno == EACCES) return busy_error(fd->get(), path);
    return system_error(errno, path, "lock this file");
  }
  write_holder(fd->get());
  return std::unique_ptr<FileLock>(std::make_unique<PosixFileLock>(fd->release()));
}

Result<bool> posix_is_locked(const std::string& path) {
  auto file = open_regular(path, O_RDONLY);
  if (!file) {
    if (file.error().code == ErrorCode::not_found) return false;
    return file.status();
  }
  struct ::flock range = whole_file(F_RDLCK);
  if (retry([&] { return ::fcntl(file->descriptor.get(), F_OFD_GETLK, &range); }) != 0) {
    return system_error(errno, path, "ask who holds this lock");
  }
  return range.l_type != F_UNLCK;
}

}  // namespace reel::io::detail
