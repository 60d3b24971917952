#include <algorithm>

#include "io/errors.hpp"
#include "io/memory_state.hpp"

namespace reel::io {
namespace {

class MemoryFileSync final : public FileSync {
 public:
  MemoryFileSync(std::shared_ptr<MemoryState> state, MemoryNodePtr node, std::string path)
      : state_(std::move(state)), node_(std::move(node)), path_(std::move(path)) {}

  // Durable is what was there when it began, however long it takes.
  Status sync() override {
    std::unique_lock guard(state_->mutex);
    const auto fault = state_->enter(Operation::sync);
    const std::size_t there = node_->bytes.size();
    if (const auto stall = state_->sync_stall) {
      guard.unlock();
      stall();
      guard.lock();
    }
    if (fault) return system_error(fault->sys_errno, path_, "make this file durable");
    node_->synced = std::max(node_->synced, std::min(there, node_->bytes.size()));
    return {};
  }

 private:
  std::shared_ptr<MemoryState> state_;
  MemoryNodePtr node_;
  std::string path_;
};

class MemoryAppendFile final : public AppendFile {
 public:
  MemoryAppendFile(std::shared_ptr<MemoryState> state, MemoryNodePtr node, std::string path)
      : state_(std::move(state)), node_(std::move(node)), path_(std::move(path)) {}

  Status append(std::string_view bytes) override {
    const std::lock_guard guard(state_->mutex);
    const auto fault = state_->enter(Operation::append);
    if (Status status = usable(); !status) return status;
    if (fault) {
      write(bytes.substr(0, std::min(fault->torn_bytes, bytes.size())));
      return refused(fault->sys_errno);
    }
    if (!write(bytes)) return refused(ENOSPC);
    size_ += bytes.size();
    return {};
  }

  Status sync() override {
    const std::lock_guard guard(state_->mutex);
    const auto fault = state_->enter(Operation::sync);
    if (Status status = usable(); !status) return status;
    if (fault) {
      sync_failed_ = true;
      return system_error(fault->sys_errno, path_, "make this file durable");
    }
    node_->synced = node_->bytes.size();
    return {};
  }

  Result<std::unique_ptr<FileSync>> syncer() override {
    const std::lock_guard guard(state_->mutex);
    if (Status status = usable(); !status) return status;
    return std::unique_ptr<FileSync>(std::make_unique<MemoryFileSync>(state_, node_, path_));
  }

  void reserve(std::uint64_t /*bytes*/) override {}

  Status close() override {
    const std::lock_guard guard(state_->mutex);
    if (closed_) return {};
    const auto fault = state_->enter(Operation::close);
    closed_ = true;
    return fault ? Status(system_error(fault->sys_errno, path_, "close this file")) : Status();
  }

  std::uint64_t size() const override { return size_; }

 private:
  Status usable() const {
    if (closed_) return usage_error(ErrorCode::closed, path_, "this file was closed");
    if (sync_failed_) {
      return usage_error(ErrorCode::io, path_,
                         "an earlier sync of this file failed; write its contents to a new one");
    }
    return {};
  }

  Error refused(int sys_errno) const {
    Error error = system_error(sys_errno, path_, "write to this file");
    error.offset = size_;
    return error;
  }

  // At size_, over what a failed append left there; false when the volume is full.
  bool write(std::string_view bytes) {
    std::string& stored = node_->bytes;
    const std::size_t end = static_cast<std::size_t>(size_) + bytes.size();
    if (end > stored.size() && !node_->charge(end - stored.size())) return false;
    node_->synced = std::min(node_->synced, static_cast<std::size_t>(size_));
    stored.resize(std::max(stored.size(), end));
    std::copy(bytes.begin(), bytes.end(), stored.begin() + static_cast<std::ptrdiff_t>(size_));
    return true;
  }

  std::shared_ptr<MemoryState> state_;
  MemoryNodePtr node_;
  std::string path_;
  std::uint64_t size_ = 0;
  bool closed_ = false;
  bool sync_failed_ = false;
};

// Of an appended file: what it held. Of a shared one: what it holds.
class MemoryMapping final : public Mapping {
 public:
  explicit MemoryMapping(const MemoryNode& node) : copy_(node.bytes), pages_(node.pages) {}
  std::string_view bytes() const override {
    return pages_ != nullptr ? std::string_view(pages_->bytes.get(), pages_->size)
                             : std::string_view(copy_);
  }

 private:
  std::string copy_;
  std::shared_ptr<MemoryPages> pages_;
};

class MemoryReadFile final : public ReadFile {
 public:
  MemoryReadFile(std::shared_ptr<MemoryState> state, MemoryNodePtr node, std::string path)
      : state_(std::move(state)),
        node_(std::move(node)),
        path_(std::move(path)),
        size_(node_->size()) {}
  std::uint64_t size() const override { return size_; }
  Status read(std::uint64_t offset, std::span<char> to) const override {
    const std::lock_guard guard(state_->mutex);
    if (const auto fault = state_->enter(Operation::read)) {
      return system_error(fault->sys_errno, path_, "read this file");
    }
    const MemoryMapping now(*node_);
    const std::string_view bytes = now.bytes();
    if (offset > bytes.size() || to.size() > bytes.size() - offset) {
      return usage_error(ErrorCode::io, path_,
                         "this file has become shorter while it was read; open it again");
    }
    std::copy_n(bytes.data() + offset, to.size(), to.data());
    return {};
  }

 private:
  std::shared_ptr<MemoryState> state_;
  MemoryNodePtr node_;
  std::string path_;
  std::uint64_t size_;
};

class MemorySharedMapping final : public SharedMapping {
 public:
  MemorySharedMapping(std::shared_ptr<MemoryState> state, MemoryNodePtr node, std::string path)
      : state_(std::move(state)), node_(std::move(node)), path_(std::move(path)) {}

  char* data() override { return node_->pages->bytes.get(); }
  std::uint64_t size() const override { return node_->pages->size; }

  Status reserve(std::uint64_t offset, std::uint64_t bytes) override {
    const std::lock_guard guard(state_->mutex);
    const auto fault = state_->enter(Operation::reserve);
    if (offset > size() || bytes > size() - offset) {
      return usage_error(ErrorCode::invalid_argument, path_,
                         "the range to reserve reaches beyond this file");
    }
    if (fault) return refused(fault->sys_errno, offset);
    if (bytes == 0) return {};
    auto& reserved = node_->pages->reserved;
    const auto first = reserved.begin() + static_cast<std::ptrdiff_t>(offset / MemoryPages::kPage);
    const auto last =
        reserved.begin() + static_cast<std::ptrdiff_t>((offset + bytes - 1) / MemoryPages::kPage);
    const auto missing = static_cast<std::uint64_t>(std::count(first, last + 1, false));
    if (!node_->charge(missing * MemoryPages::kPage)) return refused(ENOSPC, offset);
    std::fill(first, last + 1, true);
    return {};
  }

 private:
  Error refused(int sys_errno, std::uint64_t offset) const {
    Error error = system_error(sys_errno, path_, "reserve memory in this file");
    error.offset = offset;
    return error;
  }

  std::shared_ptr<MemoryState> state_;
  MemoryNodePtr node_;
  std::string path_;
};

class MemoryLock final : public FileLock {
 public:
  MemoryLock(std::shared_ptr<MemoryState> state, MemoryNodePtr node)
      : state_(std::move(state)), node_(std::move(node)) {
    node_->is_locked = true;
  }
  ~MemoryLock() override {
    const std::lock_guard guard(state_->mutex);
    node_->is_locked = false;
  }

 private:
  std::shared_ptr<MemoryState> state_;
  MemoryNodePtr node_;
};

}  // namespace

std::unique_ptr<AppendFile> memory_append_file(std::shared_ptr<MemoryState> state,
                                               MemoryNodePtr node, std::string path) {
  return std::make_unique<MemoryAppendFile>(std::move(state), std::move(node), std::move(path));
}

std::unique_ptr<Mapping> memory_mapping(const MemoryNode& node) {
  return std::make_unique<MemoryMapping>(node);
}

std::unique_ptr<ReadFile> memory_read_file(std::shared_ptr<MemoryState> state, MemoryNodePtr node,
                                           std::string path) {
  return std::make_unique<MemoryReadFile>(std::move(state), std::move(node), std::move(path));
}

std::unique_ptr<SharedMapping> memory_shared_mapping(std::shared_ptr<MemoryState> state,
                                                     MemoryNodePtr node, std::string path) {
  return std::make_unique<MemorySharedMapping>(std::move(state), std::move(node), std::move(path));
}

std::unique_ptr<FileLock> memory_lock(std::shared_ptr<MemoryState> state, MemoryNodePtr node) {
  return std::make_unique<MemoryLock>(std::move(state), std::move(node));
}

}  // namespace reel::io
