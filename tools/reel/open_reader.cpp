#include "open_reader.hpp"

#include <fmt/format.h>

#include "reel/json.hpp"
#include "text.hpp"

namespace reel::tool {

std::optional<Reader> open_reader(const Common& common) {
  ReaderOptions options;
  options.mmap = !common.no_mmap;
  Result<Reader> reader = Reader::open(common.store, options);
  if (reader) {
    const StoreInfo info = reader->info();
    if (!info.clean && !info.arena_path.empty() && !info.arena_seen) {
      complain(
          fmt::format("warning: the arena {} cannot be read; events that were only there are "
                      "not shown",
                      escaped(info.arena_path)));
    }
    return std::move(*reader);
  }
  complain(reader.error().to_string());
  return std::nullopt;
}

bool require_stream(const Reader& reader, const Common& common, const std::string& stream_id) {
  if (reader.exists(stream_id, common.name_space)) return true;
  std::string quoted;
  json::append_string(quoted, stream_id);
  complain(fmt::format("no stream {} in {}{}", quoted, common.store,
                       common.name_space == kDefaultNamespace
                           ? ""
                           : fmt::format(", namespace {}", common.name_space)));
  return false;
}

std::vector<std::string> choose_streams(const Reader& reader, const Common& common,
                                        const std::vector<std::string>& asked, ExitCode& code) {
  if (asked.empty()) return reader.list_streams({}, common.name_space);
  std::vector<std::string> found;
  for (const std::string& id : asked) {
    if (require_stream(reader, common, id)) {
      found.push_back(id);
    } else {
      code = worse(code, ExitCode::found);
    }
  }
  return found;
}

ExitCode walk_stream(const Reader& reader, const Common& common, const std::string& stream_id,
                     const std::function<bool(const EnvelopeView&)>& each) {
  Result<Cursor> cursor = reader.cursor(stream_id, common.name_space);
  if (!cursor) return complain(cursor.error());
  while (cursor->next()) {
    if (!each(cursor->view())) return ExitCode::fine;
  }
  return cursor->status() ? ExitCode::fine : complain(cursor->status().error());
}

// How many events a namespace has is known without counting only where it is the only one.
WalkProgress::WalkProgress(const Reader& reader, const Common& common,
                           const std::vector<std::string>& asked)
    : progress_(common.progress, {.events = asked.empty() && reader.list_namespaces().size() == 1
                                                ? reader.info().events
                                                : 0,
                                  .prints = true}) {}

ExitCode tell_damage(const Reader& reader) {
  for (const Damage& damage : reader.damage()) {
    complain(fmt::format("damage in {} at {}, {} bytes: {}", damage.file, damage.offset,
                         damage.bytes, damage.what));
  }
  return reader.damage().empty() ? ExitCode::fine : ExitCode::found;
}

}  // namespace reel::tool
