// Views and owning copies of events, whatever bytes they came from.
#include "reel/event.hpp"

#include <array>
#include <bit>

#include "base/bytes.hpp"
#include "reel/options.hpp"

namespace reel {
namespace {

constexpr std::array<std::string_view, 13> kTypeNames = {
    "",         "START",        "TOKEN",    "CHECKPOINT", "GUARDRAIL", "DRIFT", "RETRY",
    "FALLBACK", "CONTINUATION", "COMPLETE", "ERROR",      "",          "GAP"};

std::string text_part(const EventView& view, Part id) {
  return std::string(view.part(id).value_or(std::string_view()));
}
std::optional<std::string> optional_part(const EventView& view, Part id) {
  const auto bytes = view.part(id);
  return bytes ? std::optional<std::string>(*bytes) : std::nullopt;
}

EventBody body_of(const EventView& v) {
  const std::int64_t number = v.number.value_or(0);
  std::string text(v.text);
  switch (v.type) {
    case EventType::start:
      return Start{text_part(v, Part::options)};
    case EventType::token:
      return Token{std::move(text), number, text_part(v, Part::channel),
                   v.integer_part(Part::call)};
    case EventType::checkpoint:
      return Checkpoint{std::move(text), number};
    case EventType::guardrail:
      return Guardrail{text_part(v, Part::result), v.number, optional_part(v, Part::check_type)};
    case EventType::drift:
      return Drift{text_part(v, Part::result), v.number};
    case EventType::retry: {
      std::optional<bool> counts;
      if (const auto byte = v.part(Part::counts_toward_limit))
        counts = *byte != std::string_view("\0", 1);
      return Retry{text_part(v, Part::reason), number, counts, optional_part(v, Part::delay)};
    }
    case EventType::fallback:
      return Fallback{number, v.integer_part(Part::from), optional_part(v, Part::reason)};
    case EventType::continuation:
      return Continuation{std::move(text), number};
    case EventType::complete:
      return Complete{std::move(text), number};
    case EventType::error:
      return ErrorEvent{text_part(v, Part::error), optional_part(v, Part::failure_type),
                        optional_part(v, Part::recovery_strategy), optional_part(v, Part::policy)};
    case EventType::gap:
      return Gap{v.seqs(), text_part(v, Part::cause)};
    case EventType::opaque:
      break;
  }
  return Opaque{text_part(v, Part::type_name)};
}

}  // namespace

std::string_view event_type_name(EventType type) noexcept {
  const auto index = static_cast<std::size_t>(type);
  return index < kTypeNames.size() ? kTypeNames[index] : std::string_view();
}

std::optional<std::string_view> EventView::part(Part id) const noexcept {
  base::Input input(parts);
  while (!input.at_end()) {
    const auto found = static_cast<Part>(input.fixed<std::uint8_t>());
    const std::string_view bytes = input.bytes(input.varint());
    if (!input.ok() || found > id) return std::nullopt;
    if (found == id) return bytes;
  }
  return std::nullopt;
}

std::optional<std::int64_t> EventView::integer_part(Part id) const noexcept {
  const auto bytes = part(id);
  if (!bytes) return std::nullopt;
  base::Input input(*bytes);
  const std::int64_t value = input.signed_varint();
  return input.ok() ? std::optional<std::int64_t>(value) : std::nullopt;
}

std::uint64_t EventView::seqs() const noexcept {
  if (type != EventType::gap) return 1;
  const std::int64_t count = integer_part(Part::count).value_or(0);
  return count > 0 && static_cast<std::uint64_t>(count) <= kSeqMax
             ? static_cast<std::uint64_t>(count)
             : 0;
}

std::string_view EventView::type_name() const noexcept {
  if (type != EventType::opaque) return event_type_name(type);
  return part(Part::type_name).value_or(std::string_view());
}

Event to_event(const EventView& view) {
  Event event;
  event.ts_ms = view.ts_ms;
  event.body = body_of(view);
  event.extra = text_part(view, Part::extra);
  event.envelope_extra = text_part(view, Part::envelope_extra);
  return event;
}

bool same_event(const EventView& a, const EventView& b) noexcept {
  return a.type == b.type &&
         std::bit_cast<std::uint64_t>(a.ts_ms) == std::bit_cast<std::uint64_t>(b.ts_ms) &&
         a.number == b.number && a.text == b.text && a.parts == b.parts;
}

}  // namespace reel
