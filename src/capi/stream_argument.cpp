#include "capi/stream_argument.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"

namespace reel::capi {

Result<StreamArgument> stream_of(const reel_stream& given) {
  if (Status status = need({{given.reader, "the Reader"}}); !status) return status;
  const auto id = text_of(given.id, given.id_bytes, "the stream id");
  if (!id) return id.status();
  return StreamArgument{given.reader->reader, *id, namespace_of(given.name_space)};
}

Error no_such_stream(const StreamArgument& stream) {
  return {ErrorCode::not_found, 0, "", 0,
          "there is no stream \"" + std::string(stream.id) + "\" in the namespace \"" +
              std::string(stream.name_space) + "\", or not since this Reader was refreshed"};
}

Result<StreamArgument> existing_stream(const reel_stream& given) {
  auto stream = stream_of(given);
  if (stream && !stream->reader->exists(stream->id, stream->name_space)) {
    return no_such_stream(*stream);
  }
  return stream;
}

}  // namespace reel::capi
