// Interchange text -> events. simdjson checks and decodes; the raw text of free-form members is cut
// out of the source beside it (members.hpp).
#include "json/element_walk.hpp"
#include "json/members.hpp"
#include "json/raw_text.hpp"
#include "json/validate.hpp"
#include "reel/json.hpp"
#include "reel/options.hpp"

namespace reel::json {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kLevelsAroundBareEvent = 1;  // the envelope that it will get
constexpr std::size_t kLevelsAroundFreeForm = 2;   // and the event

EventType type_of(std::string_view name) noexcept {
  for (auto type = EventType::start; type <= EventType::error;
       type = static_cast<EventType>(static_cast<int>(type) + 1)) {
    if (event_type_name(type) == name) return type;
  }
  return EventType::opaque;
}

// "GAP" is no type of the format: an event of that name is opaque like any other.
std::string_view owner_of(EventType type) noexcept {
  constexpr std::string_view kOwners[] = {
      "the event",          "a START event",     "a TOKEN event",
      "a CHECKPOINT event", "a GUARDRAIL event", "a DRIFT event",
      "a RETRY event",      "a FALLBACK event",  "a CONTINUATION event",
      "a COMPLETE event",   "an ERROR event"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kOwners) ? kOwners[index] : kOwners[0];
}

// Braced initializers are evaluated in the order written: messages name the first member missing.
EventBody take_body(Members& m, EventType type, std::string type_name) {
  switch (type) {
    case EventType::start:
      return Start{m.optional_object_text("options")};
    case EventType::token:
      return Token{m.string("value"), m.integer("index"), m.optional_nonempty_string("channel"),
                   m.optional_integer("call")};
    case EventType::checkpoint:
      return Checkpoint{m.string("content"), m.integer("at")};
    case EventType::guardrail:
      return Guardrail{m.optional_object_text("result"), m.optional_integer("at"),
                       m.optional_string("check_type")};
    case EventType::drift:
      return Drift{m.optional_object_text("result"), m.optional_integer("at")};
    case EventType::retry:
      return Retry{m.string("reason"), m.integer("attempt"),
                   m.optional_boolean("counts_toward_limit"), m.optional_number_text("delay")};
    case EventType::fallback:
      return Fallback{m.integer("to"), m.optional_integer("from"), m.optional_string("reason")};
    case EventType::continuation:
      return Continuation{m.string("checkpoint"), m.integer("at")};
    case EventType::complete:
      return Complete{m.string("content"), m.integer("token_count")};
    case EventType::error:
      return ErrorEvent{m.optional_object_text("error"), m.optional_string("failure_type"),
                        m.optional_string("recovery_strategy"), m.optional_string("policy")};
    case EventType::opaque:
    case EventType::gap:
      break;
  }
  return Opaque{std::move(type_name)};
}

void check_id(Members& envelope, std::string_view name, std::string_view id) {
  if (id.size() <= kStreamIdBytesMax) return;
  envelope.refuse("the " + std::string(name) + " has " + std::to_string(id.size()) +
                  " bytes; at most " + std::to_string(kStreamIdBytesMax) + " are allowed");
}

}  // namespace

struct Parser::Parts {
  Dom dom;
  Members envelope, event;

  Result<ParsedLine> parse_record(dom::element element, std::string_view raw, bool in_array);
  void read_envelope(dom::object object, std::string_view raw);
  Status take_event(dom::object object, std::string_view raw, Names names, Event& out);
  Result<ParsedLine> take_envelope();
};

Status Parser::Parts::take_event(dom::object object, std::string_view raw, Names names,
                                 Event& out) {
  event.read(object, raw, names);
  event.set_owner("the event");
  std::string type_name = event.string("type");
  const EventType type = type_of(type_name);
  event.set_owner(owner_of(type));
  out.ts_ms = event.number("ts");
  out.body = take_body(event, type, std::move(type_name));
  if (event.status().ok()) out.extra = event.rest();
  return event.status();
}

Result<ParsedLine> Parser::Parts::take_envelope() {
  ParsedLine line;
  envelope.set_owner("the envelope");
  line.stream_id = envelope.string("stream_id");
  line.seq = envelope.unsigned_integer("seq");
  if (envelope.has("namespace")) line.name_space = envelope.string("namespace");
  const auto object = envelope.object("event");
  if (line.stream_id->empty()) envelope.refuse("the stream_id must not be empty");
  check_id(envelope, "stream_id", *line.stream_id);
  check_id(envelope, "namespace", line.name_space.value_or(std::string()));
  if (!envelope.status().ok()) return envelope.status();
  if (Status status = take_event(object->value, object->raw, envelope.names(), line.event);
      !status.ok()) {
    return status;
  }
  line.event.envelope_extra = envelope.rest();
  return line;
}

// An envelope of the TypeScript package says so by its `streamId`, and its event is of that kind.
void Parser::Parts::read_envelope(dom::object object, std::string_view raw) {
  envelope.read(object, raw);
  if (envelope.has("stream_id") || envelope.has("type") || !envelope.has("streamId")) return;
  envelope.read(object, raw, Names::camel_too);
}

// A bare event has a `type`. An event may well have unknown members with an envelope's names, and
// an envelope one called `type`: both needed are what tells them apart. In an array, which is a
// file of one of L0's packages, a bare event may be of either kind.
Result<ParsedLine> Parser::Parts::parse_record(dom::element element, std::string_view raw,
                                               bool in_array) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) {
    return refusal("a line must be an object: an envelope or an event");
  }
  read_envelope(object, raw);
  const bool whole = envelope.has("event") && envelope.has("stream_id");
  const bool bare = envelope.has("type") && !whole;
  const std::size_t around = bare ? kLevelsAroundBareEvent : 0;
  if (Status status = check_tree(element, around); !status.ok()) return status;
  if (!bare) {
    if (!whole && !envelope.has("event") && !envelope.has("stream_id") && !envelope.has("seq")) {
      return refusal(
          "the object is neither an envelope (stream_id, seq, event) nor an event (type, ts)");
    }
    return take_envelope();
  }
  ParsedLine line;
  const Names names = in_array ? Names::camel_too : Names::snake;
  if (Status status = take_event(object, raw, names, line.event); !status.ok()) return status;
  return line;
}

Parser::Parser() : parts_(std::make_unique<Parts>()) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

Result<ParsedLine> Parser::parse_line(std::string_view line) {
  auto root = parts_->dom.parse(line);
  if (!root) return root.status();
  return parts_->parse_record(*root, RawText(line).value(), false);
}

Result<std::vector<ParsedLine>> Parser::parse_array(std::string_view text) {
  auto root = parts_->dom.parse(text);
  if (!root) return root.status();
  dom::array array;
  if (root->get(array) != simdjson::SUCCESS) {
    return refusal("the file must be one array of envelopes or events");
  }
  std::vector<ParsedLine> lines;
  RawText raw(text);
  raw.open();
  for (const dom::element element : array) {
    auto line = parts_->parse_record(element, raw.value(), true);
    if (!line) {
      return refusal("element " + std::to_string(lines.size()) +
                     " of the array: " + line.error().message);
    }
    lines.push_back(*std::move(line));
    raw.more();
  }
  return lines;
}

Status Parser::parse_elements(std::string_view text, const EachElement& each) {
  ElementWalk walk(text);
  while (const auto raw = walk.next()) {
    auto root = parts_->dom.parse(*raw);
    each(static_cast<std::size_t>(raw->data() - text.data()),
         root ? parts_->parse_record(*root, *raw, true) : root.status());
  }
  return walk.status();
}

Result<std::string> Parser::check_object(std::string_view text) {
  auto root = parts_->dom.parse(text);
  if (!root) return root.status();
  if (!root->is<dom::object>()) return refusal("the text must be a JSON object");
  if (Status status = check_tree(*root, kLevelsAroundFreeForm); !status.ok()) return status;
  std::string minified;
  append_minified(minified, text);
  return minified;
}

}  // namespace reel::json
