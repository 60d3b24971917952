#include <dirent.h>
#include <fcntl.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cstdio>

#include "io/errors.hpp"
#include "io/posix_handle.hpp"

namespace reel::io {
namespace {

using detail::Descriptor;
using detail::retry;

constexpr long kTmpfsMagic = 0x01021994;  // linux/magic.h

Descriptor open_directory(const std::string& path, int flags) {
  return Descriptor(
      retry([&] { return ::open(path.c_str(), flags | O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
}

Status sync_folder(const std::string& path) {
  const Descriptor fd = open_directory(path, 0);
  if (fd.get() < 0) return system_error(errno, path, "open this folder");
  if (retry([&] { return ::fsync(fd.get()); }) != 0) {
    return system_error(errno, path, "make the names in this folder durable");
  }
  return {};
}

// One folder whose parent exists. True when it was made now.
Result<bool> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), detail::kDirectoryMode) != 0) {
    if (errno != EEXIST) return system_error(errno, path, "create this folder");
    struct ::stat stat {};
    if (::stat(path.c_str(), &stat) != 0) return system_error(errno, path, "look at this folder");
    if (!S_ISDIR(stat.st_mode)) return system_error(ENOTDIR, path, "create this folder");
    return false;
  }
  const Descriptor fd = open_directory(path, O_NOFOLLOW);
  if (fd.get() < 0 || ::fchmod(fd.get(), detail::kDirectoryMode) != 0) {
    return system_error(errno, path, "make this folder private (mode 0700)");
  }
  return true;
}

// Answers how many bytes there were.
Result<std::size_t> read_at(int fd, const std::string& path, std::uint64_t offset,
                            std::span<char> to) {
  std::size_t filled = 0;
  while (filled < to.size()) {
    const ssize_t got = retry([&] {
      return ::pread(fd, to.data() + filled, to.size() - filled,
                     static_cast<off_t>(offset + filled));
    });
    if (got < 0) return system_error(errno, path, "read this file");
    if (got == 0) break;  // it shrank meanwhile
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

class PosixReadFile final : public ReadFile {
 public:
  PosixReadFile(Descriptor fd, std::uint64_t size, std::string path)
      : fd_(std::move(fd)), size_(size), path_(std::move(path)) {}
  std::uint64_t size() const override { return size_; }
  Status read(std::uint64_t offset, std::span<char> to) const override {
    const auto got = read_at(fd_.get(), path_, offset, to);
    if (!got) return got.status();
    if (*got == to.size()) return {};
    return usage_error(ErrorCode::io, path_,
                       "this file has become shorter while it was read; open it again");
  }

 private:
  Descriptor fd_;
  std::uint64_t size_;
  std::string path_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Status create_directories(const std::string& path) override {
    if (path.empty()) return system_error(ENOENT, path, "create this folder");
    std::string parent = path.front() == '/' ? "/" : ".";
    for (std::size_t end = 0; end != std::string::npos;) {
      end = path.find('/', end + 1);
      const std::string folder = path.substr(0, end);
      auto made = make_folder(folder);
      if (!made) return made.status();
      if (*made) {
        if (Status status = sync_folder(parent); !status) return status;
      }
      parent = folder;
    }
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(directory.c_str()), ::closedir);
    if (dir == nullptr) return system_error(errno, directory, "list this folder");
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(dir.get());
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return system_error(errno, directory, "list this folder");
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<FileInfo> info(const std::string& path) override {
    struct ::stat stat {};
    if (::stat(path.c_str(), &stat) != 0) return system_error(errno, path, "look at this file");
    FileInfo info;
    info.size = static_cast<std::uint64_t>(stat.st_size);
    info.device = stat.st_dev;
    info.inode = stat.st_ino;
    info.is_directory = S_ISDIR(stat.st_mode);
    info.changed_us = std::int64_t{stat.st_mtim.tv_sec} * 1'000'000 + stat.st_mtim.tv_nsec / 1000;
    return info;
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error(errno, from, "rename this file to " + to);
  }

  Status link(const std::string& from, const std::string& to) override {
    if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0) return {};
    return system_error(errno, from, "link this file to " + to);
  }

  Status remove(const std::string& path) override {
    if (std::remove(path.c_str()) == 0) return {};
    return system_error(errno, path, "remove this file");
  }

  Status sync_directory(const std::string& path) override { return sync_folder(path); }
  Status sync_file(const std::string& path) override {
    auto file = detail::open_regular(path, O_RDONLY);
    if (!file) return file.status();
    const int done = retry([&] { return ::fdatasync(file->descriptor.get()); });
    return done == 0 ? Status() : system_error(errno, path, "make this file durable");
  }

  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override {
    return detail::posix_create(path);
  }

  Result<std::string> read(const std::string& path, std::uint64_t bytes_max) override {
    auto file = detail::open_regular(path, O_RDONLY);
    if (!file) return file.status();
    const auto size = static_cast<std::uint64_t>(file->stat.st_size);
    if (size > bytes_max) {
      return usage_error(ErrorCode::too_large, path,
                         "this file is larger than it can be; it is not reel's or is damaged");
    }
    // Files of /proc say they are empty: those are read as far as they go.
    constexpr std::uint64_t kUnknownBytes = 4096;
    const std::uint64_t room = size > 0 ? size : std::min(bytes_max, kUnknownBytes);
    std::string bytes(static_cast<std::size_t>(room), '\0');
    const auto got = read_at(file->descriptor.get(), path, 0, bytes);
    if (!got) return got.status();
    bytes.resize(*got);
    return bytes;
  }

  Result<std::unique_ptr<Mapping>> map(const std::string& path) override {
    return detail::posix_map(path);
  }
  Result<std::unique_ptr<ReadFile>> open(const std::string& path) override {
    auto file = detail::open_regular(path, O_RDONLY);
    if (!file) return file.status();
    const auto size = static_cast<std::uint64_t>(file->stat.st_size);
    return std::unique_ptr<ReadFile>(
        std::make_unique<PosixReadFile>(std::move(file->descriptor), size, path));
  }
  Result<std::unique_ptr<SharedMapping>> create_shared(const std::string& path,
                                                       std::uint64_t bytes) override {
    return detail::posix_create_shared(path, bytes);
  }
  Result<std::unique_ptr<SharedMapping>> open_shared(const std::string& path) override {
    return detail::posix_open_shared(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    return detail::posix_lock(path);
  }
  Result<bool> is_locked(const std::string& path) override { return detail::posix_is_locked(path); }

  Result<Space> space(const std::string& path) override {
    struct ::statfs stat {};
    if (retry([&] { return ::statfs(path.c_str(), &stat); }) != 0) {
      return system_error(errno, path, "ask for the free space here");
    }
    Space space;
    space.free_bytes =
        static_cast<std::uint64_t>(stat.f_bavail) * static_cast<std::uint64_t>(stat.f_bsize);
    space.is_tmpfs = static_cast<long>(stat.f_type) == kTmpfsMagic;
    return space;
  }
};

}  // namespace

FileSystem& posix() {
  static auto* const kFileSystem = new PosixFileSystem;  // never destroyed
  return *kFileSystem;
}

}  // namespace reel::io
