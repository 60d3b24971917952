#include "conformance/suite.hpp"

#include <exception>

#include "event/frame.hpp"
#include "reel/json.hpp"

namespace reel::conformance {
namespace {

template <class Items, class Words>
std::string list(const Items& items, Words words) {
  constexpr std::size_t kShown = 12;
  std::string text = "[";
  for (std::size_t i = 0; i < items.size() && i < kShown; ++i) {
    text += (i == 0 ? "" : ", ") + words(items[i]);
  }
  if (items.size() > kShown) text += ", ... " + std::to_string(items.size()) + " in all";
  return text + "]";
}

std::string shortened(std::string text) {
  constexpr std::size_t kShown = 300;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

std::string json_of(const EventView& event) {
  std::string text;
  json::append_event(text, event);
  return shortened(std::move(text));
}

void expect_same(const EventView& found, const Event& expected, std::uint64_t seq,
                 std::string_view what) {
  std::string parts;
  const EventView view = event::view_of(expected, parts);
  if (same_event(found, view)) return;
  throw Wrong{std::string(what) + " gives " + json_of(found) + " at seq " + std::to_string(seq) +
              ", not " + json_of(view)};
}

std::string run_guarded(const std::function<void()>& run) {
  try {
    run();
    return {};
  } catch (const Wrong& wrong) {
    return wrong.words;
  } catch (const std::exception& exception) {
    return std::string("the store threw: ") + exception.what();
  } catch (...) {
    return "the store threw something that is no std::exception";
  }
}

}  // namespace

std::string as_words(std::uint64_t value) { return std::to_string(value); }
std::string as_words(std::int64_t value) { return std::to_string(value); }
std::string as_words(double value) {
  std::string text;
  json::append_number(text, value);
  return text;
}
std::string as_words(bool value) { return value ? "true" : "false"; }
std::string as_words(const std::string& text) { return '"' + shortened(text) + '"'; }
std::string as_words(const std::optional<std::string>& text) {
  return text ? as_words(*text) : "absent";
}
std::string as_words(const Seqs& seqs) {
  return list(seqs, [](std::uint64_t seq) { return std::to_string(seq); });
}
std::string as_words(const Strings& strings) {
  return list(strings, [](const std::string& text) { return as_words(text); });
}

void expect(bool holds, std::string words) {
  if (!holds) throw Wrong{std::move(words)};
}
void done(const Status& status, std::string_view what) {
  if (!status) throw Wrong{std::string(what) + " failed: " + status.to_string()};
}
void expect_refused(const Status& status, ErrorCode code, std::string_view what) {
  if (status.ok()) throw Wrong{std::string(what) + " was not refused"};
  if (status.error().code == code) return;
  throw Wrong{std::string(what) + " was refused as " + error_code_name(status.error().code) + " (" +
              status.to_string() + "), not as " + error_code_name(code)};
}

Event event_at(double ts_ms, EventBody body) {
  Event event;
  event.ts_ms = ts_ms;
  event.body = std::move(body);
  return event;
}
Event token(std::int64_t index) {
  return event_at(1000 + static_cast<double>(index),
                  Token{"t" + std::to_string(index) + " ", index});
}
std::uint64_t add(EventStore& store, std::string_view id, const Event& event) {
  return got(store.append(id, event), "append");
}
void add_tokens(EventStore& store, std::string_view id, std::int64_t count) {
  for (std::int64_t index = 0; index < count; ++index) add(store, id, token(index));
}

Seqs seqs_of(const std::vector<Envelope>& events) {
  Seqs seqs;
  for (const Envelope& envelope : events) seqs.push_back(envelope.seq);
  return seqs;
}
Seqs read_seqs(EventStore& store, std::string_view id, SeqRange range) {
  const auto cursor = got(store.read(id, range), "read");
  Seqs seqs;
  while (cursor->next()) seqs.push_back(cursor->view().seq);
  done(cursor->status(), "the cursor");
  expect(!cursor->next(), "a cursor goes on after its end");
  return seqs;
}
Seqs up_to(std::uint64_t count) {
  Seqs seqs;
  for (std::uint64_t seq = 0; seq < count; ++seq) seqs.push_back(seq);
  return seqs;
}

void expect_round_trip(EventStore& store, std::string_view id, const std::vector<Event>& events) {
  for (const Event& event : events) add(store, id, event);
  const auto all = got(store.get_events(id), "get_events");
  expect_equal(seqs_of(all), up_to(events.size()), "the seqs of get_events");
  const auto cursor = got(store.read(id), "read");
  std::string parts;
  for (std::uint64_t seq = 0; seq < events.size(); ++seq) {
    expect_same(event::view_of(all[seq].event, parts), events[seq], seq, "get_events");
    expect_equal(all[seq].stream_id, std::string(id), "the stream_id of get_events");
    expect(cursor->next(), "read ends before seq " + std::to_string(seq));
    expect_same(cursor->view().event, events[seq], seq, "read");
    expect_equal(cursor->view().seq, seq, "the seq of read");
    expect_equal(std::string(cursor->view().stream_id), std::string(id), "the stream_id of read");
  }
  expect(!cursor->next(), "read gives more events than were appended");
}

Check check(std::string name, void (*run)(const MakeStore& make)) {
  return {std::move(name), false,
          [run](const MakeStore& make) { return run_guarded([&] { run(make); }); }};
}

Check snapshot_check(std::string name, void (*run)(EventStoreWithSnapshots& store)) {
  return {std::move(name), true, [run](const MakeStore& make) {
            return run_guarded([&] {
              const Store store = make();
              if (EventStoreWithSnapshots* const keeper = store->snapshots()) run(*keeper);
            });
          }};
}

const std::vector<Check>& checks() {
  static const Checks kChecks = [] {
    Checks checks;
    add_append_checks(checks);
    add_event_checks(checks);
    add_stream_checks(checks);
    add_read_checks(checks);
    add_state_checks(checks);
    add_load_checks(checks);
    add_snapshot_checks(checks);
    return checks;
  }();
  return kChecks;
}

}  // namespace reel::conformance
