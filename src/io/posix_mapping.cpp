#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <limits>

#include "io/errors.hpp"
#include "io/posix_handle.hpp"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14
#endif

namespace reel::io::detail {
namespace {

// An owned range of mapped memory; empty when there is none.
class Region {
 public:
  Region() = default;
  Region(void* data, std::size_t size) noexcept : data_(static_cast<char*>(data)), size_(size) {}
  Region(Region&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Region& operator=(Region&&) = delete;
  ~Region() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }
  char* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

Result<Region> map_region(int fd, std::uint64_t bytes, int protection, const std::string& path) {
  if (bytes == 0) return Region();  // mmap refuses empty ranges
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) {
    return system_error(EFBIG, path, "map this file");
  }
  const auto size = static_cast<std::size_t>(bytes);
  void* data = ::mmap(nullptr, size, protection, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) return system_error(errno, path, "map this file");
  return Region(data, size);
}

class PosixMapping final : public Mapping {
 public:
  explicit PosixMapping(Region region) : region_(std::move(region)) {}
  std::string_view bytes() const override { return {region_.data(), region_.size()}; }

 private:
  Region region_;
};

// Makes pages writable without faults. Stores nothing: other threads may be writing beside us.
int touch_pages(char* data, std::size_t size, std::size_t page) {
  for (std::size_t at = 0; at < size; at += page) __atomic_fetch_or(data + at, 0, __ATOMIC_RELAXED);
  return 0;
}

class PosixSharedMapping final : public SharedMapping {
 public:
  PosixSharedMapping(Descriptor fd, Region region, std::string path)
      : fd_(std::move(fd)), region_(std::move(region)), path_(std::move(path)) {}

  char* data() override { return region_.data(); }
  std::uint64_t size() const override { return region_.size(); }

  Status reserve(std::uint64_t offset, std::uint64_t bytes) override {
    if (offset > size() || bytes > size() - offset) {
      return usage_error(ErrorCode::invalid_argument, path_,
                         "the range to reserve reaches beyond this file");
    }
    if (bytes == 0) return {};
    // Without blocks of its own a page of a full filesystem answers a store with SIGBUS.
    int failed = EINTR;
    while (failed == EINTR) {
      failed = ::posix_fallocate(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(bytes));
    }
    if (failed != 0) return reserve_error(failed, offset);
    return populate(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes));
  }

 private:
  Status reserve_error(int sys_errno, std::uint64_t offset) const {
    Error error = system_error(sys_errno, path_, "reserve memory in this file");
    error.offset = offset;
    return error;
  }

  Status populate(std::size_t offset, std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t first = offset / page * page;
    const std::size_t end = std::min((offset + bytes + page - 1) / page * page, region_.size());
    char* from = region_.data() + first;
    const auto advise = [&] { return ::madvise(from, end - first, MADV_POPULATE_WRITE); };
    int answer = retry(advise);
    if (answer != 0 && errno == EINVAL) answer = touch_pages(from, end - first, page);
    return answer == 0 ? Status() : Status(reserve_error(errno, offset));
  }

  Descriptor fd_;
  Region region_;
  std::string path_;
};

Result<std::unique_ptr<SharedMapping>> map_shared(Descriptor fd, std::uint64_t bytes,
                                                  const std::string& path) {
  auto region = map_region(fd.get(), bytes, PROT_READ | PROT_WRITE, path);
  if (!region) return region.status();
  return std::unique_ptr<SharedMapping>(
      std::make_unique<PosixSharedMapping>(std::move(fd), *std::move(region), path));
}

}  // namespace

Result<std::unique_ptr<Mapping>> posix_map(const std::string& path) {
  auto file = open_regular(path, O_RDONLY);
  if (!file) return file.status();
  auto region = map_region(file->descriptor.get(), static_cast<std::uint64_t>(file->stat.st_size),
                           PROT_READ, path);
  if (!region) return region.status();
  return std::unique_ptr<Mapping>(std::make_unique<PosixMapping>(*std::move(region)));
}

Result<std::unique_ptr<SharedMapping>> posix_create_shared(const std::string& path,
                                                           std::uint64_t bytes) {
  if (bytes == 0 || bytes > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
    return usage_error(ErrorCode::invalid_argument, path, "a shared file needs a size");
  }
  auto fd = create_file(path, O_RDWR);
  if (!fd) return fd.status();
  Status status;
  if (retry([&] { return ::ftruncate(fd->get(), static_cast<off_t>(bytes)); }) != 0) {
    status = system_error(errno, path, "give this file its size");
  } else if (auto mapping = map_shared(*std::move(fd), bytes, path); mapping) {
    return mapping;
  } else {
    status = mapping.status();
  }
  ::unlink(path.c_str());  // ours, and useless
  return status;
}

Result<std::unique_ptr<SharedMapping>> posix_open_shared(const std::string& path) {
  auto file = open_regular(path, O_RDWR);
  if (!file) return file.status();
  if (file->stat.st_uid != ::geteuid()) {
    return usage_error(ErrorCode::io, path,
                       "this file belongs to another user; run as its owner or remove it");
  }
  if (file->stat.st_size <= 0) {
    return usage_error(ErrorCode::damaged, path, "this shared file is empty; remove it");
  }
  return map_shared(std::move(file->descriptor), static_cast<std::uint64_t>(file->stat.st_size),
                    path);
}

}  // namespace reel::io::detail
