#include <fcntl.h>

#include "io/errors.hpp"
#include "io/posix_handle.hpp"

namespace reel::io::detail {
namespace {

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

  Status close() override {
    if (fd_.get() < 0) return {};
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
};

}  // namespace

Result<std::unique_ptr<AppendFile>> posix_create(const std::string& path) {
  auto fd = create_file(path, O_WRONLY);
  if (!fd) return fd.status();
  return std::unique_ptr<AppendFile>(std::make_unique<PosixAppendFile>(*std::move(fd), path));
}

}  // namespace reel::io::detail
