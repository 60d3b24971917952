// Cursors: a stream, event by event or as lines of JSON.
#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/stream_argument.hpp"

using namespace reel;
using capi::guarded;
using capi::need;

int reel_cursor_open(const reel_reader* reader, const char* stream_id, size_t stream_id_bytes,
                     const char* name_space, uint64_t from_seq, uint64_t to_seq,
                     reel_cursor** cursor, reel_error_info* error) {
  return capi::make_handle(cursor, error, [&]() -> Result<std::unique_ptr<reel_cursor>> {
    const auto stream = capi::existing_stream({reader, stream_id, stream_id_bytes, name_space});
    if (!stream) return stream.status();
    auto opened = stream->reader->cursor(stream->id, stream->name_space, from_seq, to_seq);
    if (!opened) return opened.status();
    return std::make_unique<reel_cursor>(
        reel_cursor{stream->reader, *std::move(opened), capi::ShownEvent(stream->name_space)});
  });
}

void reel_cursor_close(reel_cursor* cursor) { delete cursor; }

int reel_cursor_next(reel_cursor* cursor, const reel_event** event, reel_error_info* error) {
  if (event != nullptr) *event = nullptr;
  return guarded(error, [&]() -> Status {
    if (Status status = need({{cursor, "the Cursor"}, {event, "the place for the event"}});
        !status) {
      return status;
    }
    cursor->shown.clear();
    if (!cursor->cursor.next()) return cursor->cursor.status();
    *event = cursor->shown.show(cursor->cursor.view());
    return {};
  });
}

int reel_cursor_json(reel_cursor* cursor, const char** json, size_t* json_bytes,
                     reel_error_info* error) {
  if (json != nullptr) *json = nullptr;
  if (json_bytes != nullptr) *json_bytes = 0;
  return guarded(error, [&]() -> Status {
    if (Status status = need({{cursor, "the Cursor"},
                              {json, "the place for the JSON"},
                              {json_bytes, "the place for its size"}});
        !status) {
      return status;
    }
    return cursor->shown.json(json, json_bytes);
  });
}

int reel_cursor_export(reel_cursor* cursor, size_t bytes_wanted, reel_string* lines,
                       reel_error_info* error) {
  return capi::make_string(lines, error, [&](std::string& out) -> Status {
    if (Status status = need({{cursor, "the Cursor"}}); !status) return status;
    cursor->shown.clear();
    do {
      if (!cursor->cursor.next()) {  // an error comes after what was read before it
        return out.empty() ? cursor->cursor.status() : Status();
      }
      if (cursor->shown.append_line(out, cursor->cursor.view())) out += '\n';
    } while (out.size() < bytes_wanted || out.empty());
    return {};
  });
}
