#include "support/provider_collect.hpp"

#include <algorithm>

#include "support/catch.hpp"

namespace reel::test {
namespace {

std::string describe_body(const EventBody& body) {
  if (const auto* start = std::get_if<Start>(&body)) return "START " + start->options;
  if (const auto* token = std::get_if<Token>(&body))
    return "TOKEN " + std::to_string(token->index) + ' ' + token->channel + ' ' +
           (token->call ? std::to_string(*token->call) : "-") + ' ' + token->value;
  if (const auto* complete = std::get_if<Complete>(&body))
    return "COMPLETE " + std::to_string(complete->token_count) + ' ' + complete->content;
  if (const auto* error = std::get_if<ErrorEvent>(&body)) return "ERROR " + error->error;
  if (const auto* opaque = std::get_if<Opaque>(&body)) return "OPAQUE " + opaque->type_name;
  return "?";
}

}  // namespace

Strings Collected::tools(std::uint32_t choice) const {
  Strings out;
  for (const auto& [number, event] : events) {
    const auto* token = std::get_if<Token>(&event.body);
    if (token == nullptr || number != choice || !token->call) continue;
    out.push_back(std::to_string(*token->call) + '|' + token->value + '|' + event.extra);
  }
  return out;
}

std::string Collected::options(std::uint32_t choice) const {
  const Event* event = last<Start>(choice);
  return event == nullptr ? "none" : std::get<Start>(event->body).options;
}

const Complete& Collected::complete(std::uint32_t choice) const {
  const Event* event = last<Complete>(choice);
  REQUIRE(event != nullptr);
  return std::get<Complete>(event->body);
}

Strings Collected::notes() const {
  Strings out;
  for (const auto& entry : events) {
    if (std::holds_alternative<Opaque>(entry.second.body)) out.push_back(entry.second.extra);
  }
  return out;
}

std::string Collected::describe() const {
  std::string out;
  for (const auto& [choice, event] : events)
    out += '#' + std::to_string(choice) + ' ' + std::to_string(event.ts_ms) + ' ' +
           describe_body(event.body) + " {" + event.extra + "}\n";
  out += status.to_string() + '\n';
  for (const std::string& warning : warnings) out += warning + '\n';
  return out;
}

std::string sse(const Strings& payloads) {
  std::string out;
  for (const std::string& payload : payloads) out += "data: " + payload + "\n\n";
  return out;
}

Collected collect(std::string_view bytes, std::size_t piece, provider::CaptureOptions options) {
  Collected result;
  provider::Capture capture(
      [&result](std::uint32_t choice, const Event& event) {
        result.events.emplace_back(choice, event);
        return Status();
      },
      std::move(options));
  if (piece == 0) piece = std::max<std::size_t>(bytes.size(), 1);
  const auto keep_warnings = [&] {
    for (const std::string& warning : capture.warnings()) result.warnings.push_back(warning);
  };
  for (std::size_t at = 0; at < bytes.size() && result.status.ok(); at += piece) {
    result.status = capture.feed(bytes.substr(at, piece));
    keep_warnings();
  }
  if (result.status.ok()) {
    result.status = capture.finish();
    keep_warnings();
  }
  result.dialect = capture.dialect();
  result.response_id = capture.response_id();
  result.lines = capture.lines();
  result.counted = capture.events();
  return result;
}

}  // namespace reel::test
