// snapshot := varint stream, varint first seq, varint last seq - first seq, byte flags,
//             [varint last text token's seq - first seq, zigzag varint its number],
//             [varint checkpoint bytes],
//             48 bytes hash state, varint bytes of events, events
#include "segment/snapshot.hpp"

#include <bit>
#include <utility>

#include "event/frame.hpp"
#include "json/parts.hpp"
#include "segment/timestamp.hpp"

namespace reel::segment {
namespace {

enum SnapshotFlag : std::uint8_t { kHasText = 1, kCheckpoint = 2 };

// What a stretch keeps costs at most a few hundredths of what its rows do.
constexpr std::size_t kKeptBytesMax = 4096;
constexpr std::size_t kEventTypes = 16;  // a type is four bits of a tag

// Most GUARDRAIL results say that there are none; asking the parser costs more than all the rest.
// Only where no member can hide behind an escape or a second mention does the text say it itself.
bool has_violations(std::string_view result) {
  constexpr std::string_view kName = "violations", kNone = "\"violations\":[]";
  if (result.find('\\') == std::string_view::npos) {
    const std::size_t at = result.find(kName);
    if (at == std::string_view::npos) return false;
    if (at == result.rfind(kName) && result.find(kNone) != std::string_view::npos) return false;
  }
  return !json::violations(result).empty();
}

std::string frame_of(std::uint64_t seq, const EventView& event) {
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(event.type);
  header.seq = seq;
  if (const auto us = exact_us(event.ts_ms)) {
    header.ts = *us;
  } else {
    header.flags = event::kTsDouble;
    header.ts = std::bit_cast<std::int64_t>(event.ts_ms);
  }
  const event::FrameParts parts{event.text, event.parts, event.number};
  std::string frame(event::frame_bytes(parts), '\0');
  event::put_frame(frame.data(), header, parts);
  return frame;
}

// Of the frames kept, without the FALLBACKs and ERRORs before the last one; and `start`, a frame or
// nothing, at its place among them.
std::string events_that_count(std::string_view kept, const std::string& start) {
  std::uint64_t last[kEventTypes] = {};
  const auto each = [&](auto take) {
    for (std::string_view rest = kept; const auto frame = event::get_frame(rest);) {
      take(*frame, rest.substr(0, frame->size));
      rest.remove_prefix(frame->size);
    }
  };
  each([&](const event::DecodedFrame& frame, std::string_view) {
    last[static_cast<std::size_t>(frame.event.type)] = frame.header.seq;
  });
  std::string out;
  std::string_view ahead = start;
  const std::uint64_t start_seq = start.empty() ? 0 : event::get_frame(start)->header.seq;
  each([&](const event::DecodedFrame& frame, std::string_view bytes) {
    const EventType type = frame.event.type;
    const bool one_counts = type == EventType::fallback || type == EventType::error;
    if (start_seq < frame.header.seq) out += std::exchange(ahead, {});
    if (!one_counts || frame.header.seq == last[static_cast<std::size_t>(type)]) out += bytes;
  });
  return out.append(ahead);
}

}  // namespace

void append_snapshot(std::string& out, const Snapshot& snapshot) {
  base::append_varint(out, snapshot.stream);
  base::append_varint(out, snapshot.first_seq);
  base::append_varint(out, snapshot.last_seq - snapshot.first_seq);
  out.push_back(static_cast<char>((snapshot.last_text ? kHasText : 0) |
                                  (snapshot.checkpoint_bytes ? kCheckpoint : 0)));
  if (snapshot.last_text) {
    base::append_varint(out, snapshot.last_text->seq - snapshot.first_seq);
    base::append_varint(out, base::zigzag(snapshot.last_text->number));
  }
  if (snapshot.checkpoint_bytes) base::append_varint(out, *snapshot.checkpoint_bytes);
  for (const std::uint64_t word : snapshot.text.state()) base::append_le(out, word);
  base::append_varint(out, snapshot.events.size());
  out.append(snapshot.events);
}

bool take_snapshot(base::Input& input, Snapshot& snapshot) {
  const std::uint64_t stream = input.varint();
  snapshot.stream = static_cast<std::uint32_t>(stream);
  snapshot.first_seq = input.varint();
  const std::uint64_t distance = input.varint();
  snapshot.last_seq = snapshot.first_seq + distance;
  const auto flags = input.fixed<std::uint8_t>();
  if ((flags & kHasText) != 0) {
    const std::uint64_t text_seq = snapshot.first_seq + input.varint();
    snapshot.last_text = {text_seq, input.signed_varint()};
  }
  if ((flags & kCheckpoint) != 0) snapshot.checkpoint_bytes = input.varint();
  ContentHash::State state;
  for (std::uint64_t& word : state) word = input.fixed<std::uint64_t>();
  snapshot.text = ContentHash(state);
  snapshot.events = input.bytes(input.varint());
  return input.ok() && stream < UINT32_MAX && snapshot.last_seq >= snapshot.first_seq &&
         (flags & ~unsigned{kHasText | kCheckpoint}) == 0;
}

void Stretch::begin(std::uint64_t seq) noexcept {
  now_ = {};
  now_.first_seq = seq;
  now_.events_from = static_cast<std::uint32_t>(events_.size());
}

void Stretch::forget_earlier() {
  events_.erase(0, now_.events_from);
  now_.events_from = 0;
}

void Stretch::note(std::uint64_t seq, const EventView& event, bool elided, bool fragmented,
                   const ContentHash& text) {
  const bool ends = fragmented || event.type == EventType::gap ||
                    event.type == EventType::continuation || event.type == EventType::complete ||
                    (event.type == EventType::checkpoint && !elided);
  if (ends) return begin(seq + event.seqs());
  switch (event.type) {
    case EventType::token:
      if (event.is_text_token()) note_text_token(seq);
      break;
    case EventType::checkpoint:
      now_.has_checkpoint = true;
      now_.checkpoint_bytes = text.bytes();
      break;
    case EventType::start:  // nothing but its stamp matters
      now_.has_start = true;
      now_.start_seq = seq;
      now_.start_ts_ms = event.ts_ms;
      break;
    case EventType::fallback:
    case EventType::error:
    case EventType::retry:
      keep(seq, event);
      break;
    case EventType::guardrail:
      if (has_violations(event.part(Part::result).value_or(""))) keep(seq, event);
      break;
    case EventType::drift:
      if (!now_.has_drift && json::detected(event.part(Part::result).value_or(""))) {
        now_.has_drift = true;
        keep(seq, event);
      }
      break;
    default:  // opaque: folding ignores it
      break;
  }
}

void Stretch::keep(std::uint64_t seq, const EventView& event) {
  // Asked before a copy is made: what does not fit may be large.
  const std::size_t kept = events_.size() - now_.events_from;
  if (kept + event.text.size() + event.parts.size() + event::kFrameHeaderBytes > kKeptBytesMax) {
    return begin(seq + 1);
  }
  events_ += frame_of(seq, event);
}

Snapshot Stretch::snapshot(std::uint32_t stream, std::uint64_t last_seq, std::int64_t token_count,
                           const ContentHash& text, std::string& events) const {
  EventView start;
  start.type = EventType::start;
  start.ts_ms = now_.start_ts_ms;
  events = events_that_count(std::string_view(events_).substr(now_.events_from),
                             now_.has_start ? frame_of(now_.start_seq, start) : std::string());
  Snapshot snapshot;
  snapshot.stream = stream;
  snapshot.first_seq = now_.first_seq;
  snapshot.last_seq = last_seq;
  if (now_.has_text) {
    const auto number = static_cast<std::uint64_t>(token_count) - 1;
    snapshot.last_text = {now_.text_seq, static_cast<std::int64_t>(number)};
  }
  if (now_.has_checkpoint) snapshot.checkpoint_bytes = now_.checkpoint_bytes;
  snapshot.text = text;
  snapshot.events = events;
  return snapshot;
}

}  // namespace reel::segment
