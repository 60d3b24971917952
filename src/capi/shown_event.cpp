#include "capi/shown_event.hpp"

#include "capi/codes.hpp"
#include "reel/json.hpp"

namespace reel::capi {

const reel_event* ShownEvent::show(const EnvelopeView& envelope) noexcept {
  envelope_ = &envelope;
  const EventView& event = envelope.event;
  event_ = {};
  event_.seq = envelope.seq;
  event_.seqs = event.seqs();
  event_.ts_ms = event.ts_ms;
  event_.number = event.number.value_or(0);
  event_.has_number = event.number.has_value();
  event_.type = event_type_of(event.type);
  event_.text = event.text.data();
  event_.text_bytes = event.text.size();
  if (event.type == EventType::token && !event.parts.empty()) {
    if (const auto channel = event.part(Part::channel)) {
      event_.channel = channel->data();
      event_.channel_bytes = channel->size();
    }
  }
  const std::string_view name = event.type_name();
  event_.type_name = name.data();
  event_.type_name_bytes = name.size();
  event_.stream_id = envelope.stream_id.data();
  event_.stream_id_bytes = envelope.stream_id.size();
  return &event_;
}

bool ShownEvent::append_line(std::string& out, const EnvelopeView& envelope) const {
  return json::append_envelope(out, envelope, name_space_);
}

Status ShownEvent::json(const char** text, std::size_t* bytes) {
  json_.clear();
  if (envelope_ == nullptr || !append_line(json_, *envelope_)) {
    return Error{ErrorCode::not_found, 0, "", 0,
                 envelope_ == nullptr ? "there is no event at hand: ask for the next one first"
                                      : "a GAP is no event and has no JSON"};
  }
  *text = json_.c_str();
  *bytes = json_.size();
  return {};
}

}  // namespace reel::capi
