// FileView: the bytes of a file as they were when it was opened, for who looks at pieces of them:
// mapped, or read piece by piece. Mapped bytes cost nothing but what is touched; on a folder of
// another machine an error of the network, or a file that somebody cut, ends the process (SIGBUS).
// Bytes that are read are copied, and errors are answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/file_system.hpp"

namespace reel::io {

// Any number of threads.
class FileView {
 public:
  struct Bytes {
    std::string_view view;
    std::shared_ptr<const void> keep;  // lives as long as `view` may
  };

  virtual ~FileView() = default;
  virtual std::uint64_t size() const noexcept = 0;
  // offset + count <= size().
  virtual Result<Bytes> bytes(std::uint64_t offset, std::uint64_t count) const = 0;
};

enum class Access : std::uint8_t { map, read };

// The file, or its first `bytes_max` bytes.
Result<std::shared_ptr<const FileView>> view_file(
    FileSystem& fs, const std::string& path, Access access,
    std::optional<std::uint64_t> bytes_max = std::nullopt);

// The front of another view. bytes <= view->size()
std::shared_ptr<const FileView> front_of(std::shared_ptr<const FileView> view, std::uint64_t bytes);

// Of bytes that outlive it.
std::shared_ptr<const FileView> view_of(std::string_view bytes);

}  // namespace reel::io
