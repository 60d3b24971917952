// How a check says what it expects. The first expectation that does not hold ends the check: its
// words are the check's answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reel/store_conformance.hpp"

namespace reel::conformance {

using Checks = std::vector<Check>;
using Store = std::shared_ptr<EventStore>;
using Seqs = std::vector<std::uint64_t>;
using Strings = std::vector<std::string>;

// Thrown within a check, caught by the one who runs it; never seen outside.
struct Wrong {
  std::string words;
};

std::string as_words(std::uint64_t value);
std::string as_words(std::int64_t value);
std::string as_words(double value);
std::string as_words(bool value);
std::string as_words(const std::string& text);
std::string as_words(const std::optional<std::string>& text);
std::string as_words(const Seqs& seqs);
std::string as_words(const Strings& strings);

void expect(bool holds, std::string words);
template <class T>
void expect_equal(const T& found, const T& expected, std::string_view what) {
  if (!(found == expected)) {
    throw Wrong{std::string(what) + " is " + as_words(found) + ", not " + as_words(expected)};
  }
}
// The value, if the store answered one.
template <class T>
T got(Result<T> answer, std::string_view what) {
  if (!answer) throw Wrong{std::string(what) + " failed: " + answer.error().to_string()};
  return *std::move(answer);
}
template <class T>
T present(Result<std::optional<T>> answer, std::string_view what) {
  auto value = got(std::move(answer), what);
  if (!value) throw Wrong{std::string(what) + " found nothing"};
  return *std::move(value);
}
void done(const Status& status, std::string_view what);
void expect_refused(const Status& status, ErrorCode code, std::string_view what);

Event event_at(double ts_ms, EventBody body);
Event token(std::int64_t index);  // stamped 1000 + index; its text is "t<index> "
std::uint64_t add(EventStore& store, std::string_view id, const Event& event);
void add_tokens(EventStore& store, std::string_view id, std::int64_t count);

Seqs seqs_of(const std::vector<Envelope>& events);
Seqs read_seqs(EventStore& store, std::string_view id, SeqRange range = {});
Seqs up_to(std::uint64_t count);  // 0, 1, ... count - 1

// Appends these events and expects them back by value, from get_events and from read.
void expect_round_trip(EventStore& store, std::string_view id, const std::vector<Event>& events);

// A check by name. What it throws becomes its answer.
Check check(std::string name, void (*run)(const MakeStore& make));
// The same, of a store that keeps snapshots.
Check snapshot_check(std::string name, void (*run)(EventStoreWithSnapshots& store));

// The checks of each file, in the order of the suite.
void add_append_checks(Checks& checks);
void add_event_checks(Checks& checks);
void add_stream_checks(Checks& checks);
void add_read_checks(Checks& checks);
void add_state_checks(Checks& checks);
void add_load_checks(Checks& checks);
void add_snapshot_checks(Checks& checks);

}  // namespace reel::conformance
