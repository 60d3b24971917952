// Redaction: one stream's events between the call that brings them and the arena. Payloads go
// through the hooks here; tokens whose text a TokenRedactor holds back wait here, and whatever
// comes after them waits behind them, so that seqs keep the order of the calls. Nothing in here is
// recorded yet. Used by the Recorder's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/redaction.hpp"

namespace reel::record {

struct RedactionHooks {
  RedactPayload payload;
  MakeTokenRedactor tokens;
};

// An event that passed the hooks, or waits for the text of its token.
struct HeldEvent {
  EventType type = EventType::opaque;
  std::optional<std::int64_t> number;
  std::int64_t ts = 0;
  bool ts_is_double = false;
  std::string text, parts;
  std::size_t channel = 0;    // index into the stream's channels
  std::size_t raw_bytes = 0;  // of the text that came
  bool ready = true;          // false: its text is held back

  EventView view() const noexcept;
};

class Redaction {
 public:
  Redaction(std::shared_ptr<const RedactionHooks> hooks, std::string_view name_space,
            std::string_view stream_id);

  // Is there room for one more event? If not: finish() makes it, once what is ready is taken.
  bool has_room() const noexcept;
  void take(const EventView& event, std::int64_t ts, bool ts_is_double);
  // The stream ends, or too much is held back: nothing waits any more.
  void finish() noexcept;

  // The next event to be recorded; nullptr when there is none, or its text is held back.
  HeldEvent* ready() noexcept;
  void pop() noexcept;
  bool empty() const noexcept { return events_.empty(); }
  std::uint64_t held_seqs() const noexcept;  // of the events in here

 private:
  struct Channel {
    std::string key;                          // its parts, so to speak its name
    std::unique_ptr<TokenRedactor> redactor;  // nullptr: its tokens go one by one
    std::string out;                          // may be stored, and not dealt yet
    std::size_t open = 0;                     // raw bytes of events that wait
  };
  void take_token(HeldEvent event);
  void redact(HeldEvent& event) const noexcept;
  std::string redacted(const HeldEvent& event, std::string_view field, std::string_view text) const;
  Redact ask(const HeldEvent& event, std::string_view field, std::string_view text,
             std::string& replacement) const;
  std::string redact_parts(const HeldEvent& event) const;
  std::size_t channel_of(std::string_view key);
  std::unique_ptr<TokenRedactor> make_redactor() const;
  void deal(std::size_t channel, std::size_t held) noexcept;

  std::shared_ptr<const RedactionHooks> hooks_;
  const std::string name_space_, stream_id_;
  std::vector<Channel> channels_;
  std::deque<HeldEvent> events_;
  std::size_t bytes_ = 0;
};

}  // namespace reel::record
