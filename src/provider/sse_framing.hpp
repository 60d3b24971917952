// Bytes -> payloads: what stands in the frame of a server-sent event, or on a line of NDJSON.
//
// Follows the WHATWG rules for event streams (CR, LF or CRLF; BOM; comments; several `data:` lines
// make one payload, joined by newlines; an unknown field is ignored), and goes further where model
// servers and recordings do:
//   - a line that begins with `{`, or is `[DONE]`, is a payload by itself (NDJSON, or `data:` cut
//     off);
//   - a `data:` line that follows a complete JSON object or `[DONE]` begins a new payload, even
//     without the empty line between;
//   - what stands before the end of input counts, even without its newline or empty line.
//
// Plain and sequential: feed() in any pieces, finish() once. Holds at most one line and one
// payload, each of at most kPayloadBytesMax; a longer one is skipped and reported.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace reel::provider {

inline constexpr std::size_t kPayloadBytesMax = std::size_t{64} << 20;

struct Payload {
  std::uint64_t line = 0;       // the line it begins on, from 1
  std::string_view data;        // lives until the callback returns
  std::string_view event_name;  // the `event:` field, or ""
};

// Is a JSON object complete? Fed piece by piece, it looks at every byte once.
class ObjectEnd {
 public:
  void reset() noexcept { *this = ObjectEnd(); }
  void feed(std::string_view bytes) noexcept;
  bool complete() const noexcept { return begun_ && depth_ == 0; }

 private:
  std::uint64_t depth_ = 0;
  bool begun_ = false, in_string_ = false, escaped_ = false;
};

class SseFraming {
 public:
  struct Callbacks {
    std::function<void(const Payload&)> payload;
    // A line that is skipped, and why.
    std::function<void(std::uint64_t line, std::string_view why)> skipped;
  };

  explicit SseFraming(Callbacks callbacks) : callbacks_(std::move(callbacks)) {}

  void feed(std::string_view bytes);
  void finish();

  std::uint64_t lines() const noexcept { return lines_; }
  bool saw_text() const noexcept { return saw_text_; }  // anything but empty lines and a BOM

 private:
  void hold(std::string_view bytes);
  void end_line();
  void line(std::string_view text);
  void field(std::string_view name, std::string_view value);
  void data(std::string_view value);
  void whole(std::string_view text);
  void dispatch();

  Callbacks callbacks_;
  std::string line_;  // the bytes of an unfinished line
  std::string data_, event_name_;
  std::uint64_t lines_ = 0, data_line_ = 0;
  ObjectEnd object_;
  bool has_data_ = false, data_too_long_ = false, line_too_long_ = false;
  bool after_cr_ = false, saw_text_ = false;
};

}  // namespace reel::provider
