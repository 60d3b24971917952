// The event model: what happened in a stream, as values (Event) and as views (EventView).
//
// Ten types, with the union of the fields of the event-sourcing document and of L0's file format.
// Free-form JSON (options, results, errors) is carried as text, exactly as it was given: key order,
// 64-bit integers and the digits of floats are kept. Members that reel does not know travel in
// `extra`; a type it does not know is an Opaque event. Nothing is ever refused for being new.
//
// An Event owns its strings. An EventView owns nothing: it points into a block, a frame or an Event
// and lives as long as its owner says (for a Cursor: until its next step).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace reel {

// Stored on disk and in the arena: never renumber.
enum class EventType : std::uint8_t {
  start = 1,
  token = 2,
  checkpoint = 3,
  guardrail = 4,
  drift = 5,
  retry = 6,
  fallback = 7,
  continuation = 8,
  complete = 9,
  error = 10,
  opaque = 11,  // a type unknown to reel; its name and members are kept
  gap = 12,     // events seq .. seq+count-1 are not in the log; never exported as an event
};

// "START", "TOKEN", ...; "" for opaque (the name is the event's own) and "GAP" for gap.
std::string_view event_type_name(EventType type) noexcept;

struct Start {
  std::string options;  // JSON object; "" when absent (means {})
};
struct Token {
  std::string value;
  std::int64_t index = 0;    // within its channel; taken literally, may jump or be negative
  std::string channel = {};  // "" = text; "reasoning", "tool_call", ...
  std::optional<std::int64_t> call = {};  // which tool call of several
};
struct Checkpoint {
  std::string content;
  std::int64_t at = 0;  // tokens covered
};
struct Guardrail {
  std::string result = {};              // JSON object; "" when absent
  std::optional<std::int64_t> at = {};  // tokens covered
  std::optional<std::string> check_type = {};
};
struct Drift {
  std::string result = {};  // JSON object; "" when absent
  std::optional<std::int64_t> at = {};
};
struct Retry {
  std::string reason;
  std::int64_t attempt = 0;                      // 1-based
  std::optional<bool> counts_toward_limit = {};  // absent = true
  std::optional<std::string> delay = {};         // JSON number as written, milliseconds
};
struct Fallback {
  std::int64_t to = 0;
  std::optional<std::int64_t> from = {};
  std::optional<std::string> reason = {};
};
struct Continuation {
  std::string checkpoint;
  std::int64_t at = 0;
};
struct Complete {
  std::string content;
  std::int64_t token_count = 0;
};
struct ErrorEvent {
  std::string error;  // JSON object {name, message, code, stack, metadata, ...}
  std::optional<std::string> failure_type = {}, recovery_strategy = {}, policy = {};
};
struct Opaque {
  std::string type_name;  // its members are in Event::extra
};
// Written by whoever drops events (overflow) or meets a hole (import); see EventType::gap.
struct Gap {
  std::uint64_t count = 0;
  std::string cause = {};  // "import", "overflow", "arena_lost", ...
};

using EventBody = std::variant<Start, Token, Checkpoint, Guardrail, Drift, Retry, Fallback,
                               Continuation, Complete, ErrorEvent, Opaque, Gap>;

struct Event {
  double ts_ms = 0;  // Unix milliseconds, any finite double, kept bit for bit
  EventBody body;
  std::string extra;           // unknown members of the event: `"a":1,"b":[2]`, or ""
  std::string envelope_extra;  // unknown members of its envelope, likewise

  EventType type() const noexcept { return static_cast<EventType>(body.index() + 1); }
};

struct Envelope {
  std::string stream_id;
  std::uint64_t seq = 0;
  Event event;
};

// Optional fields of an event, as they are stored (docs/FORMAT.md, "Parts"): never renumber.
enum class Part : std::uint8_t {
  options = 1,
  result = 2,
  check_type = 3,
  reason = 4,
  delay = 5,
  from = 6,                 // zigzag varint
  counts_toward_limit = 7,  // one byte, 0 or 1
  error = 8,
  failure_type = 9,
  recovery_strategy = 10,
  policy = 11,
  channel = 12,
  call = 13,  // zigzag varint
  extra = 14,
  envelope_extra = 15,
  type_name = 16,
  cause = 17,
  count = 18,  // zigzag varint
};

// One event, flat, without owning a byte. Which field means what:
//   text    TOKEN value; CHECKPOINT, COMPLETE content; CONTINUATION checkpoint; else empty
//   number  TOKEN index; CHECKPOINT, CONTINUATION, GUARDRAIL, DRIFT at; RETRY attempt;
//           FALLBACK to; COMPLETE token_count; absent where the event has none
//   parts   everything else, each once, as (id byte, varint length, bytes), ids ascending
struct EventView {
  EventType type = EventType::opaque;
  double ts_ms = 0;
  std::optional<std::int64_t> number;
  std::string_view text;
  std::string_view parts;

  // The bytes of one part; nullopt when the event has none. Cost: a scan of `parts`.
  std::optional<std::string_view> part(Part id) const noexcept;
  std::optional<std::int64_t> integer_part(Part id) const noexcept;  // from, call, count

  // How many seqs the event takes in its stream: 1, and a GAP as many as it stands for. A GAP whose
  // count is missing, broken or outside of 1..kSeqMax stands for none and takes 0: recording
  // refuses it, and whoever meets one in stored bytes passes over it.
  std::uint64_t seqs() const noexcept;

  // The type's name as recorded ("TOKEN", or an opaque event's own).
  std::string_view type_name() const noexcept;
  // True for tokens that belong to `content` (no channel).
  bool is_text_token() const noexcept {
    return type == EventType::token && (parts.empty() || !part(Part::channel));
  }
};

struct EnvelopeView {
  std::string_view stream_id;
  std::uint64_t seq = 0;
  EventView event;
};

// An owning copy.
Event to_event(const EventView& view);

// True when both are the same event by value: same type, same ts, same fields (JSON text compared
// as bytes).
bool same_event(const EventView& a, const EventView& b) noexcept;

// A new time-ordered id (RFC 9562 UUIDv7), e.g. "0190b6c1-6a7e-7d3c-9f2e-3a51c0de4b11". Ids made by
// one process ascend, within a millisecond too. Thread-safe.
std::string generate_id();

}  // namespace reel
