#include "reel/compare.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "json/python_repr.hpp"
#include "json/same_json.hpp"

namespace reel {
namespace {

constexpr std::size_t kContentCharactersMax = 50;

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += base::utf8_step(text.substr(end)).bytes;
  return text.substr(0, end);
}

// Each value as L0 writes it.
std::string cut(const std::string& text) {
  return "'" + std::string(first_characters(text, kContentCharactersMax)) + "...'";
}
std::string plain(const std::string& text) { return "'" + text + "'"; }
std::string integer(std::int64_t value) { return std::to_string(value); }
std::string boolean(bool value) { return value ? "True" : "False"; }
std::string stamp(double ts_ms) {
  std::string text;
  json::append_python_float(text, ts_ms);
  return text;
}

std::string violations(const std::vector<std::string>& list) {
  std::string text = "[";
  for (const std::string& violation : list) {
    if (text.size() > 1) text += ", ";
    json::append_python_json(text, violation);
  }
  return text + "]";
}

std::string error(const std::optional<SerializedError>& error) {
  if (!error) return "None";
  std::string text = "SerializedError(name=";
  const auto string_or_none = [&](const std::optional<std::string>& value) {
    value ? json::append_python_string(text, *value) : void(text += "None");
  };
  json::append_python_string(text, error->name);
  text += ", message=";
  json::append_python_string(text, error->message);
  text += ", code=";
  string_or_none(error->code);
  text += ", stack=";
  string_or_none(error->stack);
  text += ", metadata=";
  json::append_python_json(text, error->metadata.value_or("null"));
  return text + ")";
}
std::string name_and_message(const std::optional<SerializedError>& error) {
  return error->name + "('" + error->message + "')";
}

bool same_violations(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), json::same_json);
}

struct Differences {
  Comparison found;

  template <class T, class Write>
  void check(bool same, const char* field, const T& a, const T& b, Write write) {
    if (same) return;
    found.identical = false;
    found.fields.emplace_back(field);
    found.differences.push_back(std::string(field) + ": " + write(a) + " vs " + write(b));
  }
  template <class T, class Write>
  void check(const char* field, const T& a, const T& b, Write write) {
    check(a == b, field, a, b, write);
  }
  void check_error(const std::optional<SerializedError>& a,
                   const std::optional<SerializedError>& b) {
    if (a && b) {
      check(a->name == b->name && a->message == b->message, "error", a, b, name_and_message);
    } else {
      check(!a && !b, "error", a, b, error);
    }
  }
};

// The text tokens of a stream, one by one.
class Tokens {
 public:
  explicit Tokens(EventCursor& cursor) : cursor_(cursor) {}

  // The next one, until the call after; nullptr at the end.
  const EnvelopeView* next() {
    while (cursor_.next()) {
      if (cursor_.view().event.is_text_token()) return &cursor_.view();
    }
    return nullptr;
  }

 private:
  EventCursor& cursor_;
};

std::uint64_t common_front(std::string_view a, std::string_view b) {
  const auto differs = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  return static_cast<std::uint64_t>(differs - a.begin());
}

std::optional<Divergence> diverge(Tokens a, Tokens b) {
  Divergence found;
  for (;; ++found.token) {
    const EnvelopeView* const x = a.next();
    const EnvelopeView* const y = b.next();
    if (x == nullptr && y == nullptr) return std::nullopt;
    if (x != nullptr && y != nullptr) {
      found.content_offset += common_front(x->event.text, y->event.text);
      if (x->event.text == y->event.text) continue;
    }
    const auto note = [](const EnvelopeView* view, auto& seq, auto& text) {
      if (view == nullptr) return;
      seq = view->seq;
      text = std::string(view->event.text);
    };
    note(x, found.seq_a, found.a);
    note(y, found.seq_b, found.b);
    return found;
  }
}

}  // namespace

Comparison compare(const State& a, const State& b, CompareOptions options) {
  Differences d;
  d.check("content", a.content, b.content, cut);
  d.check("token_count", a.token_count, b.token_count, integer);
  d.check("checkpoint", a.checkpoint, b.checkpoint, plain);
  d.check("completed", a.completed, b.completed, boolean);
  d.check("drift_detected", a.drift_detected, b.drift_detected, boolean);
  d.check("retry_attempts", a.retry_attempts, b.retry_attempts, integer);
  d.check("network_retry_count", a.network_retry_count, b.network_retry_count, integer);
  d.check("fallback_index", a.fallback_index, b.fallback_index, integer);
  d.check(same_violations(a.violations, b.violations), "violations", a.violations, b.violations,
          violations);
  d.check_error(a.error, b.error);
  if (options.timestamps) {
    d.check("start_ts", a.start_ts, b.start_ts, stamp);
    d.check("end_ts", a.end_ts, b.end_ts, stamp);
  }
  return std::move(d.found);
}

Result<std::optional<Divergence>> first_divergence(EventStore& store, std::string_view stream_a,
                                                   std::string_view stream_b) {
  auto a = store.read(stream_a);
  if (!a) return a.status();
  auto b = store.read(stream_b);
  if (!b) return b.status();
  return first_divergence(**a, **b);
}

Result<std::optional<Divergence>> first_divergence(EventCursor& a, EventCursor& b) {
  auto found = diverge(Tokens(a), Tokens(b));
  if (!a.status()) return a.status();
  if (!b.status()) return b.status();
  return found;
}

}  // namespace reel
