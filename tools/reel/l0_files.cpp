#include "l0_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "reel/json.hpp"
#include "snapshot_file.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

constexpr std::size_t kSpillBytes = std::size_t{1} << 20;
constexpr std::size_t kIdBytesMax =
    230;  // with ".snapshot.json.part" within the 255 of a file name

bool is_file_name(std::string_view id) {
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !id.empty() && id.size() <= kIdBytesMax && std::all_of(id.begin(), id.end(), is_safe);
}

ExitCode complain_of(const std::string& path, int error) {
  complain(fmt::format("{}: {}", path, std::strerror(error)));
  return ExitCode::unusable;
}

// A file that has its name only once it is whole.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {
    fd_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd_ < 0) error_ = errno;
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part_.c_str());
  }

  bool write(std::string_view bytes) {
    while (error_ == 0 && !bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
    return error_ == 0;
  }
  // Gives the file its name.
  bool finish() {
    if (error_ != 0) return false;
    if (::close(std::exchange(fd_, -1)) != 0 || ::rename(part_.c_str(), path_.c_str()) != 0) {
      error_ = errno;
      ::unlink(part_.c_str());
    }
    return error_ == 0;
  }
  int error() const noexcept { return error_; }

 private:
  std::string path_, part_;
  int fd_ = -1;
  int error_ = 0;
};

ExitCode write_stream(const Reader& reader, const Common& common, const std::string& id,
                      const std::string& path, const TimeWindow& window, std::uint64_t& events,
                      WalkProgress& progress) {
  NewFile file(path);
  WindowFilter filter(window);
  std::string text = "[";
  ExitCode code = walk_stream(reader, common, id, [&](const EnvelopeView& view) {
    progress.step();
    if (!filter.holds(view.event)) return true;
    const std::size_t before = text.size();
    text += events == 0 ? "\n  " : ",\n  ";
    if (!json::append_l0_element(text, view, common.name_space)) {
      text.resize(before);
      return true;
    }
    ++events;
    if (text.size() < kSpillBytes) return true;
    const bool written = file.write(text);
    text.clear();
    return written;
  });
  text += events == 0 ? "]" : "\n]";
  file.write(text);
  return file.finish() ? code : worse(code, complain_of(path, file.error()));
}

void tell_file(Output& out, const Common& common, const std::string& id, const std::string& path,
               std::uint64_t events) {
  std::string& line = out.buffer();
  if (!common.json) {
    line += fmt::format("{}  {}\n", escaped(path), plural(events, "event"));
    return;
  }
  line += "{\"stream_id\":";
  json::append_string(line, id);
  line += ",\"file\":";
  json::append_string(line, path);
  line += fmt::format(",\"events\":{}}}\n", events);
}

// The snapshot that was saved last, in a file of its own, if there is one.
ExitCode write_snapshot(const Common& common, const std::string& id, const std::string& path) {
  const auto text = last_snapshot_text(common.store, common.name_space, id);
  if (!text) return complain(text.error());
  if (text->empty()) return ExitCode::fine;
  NewFile file(path);
  file.write(*text + '\n');
  return file.finish() ? ExitCode::fine : complain_of(path, file.error());
}

ExitCode export_stream(const Reader& reader, const Common& common, const std::string& id,
                       const L0Files& files, const TimeWindow& window, Output& out,
                       WalkProgress& progress) {
  if (!is_file_name(id)) {
    std::string quoted;
    json::append_string(quoted, id);
    complain(
        fmt::format("the stream {} cannot be a file of L0's: ids are made of letters, digits, "
                    "'_' and '-', {} at most; export it as jsonl",
                    quoted, kIdBytesMax));
    return ExitCode::found;
  }
  const std::string path = (std::filesystem::path(files.directory) / (id + ".json")).string();
  std::error_code ignored;
  if (!files.replace && std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) {
    complain(fmt::format("{}: is there already; --force replaces it", path));
    return ExitCode::found;
  }
  std::uint64_t events = 0;
  ExitCode code = write_stream(reader, common, id, path, window, events, progress);
  const auto beside = std::filesystem::path(files.directory) / (id + ".snapshot.json");
  code = worse(code, write_snapshot(common, id, beside.string()));
  if (code != ExitCode::unusable) tell_file(out, common, id, path, events);
  out.spill();
  return code;
}

}  // namespace

ExitCode export_l0_files(const Common& common, const std::vector<std::string>& asked,
                         const L0Files& files, const TimeWindow& window) {
  std::optional<Reader> reader = open_reader(common);
  if (!reader) return ExitCode::unusable;
  std::error_code failed;
  std::filesystem::create_directories(files.directory, failed);
  if (failed) return complain_of(files.directory, failed.value());
  ExitCode code = ExitCode::fine;
  Output out;
  const auto streams = choose_streams(*reader, common, asked, code);
  std::optional<WalkProgress> progress;
  progress.emplace(*reader, common, asked);
  for (const std::string& id : streams) {
    code = worse(code, export_stream(*reader, common, id, files, window, out, *progress));
  }
  progress.reset();  // before anything is said about damage
  return out.finish(worse(code, tell_damage(*reader)));
}

}  // namespace reel::tool
