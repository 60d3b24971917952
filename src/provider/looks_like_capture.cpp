// The guess behind `--format auto`.
#include <algorithm>
#include <array>

#include "provider/base64_body.hpp"
#include "provider/dialect.hpp"
#include "reel/provider.hpp"

namespace reel::provider {
namespace {

constexpr std::size_t kLinesLookedAt = 8;

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  const auto first = line.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : line.substr(first);
}

bool is_sse(std::string_view line) {
  constexpr std::array<std::string_view, 6> kBeginnings = {
      "data:", "event:", "id:", "retry:", ":", "[DONE]"};
  for (const std::string_view beginning : kBeginnings) {
    if (line.substr(0, beginning.size()) == beginning) return true;
  }
  return false;
}

bool is_reels_own(Value line) { return line["stream_id"] || line["ts"] || line["event"]; }

// A line that is cut off, or broken: is there a word in it that only a provider would write?
bool mentions_a_provider(std::string_view line) {
  for (const std::string_view own : {"\"stream_id\"", "\"ts\""}) {
    if (line.find(own) != std::string_view::npos) return false;
  }
  for (const std::string_view word :
       {"\"choices\"", "\"candidates\"", "\"response.", "\"message_start\"", "\"content_block",
        "\"created_at\"", "\"event_type\"", "\"message-start\"", "\"serverContent\"",
        "\"transcript.text.", "\"session."}) {
    if (line.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

bool looks_like_capture(std::string_view beginning) {
  if (Base64Body::sniff(beginning) == Base64Body::Sniff::base64) return true;
  if (beginning.substr(0, 3) == "\xEF\xBB\xBF") beginning.remove_prefix(3);
  Tree tree;
  for (std::size_t seen = 0; seen < kLinesLookedAt && !beginning.empty();) {
    const std::string_view line = take_line(beginning);
    if (line.empty()) continue;
    ++seen;
    if (is_sse(line)) return true;
    if (line.front() != '{') return false;
    if (tree.parse(line).empty()) {
      if (is_reels_own(tree.root())) return false;
      if (recognise(tree.root()) != nullptr || !tree.root()["error"].is_empty()) return true;
    } else if (mentions_a_provider(line)) {
      return true;
    }
  }
  return false;
}

}  // namespace reel::provider
