#include "event/frame.hpp"

#include "event/gap.hpp"

namespace reel::event {
namespace {

constexpr std::uint8_t kKnownFlags = kNumber | kWideNumber | kParts | kTsDouble;
constexpr std::size_t kPartsLengthBytes = sizeof(std::uint32_t);
constexpr std::size_t kWideNumberBytes = sizeof(std::int64_t);

FrameHeader get_header(const char* from) noexcept {
  FrameHeader h;
  h.text_bytes = base::load<std::uint32_t>(from);
  h.type = base::load<std::uint8_t>(from + 4);
  h.flags = base::load<std::uint8_t>(from + 5);
  h.zero = base::load<std::uint16_t>(from + 6);
  h.slot = base::load<std::uint32_t>(from + 8);
  h.incarnation = base::load<std::uint32_t>(from + 12);
  h.seq = base::load<std::uint64_t>(from + 16);
  h.ts = base::load<std::int64_t>(from + 24);
  h.number = base::load<std::int32_t>(from + 32);
  return h;
}

void put_header(char* to, const FrameHeader& h) noexcept {
  base::store(to, h.text_bytes);
  base::store(to + 4, h.type);
  base::store(to + 5, h.flags);
  base::store(to + 6, h.zero);
  base::store(to + 8, h.slot);
  base::store(to + 12, h.incarnation);
  base::store(to + 16, h.seq);
  base::store(to + 24, h.ts);
  base::store(to + 32, h.number);
}

bool known_type(std::uint8_t type) noexcept {
  return type >= static_cast<std::uint8_t>(EventType::start) &&
         type <= static_cast<std::uint8_t>(EventType::gap);
}

}  // namespace

std::size_t frame_bytes(const FrameParts& parts) noexcept {
  std::size_t bytes = kFrameHeaderBytes + parts.text.size();
  if (parts.number && is_wide_number(*parts.number)) bytes += kWideNumberBytes;
  if (!parts.parts.empty()) bytes += kPartsLengthBytes + parts.parts.size();
  return frame_aligned(bytes);
}

void put_frame_header(char* to, FrameHeader header, const FrameParts& parts) noexcept {
  header.text_bytes = static_cast<std::uint32_t>(parts.text.size());
  if (parts.number) {
    header.flags |= kNumber;
    if (is_wide_number(*parts.number)) {
      header.flags |= kWideNumber;
    } else {
      header.number = static_cast<std::int32_t>(*parts.number);
    }
  }
  if (!parts.parts.empty()) header.flags |= kParts;
  put_header(to, header);
}

void put_frame(char* to, const FrameHeader& header, const FrameParts& parts) noexcept {
  for_each_piece(header, parts, [&to](std::string_view piece) {
    if (piece.empty()) return;
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  });
}

std::optional<DecodedFrame> get_frame(std::string_view bytes) noexcept {
  if (bytes.size() < kFrameHeaderBytes) return std::nullopt;
  DecodedFrame frame;
  frame.header = get_header(bytes.data());
  const FrameHeader& header = frame.header;
  if (!known_type(header.type) || (header.flags & ~kKnownFlags) != 0) return std::nullopt;

  base::Input input(bytes.substr(kFrameHeaderBytes));
  EventView& event = frame.event;
  event.type = static_cast<EventType>(header.type);
  event.ts_ms = header.ts_ms();
  event.text = input.bytes(header.text_bytes);
  if ((header.flags & kNumber) != 0) {
    event.number = (header.flags & kWideNumber) != 0 ? input.fixed<std::int64_t>() : header.number;
  }
  if ((header.flags & kParts) != 0) event.parts = input.bytes(input.fixed<std::uint32_t>());
  const std::size_t used = bytes.size() - input.left();
  frame.size = frame_aligned(used);
  if (!input.ok() || frame.size > bytes.size()) return std::nullopt;
  return frame;
}

void clear_frame(char* frame) noexcept {
  constexpr std::size_t kTsAt = 24;
  const FrameHeader header = get_header(frame);
  std::memset(frame + kTsAt, 0, kFrameHeaderBytes - kTsAt);
  char* at = frame + kFrameHeaderBytes;
  const std::size_t front =
      header.text_bytes + ((header.flags & kWideNumber) != 0 ? sizeof(std::int64_t) : 0);
  std::memset(at, 0, front);
  at += front;
  if ((header.flags & kParts) == 0) return;
  std::memset(at + sizeof(std::uint32_t), 0, base::load<std::uint32_t>(at));
}

void append_part(std::string& parts, Part id, std::string_view bytes) {
  parts.push_back(static_cast<char>(id));
  base::append_varint(parts, bytes.size());
  parts.append(bytes);
}

void append_integer_part(std::string& parts, Part id, std::int64_t value) {
  char buffer[base::kVarintBytesMax];
  const char* end = base::put_varint(buffer, base::zigzag(value));
  append_part(parts, id, std::string_view(buffer, static_cast<std::size_t>(end - buffer)));
}

bool parts_well_formed(std::string_view parts) noexcept {
  base::Input input(parts);
  int last_id = 0;
  while (!input.at_end()) {
    const int id = input.fixed<std::uint8_t>();
    (void)input.bytes(input.varint());
    if (!input.ok() || id <= last_id) return false;
    last_id = id;
  }
  return true;
}

namespace {

void append_optional(std::string& parts, Part id, const std::optional<std::string>& value) {
  if (value) append_part(parts, id, *value);
}
void append_nonempty(std::string& parts, Part id, const std::string& value) {
  if (!value.empty()) append_part(parts, id, value);
}

// Fills the view from one body; appends its parts in ascending order of id.
struct Flatten {
  EventView& view;
  std::string& parts;

  void operator()(const Start& e) const { append_nonempty(parts, Part::options, e.options); }
  void operator()(const Token& e) const {
    view.text = e.value;
    view.number = e.index;
    append_nonempty(parts, Part::channel, e.channel);
    if (e.call) append_integer_part(parts, Part::call, *e.call);
  }
  void operator()(const Checkpoint& e) const {
    view.text = e.content;
    view.number = e.at;
  }
  void operator()(const Guardrail& e) const {
    view.number = e.at;
    append_nonempty(parts, Part::result, e.result);
    append_optional(parts, Part::check_type, e.check_type);
  }
  void operator()(const Drift& e) const {
    view.number = e.at;
    append_nonempty(parts, Part::result, e.result);
  }
  void operator()(const Retry& e) const {
    view.number = e.attempt;
    append_part(parts, Part::reason, e.reason);
    append_optional(parts, Part::delay, e.delay);
    if (e.counts_toward_limit) {
      const char value = *e.counts_toward_limit ? 1 : 0;
      append_part(parts, Part::counts_toward_limit, std::string_view(&value, 1));
    }
  }
  void operator()(const Fallback& e) const {
    view.number = e.to;
    append_optional(parts, Part::reason, e.reason);
    if (e.from) append_integer_part(parts, Part::from, *e.from);
  }
  void operator()(const Continuation& e) const {
    view.text = e.checkpoint;
    view.number = e.at;
  }
  void operator()(const Complete& e) const {
    view.text = e.content;
    view.number = e.token_count;
  }
  void operator()(const ErrorEvent& e) const {
    append_nonempty(parts, Part::error, e.error);
    append_optional(parts, Part::failure_type, e.failure_type);
    append_optional(parts, Part::recovery_strategy, e.recovery_strategy);
    append_optional(parts, Part::policy, e.policy);
  }
  void operator()(const Opaque&) const {}  // type_name comes after `extra`: see view_of
  void operator()(const Gap&) const {}     // likewise cause and count
};

}  // namespace

EventView view_of(const Event& event, std::string& parts_buffer) {
  parts_buffer.clear();
  EventView view;
  view.type = event.type();
  view.ts_ms = event.ts_ms;
  std::visit(Flatten{view, parts_buffer}, event.body);
  append_nonempty(parts_buffer, Part::extra, event.extra);
  append_nonempty(parts_buffer, Part::envelope_extra, event.envelope_extra);
  if (const auto* opaque = std::get_if<Opaque>(&event.body)) {
    append_part(parts_buffer, Part::type_name, opaque->type_name);
  } else if (const auto* gap = std::get_if<Gap>(&event.body)) {
    append_gap_parts(parts_buffer, gap->cause, gap->count);
  }
  view.parts = parts_buffer;
  return view;
}

}  // namespace reel::event
