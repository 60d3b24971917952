// A FileSystem, and a Clock, that call out before they do anything: where a writer that one thread
// steps can be interrupted by others, in a test that chooses who does the next step.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "io/file_system.hpp"

namespace reel::test {

using Seam = std::function<void()>;

class SeamClock : public base::Clock {
 public:
  Seam seam;
  std::int64_t wall_us() override { return at(); }
  std::int64_t monotonic_us() override { return at(); }
  void advance(std::int64_t us) { now_us_ += us; }

 private:
  std::int64_t at() {
    if (seam) seam();
    return now_us_;
  }
  std::int64_t now_us_ = 1'700'000'000'000'000;
};

class SeamFs : public io::FileSystem {
 public:
  explicit SeamFs(io::FileSystem& inner) : inner_(inner) {}
  Seam seam;

  Status create_directories(const std::string& path) override {
    return inner_.create_directories(path);
  }
  Result<std::vector<std::string>> list(const std::string& path) override {
    return inner_.list(path);
  }
  Result<io::FileInfo> info(const std::string& path) override { return inner_.info(path); }
  Status rename(const std::string& from, const std::string& to) override {
    return called().rename(from, to);
  }
  Status link(const std::string& from, const std::string& to) override {
    return inner_.link(from, to);
  }
  Status remove(const std::string& path) override { return inner_.remove(path); }
  Status sync_directory(const std::string& path) override { return called().sync_directory(path); }
  Status sync_file(const std::string& path) override { return inner_.sync_file(path); }
  Result<std::unique_ptr<io::AppendFile>> create(const std::string& path) override {
    auto made = called().create(path);
    if (!made) return made.status();
    return std::unique_ptr<io::AppendFile>(std::make_unique<File>(*this, *std::move(made)));
  }
  Result<std::string> read(const std::string& path, std::uint64_t bytes_max) override {
    return inner_.read(path, bytes_max);
  }
  Result<std::unique_ptr<io::Mapping>> map(const std::string& path) override {
    return inner_.map(path);
  }
  Result<std::unique_ptr<io::ReadFile>> open(const std::string& path) override {
    return inner_.open(path);
  }
  Result<std::unique_ptr<io::SharedMapping>> create_shared(const std::string& path,
                                                           std::uint64_t bytes) override {
    return inner_.create_shared(path, bytes);
  }
  Result<std::unique_ptr<io::SharedMapping>> open_shared(const std::string& path) override {
    return inner_.open_shared(path);
  }
  Result<std::unique_ptr<io::FileLock>> lock(const std::string& path) override {
    return inner_.lock(path);
  }
  Result<bool> is_locked(const std::string& path) override { return inner_.is_locked(path); }
  Result<Space> space(const std::string& path) override { return inner_.space(path); }

 private:
  class Sync : public io::FileSync {
   public:
    Sync(SeamFs& fs, std::unique_ptr<io::FileSync> inner) : fs_(fs), inner_(std::move(inner)) {}
    Status sync() override {
      (void)fs_.called();
      return inner_->sync();
    }

   private:
    SeamFs& fs_;
    std::unique_ptr<io::FileSync> inner_;
  };
  class File : public io::AppendFile {
   public:
    File(SeamFs& fs, std::unique_ptr<io::AppendFile> inner) : fs_(fs), inner_(std::move(inner)) {}
    Status append(std::string_view bytes) override {
      (void)fs_.called();
      Status status = inner_->append(bytes);
      (void)fs_.called();  // written, and not yet given back
      return status;
    }
    Status sync() override {
      (void)fs_.called();
      return inner_->sync();
    }
    Result<std::unique_ptr<io::FileSync>> syncer() override {
      auto made = inner_->syncer();
      if (!made) return made.status();
      return std::unique_ptr<io::FileSync>(std::make_unique<Sync>(fs_, *std::move(made)));
    }
    void reserve(std::uint64_t bytes) override { inner_->reserve(bytes); }
    Status close() override { return inner_->close(); }
    std::uint64_t size() const override { return inner_->size(); }

   private:
    SeamFs& fs_;
    std::unique_ptr<io::AppendFile> inner_;
  };
  io::FileSystem& called() {
    if (seam) seam();
    return inner_;
  }
  io::FileSystem& inner_;
};

// Calls out before each look, too, and before each link.
class LookedAtFs : public SeamFs {
 public:
  using SeamFs::SeamFs;
  Result<std::vector<std::string>> list(const std::string& path) override {
    seam();
    return SeamFs::list(path);
  }
  Result<io::FileInfo> info(const std::string& path) override {
    seam();
    return SeamFs::info(path);
  }
  Status link(const std::string& from, const std::string& to) override {
    seam();
    return SeamFs::link(from, to);
  }
  Result<std::string> read(const std::string& path, std::uint64_t bytes_max) override {
    seam();
    return SeamFs::read(path, bytes_max);
  }
  Result<std::unique_ptr<io::Mapping>> map(const std::string& path) override {
    seam();
    return SeamFs::map(path);
  }
  Result<bool> is_locked(const std::string& path) override {
    seam();
    return SeamFs::is_locked(path);
  }
};

}  // namespace reel::test
