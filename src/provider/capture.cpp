// Capture: bytes -> (base64) -> framing -> JSON -> dialect -> emitter -> the caller's sink.
#include <algorithm>

#include "provider/base64_body.hpp"
#include "provider/dialect.hpp"
#include "provider/emitter.hpp"
#include "provider/json_tree.hpp"
#include "provider/sse_framing.hpp"
#include "reel/provider.hpp"

namespace reel::provider {
namespace {

// So many lines that make no sense, before one that does, and the input is taken for no stream.
constexpr std::size_t kUnreadableLinesMax = 8;

constexpr std::string_view kExpected =
    "expected a provider's stream: server-sent events (`data: {...}`) or one JSON object a line";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// What a payload says has failed; an empty Value when nothing did.
Value error_of(Value payload, std::string_view event_name) {
  const Value error = payload["error"];
  if (!error.is_empty() && (error.is_object() || error.is_string())) return error;
  const bool is_error = payload["type"].text() == "error" || event_name == "error" ||
                        payload["event_type"].text() == "error";
  return is_error ? payload : Value();
}

// Not understood: what is this object, as far as one can tell?
std::string_view name_stranger(Value payload) {
  const bool is_answer = payload["choices"].front()["message"].is_object() ||
                         payload["object"].text() == "response" ||
                         (payload["type"].text() == "message" && payload["content"].is_array());
  return is_answer ? "a whole answer in one JSON object, not a stream"
                   : "a JSON object of no known provider's stream";
}

bool is_reels_own(Value line) {
  return line["stream_id"] || (line["type"].is_string() && line["ts"]) ||
         (line["event"].is_object() && line["seq"]);
}

}  // namespace

struct Capture::Parts {
  Parts(Sink sink, CaptureOptions options)
      : emitter(std::move(sink), std::move(options.clock)),
        framing({[this](const Payload& payload) { read(payload); },
                 [this](std::uint64_t line, std::string_view why) { unreadable(line, why); }}) {}

  // --- unwrapping ----------------------------------------------------------------------------
  void feed(std::string_view bytes) {
    if (wrapping == Base64Body::Sniff::unknown) {
      beginning += bytes;
      wrapping = Base64Body::sniff(beginning);
      if (wrapping == Base64Body::Sniff::unknown) return;
      const std::string held = std::move(beginning);
      return unwrap(held);
    }
    unwrap(bytes);
  }

  void unwrap(std::string_view bytes) {
    if (wrapping == Base64Body::Sniff::plain) return framing.feed(bytes);
    decoded.clear();
    const bool clean = base64.decode(bytes, decoded);
    framing.feed(decoded);
    if (!clean) refuse(framing.lines() + 1, "the base64 of this body is broken here");
  }

  void finish() {
    if (!beginning.empty()) framing.feed(std::string(std::move(beginning)));
    framing.finish();
    if (!failure.ok()) return;
    if (dialect_name.empty()) return refuse_stranger();
    emitter.complete(true);
    emitter.settle(true);
  }

  // --- reading -------------------------------------------------------------------------------
  bool stopped() const { return !failure.ok() || !emitter.status().ok(); }

  void read(const Payload& payload) {
    if (stopped()) return;
    const std::string_view text = trim(payload.data);
    if (text == "[DONE]") {
      if (!dialect_name.empty()) emitter.complete(false);
    } else if (!read_plain_text(payload) && !text.empty()) {
      read_json(payload, text);
    }
    if (!dialect_name.empty()) emitter.settle(false);
  }

  void read_json(const Payload& payload, std::string_view text) {
    const std::string problem = tree.parse(text);
    if (problem.empty()) return read_object(payload.line, payload.event_name);
    if (text.find('\n') == std::string_view::npos)
      return unreadable(payload.line, "broken JSON: " + problem);
    // Several `data:` lines that are no JSON together: one object a line.
    std::uint64_t line = payload.line;
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      read(Payload{line++, text.substr(0, end), payload.event_name});
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void read_object(std::uint64_t line, std::string_view event_name) {
    const Value object = tree.root();
    const Value error = error_of(object, event_name);
    if (!dialect) {
      if (const DialectEntry* entry = is_reels_own(object) ? nullptr : recognise(object)) {
        dialect = entry->make();
        set_dialect(entry->name);
      } else if (error && !is_reels_own(object)) {
        set_dialect("error");  // nothing but an error, so far
      } else {
        return unreadable(line, name_stranger(object));
      }
    }
    if (dialect) dialect->read(object, emitter);
    for (const std::string& why : emitter.take_complaints()) warn(line, why);
    if (error) emitter.error(error);
  }

  // Replicate: events `output` with text, not JSON; `done` at the end.
  bool read_plain_text(const Payload& payload) {
    constexpr std::string_view kReplicate = "replicate";
    const std::string_view name = payload.event_name;
    if (dialect_name.empty() && name == "output") set_dialect(kReplicate);
    if (dialect_name != kReplicate) return false;
    emitter.choice(0);
    if (name == "output" && !is_utf8(payload.data)) {
      unreadable(payload.line, "text that is not UTF-8");
    } else if (name == "output") {
      emitter.text(0, payload.data);
    } else if (const std::string problem = tree.parse(payload.data); !problem.empty()) {
      unreadable(payload.line, "broken JSON: " + problem);
    } else if (name == "error") {
      emitter.error(tree.root());
    } else if (name == "done") {
      end_of_output();
    } else {
      emitter.note(0, name.empty() ? "message" : name, tree.root());
    }
    return true;
  }

  void end_of_output() {
    const Value reason = tree.root()["reason"];  // "canceled", "error"
    emitter.finish(0, reason);
    if (reason.text() == "error") return emitter.error(reason);
    emitter.complete(false);
  }

  void set_dialect(std::string_view name) {
    dialect_name = name;
    emitter.set_dialect(name);
  }

  // --- what cannot be read -------------------------------------------------------------------
  void unreadable(std::uint64_t line, std::string_view why) {
    if (stopped()) return;
    if (dialect_name.empty() && unreadable_lines++ == 0) first_unreadable = at_line(line, why);
    if (dialect_name.empty() && unreadable_lines >= kUnreadableLinesMax) return refuse_stranger();
    warn(line, why);
  }

  void warn(std::uint64_t line, std::string_view why) {
    warnings.push_back(at_line(line, why) + "; skipped");
  }

  static std::string at_line(std::uint64_t line, std::string_view why) {
    return "line " + std::to_string(line) + ": " + std::string(why);
  }

  void refuse(std::uint64_t line, std::string_view why) {
    Error error;
    error.code = ErrorCode::invalid_argument;
    error.message = at_line(line, why);
    if (failure.ok()) failure = error;
  }

  void refuse_stranger() {
    if (unreadable_lines == 0) {
      return refuse(framing.lines() + (framing.saw_text() ? 0 : 1),
                    std::string(framing.saw_text() ? "the input ends without a payload; "
                                                   : "the input is empty; ") +
                        std::string(kExpected));
    }
    Error error;
    error.code = ErrorCode::invalid_argument;
    error.message = first_unreadable + "; " + std::string(kExpected);
    failure = error;
  }

  Status status() const { return failure.ok() ? emitter.status() : failure; }

  Emitter emitter;
  SseFraming framing;
  Tree tree;
  Base64Body base64;
  Base64Body::Sniff wrapping = Base64Body::Sniff::unknown;
  std::string beginning, decoded;
  std::unique_ptr<Dialect> dialect;
  std::string_view dialect_name;
  std::size_t unreadable_lines = 0;
  std::string first_unreadable;
  std::vector<std::string> warnings;  // of the call in hand
  Status failure;
};

Capture::Capture(Sink sink, CaptureOptions options)
    : parts_(std::make_unique<Parts>(std::move(sink), std::move(options))) {}
Capture::~Capture() = default;
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;

Status Capture::feed(std::string_view bytes) {
  parts_->warnings.clear();
  if (!parts_->stopped()) parts_->feed(bytes);
  return parts_->status();
}

Status Capture::finish() {
  parts_->warnings.clear();
  if (!parts_->stopped()) parts_->finish();
  return parts_->status();
}

std::uint64_t Capture::lines() const noexcept { return parts_->framing.lines(); }
std::uint64_t Capture::events() const noexcept { return parts_->emitter.events(); }
std::string_view Capture::dialect() const noexcept { return parts_->dialect_name; }
std::string_view Capture::response_id() const noexcept { return parts_->emitter.response_id(); }
const std::vector<std::string>& Capture::warnings() const noexcept { return parts_->warnings; }

}  // namespace reel::provider
