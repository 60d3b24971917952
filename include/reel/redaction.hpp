// Redaction: what of an event may be stored, decided on the recording thread before any byte of it
// is. LogOptions::redact_tokens gives each channel of a stream a filter that sees its tokens as one
// text, so that a secret split over two tokens is still caught. LogOptions::redact sees every other
// payload, and token texts where there is no filter. Where only redact_tokens is set, each other
// payload goes through a new filter of its own.
//
// Names and numbers do not pass: check_type, delay, from, failure_type, recovery_strategy, policy,
// channel, call, an unknown type's name, stream ids. Hooks are called from record_* and from
// closing a Recorder; they must not record into the stream or close it. Close Recorders before
// their Log: what is held back by then is lost (CloseReport::lost counts it).
//
// Where a hook throws, or answers something that cannot be stored (broken JSON, too large),
// the payload is dropped: what was not redacted is never stored. Events themselves are never
// dropped: they keep their seq, number and ts.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reel/event.hpp"

namespace reel {

enum class Redact : unsigned char {
  keep,     // as it is
  replace,  // by what was put into `replacement`
  drop,     // by nothing: an empty text, an absent member
};

// One text of an event. All views live until the hook returns.
struct Payload {
  EventType type = EventType::opaque;
  std::string_view name_space, stream_id;
  // The member's name: value, content, checkpoint; options, result, error (a JSON object);
  // reason; extra, envelope_extra (unknown members, `"a":1,"b":[2]`).
  std::string_view field;
  std::string_view text;  // never empty
};

// `replacement` is empty at first. Called on recording threads, for several streams at once.
using RedactPayload = std::function<Redact(const Payload& payload, std::string& replacement)>;

// The texts of one stream's tokens (of one channel of it), one after the other. One thread at a
// time.
class TokenRedactor {
 public:
  virtual ~TokenRedactor() = default;
  // Takes the next token's text and appends to `out` what may be stored of all that was given so
  // far. Answers how many bytes at the end of it are held back until more comes: those tokens are
  // answered Append::held and not stored yet. `out` is dealt to the tokens that are not held,
  // each about as many bytes as it had, so a token's text may move to its neighbour.
  virtual std::size_t next(std::string_view text, std::string& out) = 0;
  // The stream ends (COMPLETE, ERROR, Recorder::close), or more is held back than reel keeps
  // (64 KiB or 4,096 events): appends what may be stored of the rest; if no token waits, that is
  // dropped. next() may come again.
  virtual void finish(std::string& out) = 0;
};

// Called for each channel of a stream when its first token comes. nullptr: its tokens go through
// LogOptions::redact one by one, or as they are where that is not set.
using MakeTokenRedactor = std::function<std::unique_ptr<TokenRedactor>(std::string_view name_space,
                                                                       std::string_view stream_id)>;

}  // namespace reel
