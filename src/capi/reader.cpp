// Readers: what a store holds, and what a stream came to.
#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"
#include "capi/report_json.hpp"
#include "capi/stream_argument.hpp"
#include "reel/replay.hpp"

using namespace reel;
using capi::guarded;
using capi::make_handle;
using capi::make_string;
using capi::need;

namespace {

Result<FoldMode> fold_mode(int fold) {
  if (fold == REEL_FOLD_L0) return FoldMode::l0;
  if (fold == REEL_FOLD_ATTEMPTS) return FoldMode::attempts;
  return Error{ErrorCode::invalid_argument, 0, "", 0,
               "there is no way to fold with the number " + std::to_string(fold)};
}

}  // namespace

int reel_reader_open(const char* path, const reel_reader_options* options, reel_reader** reader,
                     reel_error_info* error) {
  return make_handle(reader, error, [&]() -> Result<std::unique_ptr<reel_reader>> {
    if (Status status = need({{path, "the path"}}); !status) return status;
    const auto known = capi::reader_options(options);
    if (!known) return known.status();
    auto opened = Reader::open(path, *known);
    if (!opened) return opened.status();
    return std::make_unique<reel_reader>(reel_reader{std::make_shared<Reader>(*std::move(opened))});
  });
}

void reel_reader_close(reel_reader* reader) { delete reader; }

int reel_reader_refresh(reel_reader* reader, reel_error_info* error) {
  return guarded(error, [&]() -> Status {
    if (Status status = need({{reader, "the Reader"}}); !status) return status;
    return reader->reader->refresh();
  });
}

int reel_reader_streams(const reel_reader* reader, const char* prefix, size_t prefix_bytes,
                        const char* name_space, reel_names** names, reel_error_info* error) {
  return make_handle(names, error, [&]() -> Result<std::unique_ptr<reel_names>> {
    if (Status status = need({{reader, "the Reader"}}); !status) return status;
    const auto front = capi::text_of(prefix, prefix_bytes, "the prefix");
    if (!front) return front.status();
    return std::make_unique<reel_names>(
        reel_names{reader->reader->list_streams(*front, capi::namespace_of(name_space))});
  });
}

int reel_reader_namespaces(const reel_reader* reader, reel_names** names, reel_error_info* error) {
  return make_handle(names, error, [&]() -> Result<std::unique_ptr<reel_names>> {
    if (Status status = need({{reader, "the Reader"}}); !status) return status;
    return std::make_unique<reel_names>(reel_names{reader->reader->list_namespaces()});
  });
}

size_t reel_names_count(const reel_names* names) {
  return names != nullptr ? names->names.size() : 0;
}

const char* reel_names_at(const reel_names* names, size_t index, size_t* bytes) {
  const bool there = index < reel_names_count(names);
  if (bytes != nullptr) *bytes = there ? names->names[index].size() : 0;
  return there ? names->names[index].c_str() : nullptr;
}

void reel_names_free(reel_names* names) { delete names; }

int reel_reader_metadata(const reel_reader* reader, const char* stream_id, size_t stream_id_bytes,
                         const char* name_space, reel_string* json, reel_error_info* error) {
  return make_string(json, error, [&](std::string& out) -> Status {
    const auto stream = capi::stream_of({reader, stream_id, stream_id_bytes, name_space});
    if (!stream) return stream.status();
    const auto metadata = stream->reader->metadata(stream->id, stream->name_space);
    if (!metadata) return metadata.status();
    if (!*metadata) return capi::no_such_stream(*stream);
    json::append_metadata(out, **metadata);
    return {};
  });
}

int reel_reader_state(const reel_reader* reader, const char* stream_id, size_t stream_id_bytes,
                      const char* name_space, uint64_t to_seq, int fold, reel_string* json,
                      reel_error_info* error) {
  return make_string(json, error, [&](std::string& out) -> Status {
    const auto stream = capi::existing_stream({reader, stream_id, stream_id_bytes, name_space});
    if (!stream) return stream.status();
    const auto mode = fold_mode(fold);
    if (!mode) return mode.status();
    const auto state =
        replay_to_state(*stream->reader, stream->id, stream->name_space, 0, to_seq, *mode);
    if (!state) return state.status();
    json::append_state(out, *state);
    return {};
  });
}

int reel_reader_damage(const reel_reader* reader, uint64_t* count, reel_string* json,
                       reel_error_info* error) {
  if (count != nullptr) *count = 0;
  if (json != nullptr) *json = {};
  return guarded(error, [&]() -> Status {
    if (Status status = need({{reader, "the Reader"}}); !status) return status;
    const std::vector<Damage>& damage = reader->reader->damage();
    if (count != nullptr) *count = damage.size();
    if (json != nullptr) capi::give(*json, capi::damage_json(damage));
    return {};
  });
}
