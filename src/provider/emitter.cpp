#include "provider/emitter.hpp"

#include <algorithm>
#include <cmath>

#include "reel/json.hpp"

namespace reel::provider {

namespace {

// `name` with its quotes. A value that is absent has no JSON text: then there is no member either.
void append_named(std::string& members, std::string_view name, std::string_view json) {
  if (json.empty()) return;
  if (!members.empty()) members += ',';
  members += name;
  members += ':';
  members += json;
}

void append_member(std::string& members, std::string_view name, std::string_view json) {
  append_named(members, '"' + std::string(name) + '"', json);
}

// Up to the year 9999. What is beyond is a damaged number, not a time.
bool is_time(double unix_ms) {
  constexpr double kYear10000Ms = 253402300800000.0;
  return unix_ms > 0 && unix_ms < kYear10000Ms;
}

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

}  // namespace

std::string tool_members(Value id, Value name, Value type) {
  std::string members;
  if (!id.is_empty()) append_member(members, "id", id.json());
  if (!name.is_empty()) append_member(members, "name", name.json());
  if (!type.is_empty()) append_member(members, "type", type.json());
  return members;
}

Emitter::Emitter(Sink sink, std::function<double()> clock)
    : sink_(std::move(sink)), clock_(std::move(clock)) {}

void Emitter::id(Value value) {
  if (response_id_.empty()) response_id_ = value.text();
  describe("id", value);
}

void Emitter::describe(std::string_view name, Value value) {
  if (value.is_empty()) return;
  for (const auto& known : described_) {
    if (known.first == name) return;
  }
  described_.emplace_back(name, value.json());
}

void Emitter::created(double unix_ms) {
  if (created_ms_ == 0 && is_time(unix_ms)) created_ms_ = unix_ms;
}

void Emitter::happened(double unix_ms) {
  if (is_time(unix_ms)) stamp_ms_ = unix_ms;
}

void Emitter::created_seconds(Value seconds) {
  constexpr double kMillisecondsPerSecond = 1000;
  created(seconds.number().value_or(0) * kMillisecondsPerSecond);
}

void Emitter::restart() {
  described_.clear();
  usage_.clear();
  created_ms_ = 0;
  failed_ = false;
  for (auto& [number, choice] : choices_) {
    choice.started = choice.ended = false;
    choice.finish_reason.clear();
    choice.finish_members.clear();
  }
}

void Emitter::usage(Value value) {
  if (!value.is_empty()) usage_ = value.json();
}

std::optional<std::uint32_t> Emitter::choice_of(Value index) {
  if (index.kind() != Kind::number) {
    choice(0);
    return 0;
  }
  const double number = index.number().value_or(-1);
  const bool whole = number >= 0 && number == std::floor(number);
  if (whole && number < kChoicesMax) {
    choice(static_cast<std::uint32_t>(number));
    return static_cast<std::uint32_t>(number);
  }
  complaints_.push_back("choice " + index.json() +
                        (whole ? " is beyond the " + std::to_string(kChoicesMax) + " that are kept"
                               : " is no index"));
  return std::nullopt;
}

bool Emitter::choice(std::uint32_t choice) {
  if (choice >= kChoicesMax) return false;
  choices_.try_emplace(choice);
  return true;
}

double Emitter::now() const {
  if (clock_) return clock_();
  return stamp_ms_ > 0 ? stamp_ms_ : created_ms_;
}

std::string Emitter::options() const {
  std::string members;
  append_member(members, "provider", '"' + std::string(dialect_) + '"');
  for (const auto& [name, json] : described_) append_member(members, name, json);
  return '{' + members + '}';
}

void Emitter::give(std::uint32_t number, EventBody body, std::string extra) {
  if (!status_.ok()) return;
  Event event;
  event.ts_ms = now();
  event.body = std::move(body);
  event.extra = std::move(extra);
  status_ = sink_(number, event);
  if (status_.ok()) ++events_;
}

void Emitter::start(std::uint32_t number, Choice& choice) {
  if (choice.started) return;
  choice.started = true;
  give(number, Start{options()}, {});
  for (Event& note : choice.waiting) give(number, std::move(note.body), std::move(note.extra));
  choice.waiting.clear();
}

void Emitter::token(std::uint32_t number, std::string_view channel, std::string_view value,
                    std::string extra) {
  if (value.empty() || !choice(number)) return;
  Choice& choice = choices_[number];
  start(number, choice);
  const bool is_text = channel == channel::kText;
  if (is_text) choice.content += value;
  const std::int64_t index = is_text ? choice.text_count++ : choice.counts[std::string(channel)]++;
  give(number, Token{std::string(value), index, std::string(channel), {}}, std::move(extra));
}

void Emitter::tool(std::uint32_t number, std::int64_t call, std::string_view value,
                   std::string tool) {
  if ((value.empty() && tool.empty()) || !choice(number)) return;
  Choice& choice = choices_[number];
  start(number, choice);
  std::string extra;
  if (!tool.empty()) append_member(extra, "tool", '{' + tool + '}');
  const std::int64_t index = choice.counts[std::string(channel::kToolCall)]++;
  give(number, Token{std::string(value), index, std::string(channel::kToolCall), call},
       std::move(extra));
}

void Emitter::give_note(std::uint32_t number, std::string extra) {
  Choice& choice = choices_[number];
  if (choice.started) return give(number, Opaque{"PROVIDER"}, std::move(extra));
  Event note;
  note.body = Opaque{"PROVIDER"};
  note.extra = std::move(extra);
  choice.waiting.push_back(std::move(note));
}

void Emitter::note(std::uint32_t number, std::string_view name, Value value) {
  if (!choice(number)) return;
  std::string extra;
  append_member(extra, "name", quoted(name));
  append_member(extra, "data", value.json());
  give_note(number, std::move(extra));
}

void Emitter::leftovers(std::uint32_t number, std::string_view name, Value object,
                        std::initializer_list<std::string_view> known) {
  std::string members;
  for (const Value member : object) {
    const bool is_known = std::find(known.begin(), known.end(), member.key()) != known.end();
    if (is_known || member.is_empty()) continue;
    append_named(members, member.name(), member.json());
  }
  if (members.empty() || !choice(number)) return;
  std::string& noted = choices_[number].noted[std::string(name)];
  if (noted == members) return;
  noted = members;
  std::string extra;
  append_member(extra, "name", quoted(name));
  append_member(extra, "data", '{' + members + '}');
  give_note(number, std::move(extra));
}

void Emitter::finish(std::uint32_t number, Value reason) {
  if (reason.is_empty() || !choice(number)) return;
  Choice& choice = choices_[number];
  if (choice.finish_reason.empty()) choice.finish_reason = reason.json();
}

void Emitter::finish_member(std::uint32_t number, std::string_view name, Value value) {
  if (!value.is_empty() && choice(number))
    choices_[number].finish_members.insert_or_assign(std::string(name), value.json());
}

// finish_reason, usage and what else belongs to the end of a choice. Usage counts all choices
// together and is told once, with the stream itself.
std::string Emitter::end_members(std::uint32_t number, const Choice& choice) const {
  std::string members;
  if (!choice.finish_reason.empty()) append_member(members, "finish_reason", choice.finish_reason);
  if (number == 0 && !usage_.empty()) append_member(members, "usage", usage_);
  for (const auto& [name, json] : choice.finish_members) append_member(members, name, json);
  return members;
}

void Emitter::complete(bool finished_only) {
  if (failed_) return;
  for (auto& [number, choice] : choices_) {
    if (choice.ended || (finished_only && choice.finish_reason.empty())) continue;
    start(number, choice);
    choice.ended = true;
    give(number, Complete{choice.content, choice.text_count}, end_members(number, choice));
  }
}

void Emitter::error(Value error) {
  if (failed_) return note(0, "error", error);
  failed_ = true;
  const Value type = error["type"].is_string() ? error["type"] : error["status"];
  const Value message = error.is_string() ? error : error["message"];
  std::string text;
  append_member(text, "name", type.is_string() ? type.json() : "\"ProviderError\"");
  append_member(text, "message", message.is_string() ? message.json() : "\"\"");
  if (!error["code"].is_empty()) append_member(text, "code", error["code"].json());
  if (error) append_member(text, "metadata", "{\"error\":" + error.json() + '}');
  choice(0);
  for (auto& [number, choice] : choices_) {
    if (choice.ended && number != 0) continue;
    start(number, choice);
    choice.ended = true;
    give(number, ErrorEvent{'{' + text + '}', {}, {}, {}}, end_members(number, choice));
  }
}

void Emitter::settle(bool last) {
  if (described_.empty() && !last) return;
  choice(0);
  for (auto& [number, choice] : choices_) start(number, choice);
}

}  // namespace reel::provider
