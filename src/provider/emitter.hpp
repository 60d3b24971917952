// What every dialect speaks to: makes reel's events of what a provider says, in the order of the
// contract (START first, indexes per channel, COMPLETE once usage is known), for every choice.
//
// Dialects only report what they read; all rules about events live here. Sequential; the first
// failure of the sink stops everything and is kept in status().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provider/json_tree.hpp"
#include "reel/provider.hpp"

namespace reel::provider {

// More choices than any server gives; a higher index is taken for damage.
inline constexpr std::uint32_t kChoicesMax = 1024;

namespace channel {
inline constexpr std::string_view kText = "";
inline constexpr std::string_view kReasoning = "reasoning";
inline constexpr std::string_view kToolCall = "tool_call";
inline constexpr std::string_view kRefusal = "refusal";
inline constexpr std::string_view kInputTranscript = "input_transcript";
}  // namespace channel

class Emitter {
 public:
  Emitter(Sink sink, std::function<double()> clock);

  // --- the response as a whole ---------------------------------------------------------------
  void set_dialect(std::string_view name) { dialect_ = name; }
  // Members of START's options, as written. The first value that is not empty stands.
  void model(Value value) { describe("model", value); }
  void id(Value value);
  void describe(std::string_view name, Value value);
  // When the response was made; stands for all events. The first that is a time wins: above 0, and
  // before the year 10000.
  void created(double unix_ms);
  void created_seconds(Value seconds);
  // When the next events happened, for servers that stamp every delta.
  void happened(double unix_ms);
  // Another response begins (a server that starts anew, several responses in one recording): its
  // first event is another START. Counts and content go on; what was said about the first is over.
  void restart();
  void usage(Value value);  // the last one stands
  void usage_json(std::string json) { usage_ = std::move(json); }

  // --- a choice ------------------------------------------------------------------------------
  // The choice that a provider's `index` names, 0 where it says nothing. Nullopt, and a complaint,
  // for a number that no choice has: the caller skips its content.
  std::optional<std::uint32_t> choice_of(Value index);
  // What of the payload in hand could not be kept, as sentences, since the last call.
  std::vector<std::string> take_complaints() { return std::exchange(complaints_, {}); }
  // False, with nothing done, for an index no choice has: the caller may skip its content.
  bool choice(std::uint32_t choice);
  // Nothing for an empty value. `extra`: more members of the event, `"name":json,...`.
  void token(std::uint32_t choice, std::string_view channel, std::string_view value,
             std::string extra = {});
  void text(std::uint32_t choice, std::string_view value) { token(choice, channel::kText, value); }
  // A piece of the arguments of tool call `call`. With `tool` (the call's own members, see
  // tool_members) it is the beginning of the call and makes an event even when `value` is empty.
  void tool(std::uint32_t choice, std::int64_t call, std::string_view value, std::string tool = {});
  // Anything else a provider says: an event of type PROVIDER with the JSON as it came, or with its
  // name alone where the value is absent.
  void note(std::uint32_t choice, std::string_view name, Value value);
  // The non-empty members of `object` whose names are not in `known`, as one note. The same members
  // with the same values are not repeated.
  void leftovers(std::uint32_t choice, std::string_view name, Value object,
                 std::initializer_list<std::string_view> known);

  // --- ends ----------------------------------------------------------------------------------
  // The provider gave a reason: the choice is finished, and COMPLETE follows once no more can be
  // said about it. The first reason stands.
  void finish(std::uint32_t choice, Value reason);
  void finish_member(std::uint32_t choice, std::string_view name, Value value);
  // COMPLETE for every choice begun (`finished_only`: that has a reason) and not ended by an error.
  void complete(bool finished_only);
  // ERROR for the stream itself and every other choice that is not complete. A string, or an object
  // with any of type, status, message, code; absent where a provider says no more than that it
  // failed. Said again (many do, in their last event), it is a note.
  void error(Value error);
  bool failed() const noexcept { return failed_; }

  // Gives out what waits for the model's name: call it after every payload, and at the end with
  // `last`.
  void settle(bool last);

  const Status& status() const noexcept { return status_; }
  std::uint64_t events() const noexcept { return events_; }
  const std::string& response_id() const noexcept { return response_id_; }

 private:
  struct Choice {
    bool started = false, ended = false;
    std::string finish_reason;  // JSON text
    std::map<std::string, std::string, std::less<>> finish_members;
    std::string content;
    std::int64_t text_count = 0;
    std::map<std::string, std::int64_t, std::less<>> counts;  // tokens per other channel
    std::map<std::string, std::string, std::less<>> noted;    // the last leftovers of each name
    std::vector<Event> waiting;                               // notes from before START
  };

  void start(std::uint32_t number, Choice& choice);
  std::string end_members(std::uint32_t number, const Choice& choice) const;
  void give(std::uint32_t number, EventBody body, std::string extra);
  void give_note(std::uint32_t number, std::string extra);
  std::string options() const;
  double now() const;

  Sink sink_;
  std::function<double()> clock_;
  std::string_view dialect_;
  std::string response_id_, usage_;
  std::vector<std::pair<std::string, std::string>> described_;
  std::map<std::uint32_t, Choice> choices_;
  double created_ms_ = 0, stamp_ms_ = 0;
  bool failed_ = false;
  std::vector<std::string> complaints_;
  std::uint64_t events_ = 0;
  Status status_;
};

// The members that introduce a tool call, of those known: {"id":..,"name":..,"type":..}.
std::string tool_members(Value id, Value name, Value type = {});
// "2024-05-24T20:57:43.314639Z" as Unix milliseconds; nullopt for anything else.
std::optional<double> parse_time(std::string_view text);

}  // namespace reel::provider
