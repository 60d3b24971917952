#include "snapshot_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reel/control.hpp"
#include "reel/json.hpp"
#include "reel/stores.hpp"

namespace reel::tool {
namespace {

constexpr std::size_t kLookBytes = std::size_t{64} << 10;
constexpr std::size_t kSnapshotBytesMax = std::size_t{1} << 30;

bool has_member(std::string_view text, std::string_view name) {
  return text.find('"' + std::string(name) + '"') != std::string_view::npos;
}

Result<std::optional<Snapshot>> last_snapshot(const std::string& store,
                                              const std::string& name_space,
                                              std::string_view stream) {
  auto opened = read_only_store(store, name_space);
  if (!opened) return opened.status();
  return (*opened)->get_snapshot(stream);
}

}  // namespace

// Both of L0's packages write all members; no event or envelope has the last one asked for.
bool looks_like_snapshot(int fd) {
  std::string beginning(kLookBytes, '\0');
  const ssize_t got = ::pread(fd, beginning.data(), beginning.size(), 0);
  if (got <= 0) return false;
  beginning.resize(static_cast<std::size_t>(got));
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || beginning[first] != '{') return false;
  const bool named = has_member(beginning, "stream_id") || has_member(beginning, "streamId");
  return named && has_member(beginning, "seq") && has_member(beginning, "content") &&
         (has_member(beginning, "retry_attempts") || has_member(beginning, "retryAttempts"));
}

Result<Snapshot> read_snapshot(int fd) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got == 0) return json::parse_snapshot(text);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{ErrorCode::io, errno, "", 0, std::strerror(errno)};
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > kSnapshotBytesMax) {
      return Error{ErrorCode::too_large, 0, "", 0, "a snapshot of more than a gibibyte"};
    }
  }
}

Status save_snapshot_once(const std::string& store, const std::string& name_space,
                          const Snapshot& snapshot) {
  const auto last = last_snapshot(store, name_space, snapshot.stream_id);
  if (last && *last && **last == snapshot) return {};
  return save_snapshot(store, snapshot, name_space);
}

Result<std::string> last_snapshot_text(const std::string& store, const std::string& name_space,
                                       std::string_view stream) {
  auto last = last_snapshot(store, name_space, stream);
  if (!last) return last.status();
  std::string text;
  if (*last) json::append_snapshot(text, **last);
  return text;
}

}  // namespace reel::tool
