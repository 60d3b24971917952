// Providers' streams as events: what a model server sends (SSE or NDJSON), read as it comes.
//
// Understood, and told apart by content alone, never by file name: OpenAI chat and legacy
// completions (and the many that copy them), OpenAI responses, Anthropic messages, Gemini, Ollama,
// Cohere, and some more; as server-sent events, as `data:` lines or JSON lines without that frame,
// or either in base64. See docs/PROVIDERS.md for the mapping.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/status.hpp"

namespace reel::provider {

// One event of choice `choice` of the stream. Choice 0 is the stream itself, choice k > 0 is
// recorded as stream "<id>#k". A failure stops the Capture and comes back from feed() or finish().
using Sink = std::function<Status(std::uint32_t choice, const Event& event)>;

struct CaptureOptions {
  // ts of every event, Unix ms. Live recording gives the wall clock; absent: the response's own
  // times if it has any (Ollama's created_at per token, else `created` x 1000), else 0.
  std::function<double()> clock;
};

// Feed bytes as they arrive, split anywhere (inside a UTF-8 character or a CRLF too); finish() at
// the end of input. A stream that just stops yields no COMPLETE and no ERROR. An error that the
// provider sent becomes an ERROR event. Bytes that are no provider's stream at all: an Error from
// feed() or finish() that says what was expected, with the line number; what came before stays
// recorded. A bad line inside a stream, or a choice that is not kept (1024 are), is reported
// through `warnings` and skipped. Holds one payload (at most 64 MiB) and the text of every choice.
// Not thread-safe.
class Capture {
 public:
  Capture(Sink sink, CaptureOptions options = {});
  ~Capture();
  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;

  Status feed(std::string_view bytes);
  Status finish();

  std::uint64_t lines() const noexcept;           // physical lines seen so far
  std::uint64_t events() const noexcept;          // events given to the sink
  std::string_view dialect() const noexcept;      // "openai-chat", "anthropic", ...; "" if unknown
  std::string_view response_id() const noexcept;  // the provider's id of the response, if known
  // What the last feed() or finish() skipped, all of it, as "line 12: ...". The next call drops
  // them: look after each.
  const std::vector<std::string>& warnings() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Could the text be the beginning of a provider's stream (SSE fields, or a provider's JSON lines)?
// For `--format auto`: false for reel's own envelopes and events.
bool looks_like_capture(std::string_view beginning);

}  // namespace reel::provider
