// A stream's metadata as JSON: the shape of docs/INTERCHANGE.md, members in its order.
#include "json/object_writer.hpp"
#include "reel/options.hpp"

namespace reel::json {

void append_metadata(std::string& out, const StreamMetadata& metadata) {
  ObjectWriter w(out);
  w.string("stream_id", metadata.stream_id);
  if (metadata.name_space != kDefaultNamespace && !metadata.name_space.empty()) {
    w.string("namespace", metadata.name_space);
  }
  w.count("event_count", metadata.event_count);
  w.integer("token_count", metadata.token_count);
  w.number("start_ts", metadata.start_ts);
  w.number("end_ts", metadata.end_ts);
  w.boolean("completed", metadata.completed);
  w.boolean("has_error", metadata.has_error);
  if (metadata.options && metadata.options->empty()) {
    w.raw("options", "{}");  // START without options
  } else {
    w.raw_or_null("options", metadata.options);
  }
  w.string("status", stream_status_name(metadata.status));
  w.count("gaps", metadata.gaps);
  if (metadata.durable_seq) {
    w.count("durable_seq", *metadata.durable_seq);
  } else {
    w.null("durable_seq");
  }
  w.close();
}

}  // namespace reel::json
