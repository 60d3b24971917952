#include "describe.hpp"

#include <fmt/format.h>

#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

constexpr std::size_t kSeqWidth = 6;
constexpr std::size_t kTimeWidth = 23;
constexpr std::size_t kTypeWidth = 12;

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", escaped(text)); }

// " name value" for each part the event has.
std::string parts_of(const EventView& event) {
  struct Named {
    Part part;
    const char* name;
    bool integer;
  };
  constexpr Named kNamed[] = {
      {Part::options, "", false},
      {Part::result, "", false},
      {Part::check_type, "check_type ", false},
      {Part::reason, "reason ", false},
      {Part::delay, "delay ", false},
      {Part::from, "from ", true},
      {Part::error, "", false},
      {Part::failure_type, "failure_type ", false},
      {Part::recovery_strategy, "recovery_strategy ", false},
      {Part::policy, "policy ", false},
      {Part::channel, "channel ", false},
      {Part::call, "call ", true},
      {Part::extra, "", false},
  };
  std::string out;
  for (const Named& named : kNamed) {
    const auto bytes = event.part(named.part);
    if (!bytes || bytes->empty()) continue;
    const std::string value = named.integer
                                  ? std::to_string(event.integer_part(named.part).value_or(0))
                                  : escaped(*bytes);
    out += fmt::format("  {}{}", named.name, value);
  }
  if (const auto counts = event.part(Part::counts_toward_limit);
      counts && !counts->empty() && counts->front() == '\0') {
    out += "  not counted";
  }
  return out;
}

std::string lead_of(const EventView& event) {
  const std::string number = event.number ? std::to_string(*event.number) : std::string();
  switch (event.type) {
    case EventType::token:
      return fmt::format("{:>5}  {}", number, quoted(event.text));
    case EventType::checkpoint:
    case EventType::continuation:
      return fmt::format("at {}  {}", number, quoted(event.text));
    case EventType::complete:
      return fmt::format("{} tokens  {}", number, quoted(event.text));
    case EventType::guardrail:
    case EventType::drift:
      return number.empty() ? number : "at " + number;
    case EventType::retry:
      return "attempt " + number;
    case EventType::fallback:
      return "to " + number;
    case EventType::gap:
      return fmt::format("{} missing ({})", plural(event.seqs(), "event"),
                         escaped(event.part(Part::cause).value_or("?")));
    default:
      return {};
  }
}

Colour colour_of(EventType type) {
  switch (type) {
    case EventType::error:
    case EventType::gap:
      return Colour::red;
    case EventType::complete:
      return Colour::green;
    case EventType::guardrail:
    case EventType::drift:
    case EventType::retry:
    case EventType::fallback:
      return Colour::yellow;
    default:
      return Colour::none;
  }
}

}  // namespace

std::string describe(const EventView& event) {
  std::string text = lead_of(event) + parts_of(event);
  const std::size_t begin = event.type == EventType::token ? 0 : text.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin);
}

void append_event_line(std::string& out, const EnvelopeView& envelope, std::size_t stream_width) {
  const EventView& event = envelope.event;
  if (stream_width > 0) {
    append_padded(out, escaped(envelope.stream_id), stream_width, Align::left, Colour::dim);
    out += "  ";
  }
  append_padded(out, std::to_string(envelope.seq), kSeqWidth, Align::right);
  out += "  ";
  append_padded(out, human_time(event.ts_ms), kTimeWidth, Align::left, Colour::dim);
  out += "  ";
  append_padded(out, escaped(event.type_name()), kTypeWidth, Align::left, colour_of(event.type));
  out += "  " + describe(event) + '\n';
}

}  // namespace reel::tool
