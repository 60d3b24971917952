// FileSystem: the only way reel touches files. `posix()` is the real one; tests use
// MemoryFileSystem (io/memory_file_system.hpp), which fails the n-th call, tears writes, fills up,
// and forgets what was not synced.
//
// Rules every implementation keeps: new files are mode 0600 and folders 0700 whatever the umask;
// files are opened O_CLOEXEC and O_NOFOLLOW; EINTR and short writes are handled inside; every Error
// names the file, the errno and what to do. Nothing here is retried after a failed sync.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reel/status.hpp"

namespace reel::io {

// Makes a file durable while another thread appends to it. The file may be closed or gone
// meanwhile.
class FileSync {
 public:
  virtual ~FileSync() = default;
  // fdatasync: what was appended before the call is durable when it answers ok. After an error the
  // file must not be trusted or synced again, by whatever handle.
  virtual Status sync() = 0;
};

// A file that only grows. One thread at a time.
class AppendFile {
 public:
  virtual ~AppendFile() = default;  // closes without syncing
  // On an error some of the bytes may be there; `size()` counts only whole appends, and the next
  // append starts at `size()` again.
  virtual Status append(std::string_view bytes) = 0;
  // fdatasync. After an error this file must not be trusted or synced again.
  virtual Status sync() = 0;
  virtual Result<std::unique_ptr<FileSync>> syncer() = 0;
  // Sets room aside for the file to grow to `bytes`; its size stays, and close() gives back what
  // was not used. Only advice: a disk that cannot, or has no room, is no error.
  virtual void reserve(std::uint64_t bytes) = 0;
  virtual Status close() = 0;
  virtual std::uint64_t size() const = 0;
};

// A file, or the front of one, in memory. Read-only mappings stay valid until destroyed, even when
// the file is unlinked. `bytes` never reach beyond the file's size at the time of mapping.
class Mapping {
 public:
  virtual ~Mapping() = default;
  virtual std::string_view bytes() const = 0;
};

// A writable shared mapping: what the arena lies in. Stores survive the death of the process.
class SharedMapping {
 public:
  virtual ~SharedMapping() = default;
  virtual char* data() = 0;
  virtual std::uint64_t size() const = 0;
  // Reserves [offset, offset+bytes) on the filesystem and makes its pages writable without faults.
  // Touching a byte that was never reserved may end the process (SIGBUS), so call this first.
  virtual Status reserve(std::uint64_t offset, std::uint64_t bytes) = 0;
};

// A file that is read piece by piece. Any number of threads.
class ReadFile {
 public:
  virtual ~ReadFile() = default;
  virtual std::uint64_t size() const = 0;  // when it was opened
  // Exactly so many bytes; an error where the file has become shorter.
  virtual Status read(std::uint64_t offset, std::span<char> to) const = 0;
};

class FileLock {
 public:
  virtual ~FileLock() = default;  // releases
};

struct FileInfo {
  std::uint64_t size = 0, device = 0, inode = 0;
  bool is_directory = false;
  // When names in a folder, or bytes of a file, changed last: Unix time, as coarse as the system's
  // ticks. In memory always 0.
  std::int64_t changed_us = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Makes the missing folders of `path`; the names of those it makes are durable at once.
  virtual Status create_directories(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, sorted
  virtual Result<FileInfo> info(const std::string& path) = 0;  // not_found when absent
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  // A second name for a file, in the place of nothing; its bytes are shared. Durable like that of a
  // new file: with the folder. See needs_copy().
  virtual Status link(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;  // a file or an empty folder
  virtual Status sync_directory(const std::string& path) = 0;
  // Makes what is in an existing file durable, whoever wrote it.
  virtual Status sync_file(const std::string& path) = 0;

  // Fails when the file exists.
  virtual Result<std::unique_ptr<AppendFile>> create(const std::string& path) = 0;
  // The whole file; too_large when it holds more than `bytes_max`.
  virtual Result<std::string> read(const std::string& path, std::uint64_t bytes_max) = 0;
  virtual Result<std::unique_ptr<Mapping>> map(const std::string& path) = 0;
  virtual Result<std::unique_ptr<ReadFile>> open(const std::string& path) = 0;
  // Creates a sparse file of `bytes` (fails when it exists), mapped for reading and writing.
  virtual Result<std::unique_ptr<SharedMapping>> create_shared(const std::string& path,
                                                               std::uint64_t bytes) = 0;
  // Opens an existing one, whole, if it belongs to this user.
  virtual Result<std::unique_ptr<SharedMapping>> open_shared(const std::string& path) = 0;
  // An exclusive lock on a file (made when missing), held until released or the process ends
  // (OFD lock: not inherited as a hold by fork, not lost by other opens). busy when held; the
  // message names the holder's pid. is_locked only asks: it creates and writes nothing.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
  virtual Result<bool> is_locked(const std::string& path) = 0;

  // Free bytes on the filesystem that holds `path`, and whether it is tmpfs.
  struct Space {
    std::uint64_t free_bytes = 0;
    bool is_tmpfs = false;
  };
  virtual Result<Space> space(const std::string& path) = 0;
};

// The operating system's. Never destroyed.
FileSystem& posix();

// Writes a whole small file so that a crash leaves the old or the new one: temporary file, sync,
// rename, sync of the folder.
Status replace_file(FileSystem& fs, const std::string& path, std::string_view bytes);
// The same where several processes may write `path` at once: each through a temporary file of its
// own, `path.<random number>.tmp`; the last one counts.
Status publish_file(FileSystem& fs, const std::string& path, std::string_view bytes);

// Can this file have no second name there, but a copy? So it is from one filesystem to another, on
// one that has no links, where it has as many as can be, and with files of others.
bool needs_copy(const Error& link_error);

std::string join(std::string_view directory, std::string_view name);

}  // namespace reel::io
