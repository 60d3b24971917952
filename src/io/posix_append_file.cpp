#include <fcntl.h>

#include "io/errors.hpp"
#include "io/posix_handle.hpp"

namespace reel::io::detail {
namespace {

// Shares the open file, and with it the errors that the system has noted for it.
class PosixFileSync final : public FileSync {
 public:
  PosixFileSync(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Status sync() override {
    if (retry([&] { return ::fdatasync(fd_.get()); }) == 0) return {};
    return system_error(errno, path_, "make this file durable");
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class PosixAppendFile final : public AppendFile {
 public:
  PosixAppendFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status append(std::string_view bytes) override {
    if (Status status = usable(); !status) return status;
    std::uint64_t at = size_;
    while (!bytes.empty()) {
      const ssize_t written = retry(
          [&] { return ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)); });
      if (written <= 0) return undo_append(written < 0 ? errno : EIO, at);
      at += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    size_ = at;
    return {};
  }

  Status sync() override {
    if (Status status = usable(); !status) return status;
    if (retry([&] { return ::fdatasync(fd_.get()); }) == 0) return {};
    sync_failed_ = true;
    return system_error(errno, path_, "make this file durable");
  }

  Result<std::unique_ptr<FileSync>> syncer() override {
    if (Status status = usable(); !status) return status;
    Descriptor copy(retry([&] { return ::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0); }));
    if (copy.get() < 0) return system_error(errno, path_, "open this file once more");
    return std::unique_ptr<FileSync>(std::make_unique<PosixFileSync>(std::move(copy), path_));
  }

  void reserve(std::uint64_t bytes) override {
    if (!usable() || bytes <= size_) return;
    reserved_ = true;  // a call that fails may have taken some all the same
    (void)::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size_),
                      static_cast<off_t>(bytes - size_));
  }

  Status close() override {
    if (fd_.get() < 0) return {};
    if (reserved_) give_back();
    // Linux closes the descriptor whatever close answers, EINTR too: never twice.
    if (::close(fd_.release()) != 0 && errno != EINTR) {
      return system_error(errno, path_, "close this file");
    }
    return {};
  }

  std::uint64_t size() const override { return size_; }

 private:
  Status usable() const {
    if (fd_.get() < 0) return usage_error(ErrorCode::closed, path_, "this file was closed");
    if (sync_failed_) {
      return usage_error(ErrorCode::io, path_,
                         "an earlier sync of this file failed; write its contents to a new one");
    }
    return {};
  }

  // To the size it has, which frees blocks behind it and takes no byte from those who have it
  // mapped.
  void give_back() const {
    struct ::stat now {};
    if (::fstat(fd_.get(), &now) != 0) return;
    if (::ftruncate(fd_.get(), now.st_size) != 0) return;  // it costs room, no more
  }

  // A part may be there, and stays: a reader that has it mapped would die of SIGBUS if it were cut
  // off. The next append starts at size_ in any case.
  Status undo_append(int sys_errno, std::uint64_t at) const {
    Error error = system_error(sys_errno, path_, "write to this file");
    error.offset = at;
    return error;
  }

  Descriptor fd_;
  std::string path_;
  std::uint64_t size_ = 0;
  bool sync_failed_ = false;
  bool reserved_ = false;
};

}  // namespace

Result<std::unique_ptr<AppendFile>> posix_create(const std::string& path) {
  auto fd = create_file(path, O_WRONLY);
  if (!fd) return fd.status();
  return std::unique_ptr<AppendFile>(std::make_unique<PosixAppendFile>(*std::move(fd), path));
}

}  // namespace reel::io::detail
