#include "record/redaction.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/thread_own.hpp"
#include "event/frame.hpp"
#include "reel/json.hpp"

namespace reel::record {
namespace {

constexpr std::size_t kHeldBytesMax = 64 << 10;
constexpr std::size_t kHeldEventsMax = 4096;

std::string_view text_field(EventType type) noexcept {
  switch (type) {
    case EventType::token:
      return "value";
    case EventType::continuation:
      return "checkpoint";
    default:
      return "content";
  }
}

// Of the parts that carry somebody's words; "" for names and numbers. No default: whoever adds a
// part decides what it is.
std::optional<std::string_view> part_field(Part id) noexcept {
  switch (id) {
    case Part::options:
      return "options";
    case Part::result:
      return "result";
    case Part::error:
      return "error";
    case Part::reason:
      return "reason";
    case Part::extra:
      return "extra";
    case Part::envelope_extra:
      return "envelope_extra";
    case Part::check_type:
    case Part::delay:
    case Part::from:
    case Part::counts_toward_limit:
    case Part::failure_type:
    case Part::recovery_strategy:
    case Part::policy:
    case Part::channel:
    case Part::call:
    case Part::type_name:
    case Part::cause:
    case Part::count:
      return "";
  }
  return std::nullopt;  // not one of ours: nobody could say what is in it
}

struct Replacement;

// The replacement as it may stand where the member stood; "" where it may not.
std::string fitted(std::string_view field, std::string replacement) {
  const bool members = field == "extra" || field == "envelope_extra";
  if (!members && field != "options" && field != "result" && field != "error") return replacement;
  const auto object = base::thread_own<json::Parser, Replacement>().check_object(
      members ? "{" + replacement + "}" : replacement);
  if (!object) return {};
  return members ? object->substr(1, object->size() - 2) : *object;
}

// Tokens with the same channel and call are one text.
std::string channel_key(const EventView& token) {
  std::string key(token.part(Part::channel).value_or(""));
  const auto call = token.part(Part::call);
  return call ? key + '\0' + std::string(*call) : key;
}

// At most so many bytes, without cutting a character in two.
std::size_t whole_characters(std::string_view text, std::size_t bytes) noexcept {
  if (bytes >= text.size()) return text.size();
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return bytes;
}

// Stands in for a filter that could not be made: nothing unredacted is stored.
class DropAll final : public TokenRedactor {
 public:
  std::size_t next(std::string_view /*text*/, std::string& /*out*/) override { return 0; }
  void finish(std::string& /*out*/) override {}
};

}  // namespace

EventView HeldEvent::view() const noexcept {
  EventView view;
  view.type = type;
  view.number = number;
  view.text = text;
  view.parts = parts;
  return view;
}

Redaction::Redaction(std::shared_ptr<const RedactionHooks> hooks, std::string_view name_space,
                     std::string_view stream_id)
    : hooks_(std::move(hooks)), name_space_(name_space), stream_id_(stream_id) {}

std::unique_ptr<TokenRedactor> Redaction::make_redactor() const {
  try {
    return hooks_->tokens(name_space_, stream_id_);
  } catch (...) {
    return std::make_unique<DropAll>();
  }
}

bool Redaction::has_room() const noexcept {
  return bytes_ < kHeldBytesMax && events_.size() < kHeldEventsMax;
}

HeldEvent* Redaction::ready() noexcept {
  return events_.empty() || !events_.front().ready ? nullptr : &events_.front();
}

void Redaction::pop() noexcept {
  bytes_ -= events_.front().raw_bytes;
  events_.pop_front();
}

std::uint64_t Redaction::held_seqs() const noexcept {
  std::uint64_t seqs = 0;
  for (const HeldEvent& event : events_) seqs += event.view().seqs();
  return seqs;
}

void Redaction::take(const EventView& view, std::int64_t ts, bool ts_is_double) {
  HeldEvent event{
      view.type, view.number, ts, ts_is_double, std::string(view.text), std::string(view.parts)};
  event.raw_bytes = view.text.size() + view.parts.size();
  if (view.type == EventType::token && hooks_->tokens) {
    event.channel = channel_of(channel_key(view));
    if (channels_[event.channel].redactor != nullptr) return take_token(std::move(event));
  }
  if (view.type == EventType::complete || view.type == EventType::error) finish();
  redact(event);
  bytes_ += event.raw_bytes;
  events_.push_back(std::move(event));
}

void Redaction::take_token(HeldEvent event) {
  const std::size_t index = event.channel;
  event.ready = false;
  const std::string text = std::exchange(event.text, {});
  redact(event);
  event.raw_bytes = text.size();
  bytes_ += event.raw_bytes;
  events_.push_back(std::move(event));
  Channel& channel = channels_[index];
  channel.open += text.size();
  std::size_t held = 0;
  const std::size_t before = channel.out.size();
  try {
    held = channel.redactor->next(text, channel.out);
  } catch (...) {
    channel.out.resize(std::min(before, channel.out.size()));
  }
  deal(index, held);
}

std::size_t Redaction::channel_of(std::string_view key) {
  const auto found = std::find_if(channels_.begin(), channels_.end(),
                                  [&](const Channel& channel) { return channel.key == key; });
  if (found != channels_.end()) {
    return static_cast<std::size_t>(found - channels_.begin());
  }
  channels_.push_back({std::string(key), make_redactor(), "", 0});
  return channels_.size() - 1;
}

// Gives the channel's tokens that do not reach into its last `held` bytes their text.
void Redaction::deal(std::size_t index, std::size_t held) noexcept try {
  Channel& channel = channels_[index];
  HeldEvent* last = nullptr;
  for (HeldEvent& event : events_) {
    if (event.ready || event.channel != index) continue;
    if (channel.open - event.raw_bytes < held) return;
    const std::size_t bytes = whole_characters(channel.out, event.raw_bytes);
    event.text.assign(channel.out, 0, bytes);
    channel.out.erase(0, bytes);
    channel.open -= event.raw_bytes;
    event.ready = true;
    last = &event;
  }
  if (last == nullptr) return;  // all that is left belongs to nobody who waits
  last->text += channel.out;
  channel.out.clear();
} catch (...) {  // no memory: the texts are dropped, the events stay
  for (HeldEvent& event : events_) event.ready = event.ready || event.channel == index;
  channels_[index].out.clear();
  channels_[index].open = 0;
}

void Redaction::finish() noexcept {
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    Channel& channel = channels_[i];
    if (channel.redactor == nullptr) continue;
    const std::size_t before = channel.out.size();
    try {
      channel.redactor->finish(channel.out);
    } catch (...) {
      channel.out.resize(std::min(before, channel.out.size()));
    }
    deal(i, 0);
    channel.out.clear();  // of what nobody waits for
  }
}

void Redaction::redact(HeldEvent& event) const noexcept try {
  if (!event.text.empty()) event.text = redacted(event, text_field(event.type), event.text);
  if (!event.parts.empty()) event.parts = redact_parts(event);
} catch (...) {  // no memory: nothing unredacted is stored
  event.text.clear();
  event.parts.clear();
}

// What may stand for the text; "" where nothing may.
std::string Redaction::redacted(const HeldEvent& event, std::string_view field,
                                std::string_view text) const {
  std::string replacement;
  Redact verdict = Redact::drop;
  try {
    verdict = ask(event, field, text, replacement);
  } catch (...) {  // the host's own affair; the payload is dropped
  }
  if (verdict == Redact::keep) return std::string(text);
  return verdict == Redact::replace ? fitted(field, std::move(replacement)) : std::string();
}

// Without a hook for payloads a filter for tokens sees them, each as a text of its own: a
// CHECKPOINT repeats what its tokens said.
Redact Redaction::ask(const HeldEvent& event, std::string_view field, std::string_view text,
                      std::string& replacement) const {
  if (hooks_->payload) {
    return hooks_->payload({event.type, name_space_, stream_id_, field, text}, replacement);
  }
  const auto filter = hooks_->tokens(name_space_, stream_id_);
  if (filter == nullptr) return Redact::keep;
  (void)filter->next(text, replacement);
  filter->finish(replacement);
  return Redact::replace;
}

std::string Redaction::redact_parts(const HeldEvent& event) const {
  std::string parts;
  base::Input input(event.parts);
  while (!input.at_end()) {
    const auto id = static_cast<Part>(input.fixed<std::uint8_t>());
    const std::string_view bytes = input.bytes(input.varint());
    if (!input.ok()) break;
    const auto field = part_field(id);
    if (!field) continue;
    if (field->empty() || bytes.empty()) {
      event::append_part(parts, id, bytes);
      continue;
    }
    const std::string kept = redacted(event, *field, bytes);
    if (!kept.empty()) event::append_part(parts, id, kept);
  }
  return parts;
}

}  // namespace reel::record
