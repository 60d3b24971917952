#include "io/file_view.hpp"

#include <utility>

namespace reel::io {
namespace {

class MemoryView final : public FileView {
 public:
  MemoryView(std::string_view bytes, std::shared_ptr<const void> keep)
      : bytes_(bytes), keep_(std::move(keep)) {}
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  Result<Bytes> bytes(std::uint64_t offset, std::uint64_t count) const override {
    return Bytes{bytes_.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)),
                 keep_};
  }

 private:
  std::string_view bytes_;
  std::shared_ptr<const void> keep_;
};

class PiecewiseView final : public FileView {
 public:
  explicit PiecewiseView(std::unique_ptr<ReadFile> file) : file_(std::move(file)) {}
  std::uint64_t size() const noexcept override { return file_->size(); }
  Result<Bytes> bytes(std::uint64_t offset, std::uint64_t count) const override {
    const auto size = static_cast<std::size_t>(count);
    const std::shared_ptr<char[]> copy(new char[size + 1]);  // never of no bytes
    if (Status s = file_->read(offset, {copy.get(), size}); !s.ok()) return s;
    return Bytes{{copy.get(), size}, copy};
  }

 private:
  std::unique_ptr<ReadFile> file_;
};

class FrontView final : public FileView {
 public:
  FrontView(std::shared_ptr<const FileView> view, std::uint64_t size)
      : view_(std::move(view)), size_(size) {}
  std::uint64_t size() const noexcept override { return size_; }
  Result<Bytes> bytes(std::uint64_t offset, std::uint64_t count) const override {
    return view_->bytes(offset, count);
  }

 private:
  std::shared_ptr<const FileView> view_;
  std::uint64_t size_;
};

Result<std::shared_ptr<const FileView>> whole_file(FileSystem& fs, const std::string& path,
                                                   Access access) {
  if (access == Access::read) {
    auto file = fs.open(path);
    if (!file) return file.status();
    return std::shared_ptr<const FileView>(std::make_shared<PiecewiseView>(*std::move(file)));
  }
  auto mapped = fs.map(path);
  if (!mapped) return mapped.status();
  const std::shared_ptr<const Mapping> mapping = *std::move(mapped);
  return std::shared_ptr<const FileView>(std::make_shared<MemoryView>(mapping->bytes(), mapping));
}

}  // namespace

Result<std::shared_ptr<const FileView>> view_file(FileSystem& fs, const std::string& path,
                                                  Access access,
                                                  std::optional<std::uint64_t> bytes_max) {
  auto view = whole_file(fs, path, access);
  if (!view || !bytes_max || (*view)->size() <= *bytes_max) return view;
  return front_of(*std::move(view), *bytes_max);
}

std::shared_ptr<const FileView> front_of(std::shared_ptr<const FileView> view,
                                         std::uint64_t bytes) {
  return std::make_shared<FrontView>(std::move(view), bytes);
}

std::shared_ptr<const FileView> view_of(std::string_view bytes) {
  return std::make_shared<MemoryView>(bytes, nullptr);
}

}  // namespace reel::io
