// Is the suite able to fail? Stores with one fault each, and the checks that must find it.
#include <algorithm>
#include <map>
#include <stdexcept>

#include "reel/store_conformance.hpp"
#include "reel/stores.hpp"
#include "support/catch.hpp"

namespace reel {
namespace {

enum class Fault {
  none,
  seqs_from_1,
  expected_seq_ignored,
  refusal_of_another_kind,
  channel_forgotten,
  extra_forgotten,
  ts_in_whole_microseconds,
  text_ends_at_nul,
  deletion_answers_true,
  seqs_go_on_after_deletion,
  sorted_list,
  prefix_as_a_pattern,
  unknown_stream_is_an_error,
  last_of_range_left_out,
  cursor_sees_later_appends,
  every_hundredth_event_lost,
  last_event_is_the_first,
  after_a_seq_includes_it,
  highest_snapshot_is_the_last,
  snapshots_outlive_their_stream,
  snapshot_makes_a_stream,
  throws,
};

// A memory store behind the functions that every store must have, and one fault.
class FaultyStore final : public EventStoreWithSnapshots {
 public:
  explicit FaultyStore(Fault fault) : fault_(fault) {}

  using EventStore::append;
  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected) override;
  Result<std::vector<Envelope>> get_events(std::string_view id) override;
  Result<bool> exists(std::string_view id) override {
    if (is(Fault::snapshot_makes_a_stream) && *inner_->get_snapshot(id)) return true;
    return inner_->exists(id);
  }
  Result<bool> delete_stream(std::string_view id) override;
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override;
  Result<std::unique_ptr<EventCursor>> read(std::string_view id, SeqRange range) override;
  Result<std::optional<Envelope>> get_last_event(std::string_view id) override;
  Result<std::vector<Envelope>> get_events_after(std::string_view id,
                                                 std::uint64_t after_seq) override {
    const bool includes = is(Fault::after_a_seq_includes_it) && after_seq > 0;
    return EventStore::get_events_after(id, includes ? after_seq - 1 : after_seq);
  }
  Status save_snapshot(const Snapshot& snapshot) override {
    return inner_->save_snapshot(snapshot);
  }
  Result<std::optional<Snapshot>> get_snapshot(std::string_view id) override {
    if (is(Fault::highest_snapshot_is_the_last)) return get_snapshot_before(id, UINT64_MAX);
    return inner_->get_snapshot(id);
  }
  Result<std::optional<Snapshot>> get_snapshot_before(std::string_view id,
                                                      std::uint64_t seq) override {
    return inner_->get_snapshot_before(id, seq);
  }

 private:
  bool is(Fault fault) const noexcept { return fault_ == fault; }
  Event spoiled(Event event) const;

  Fault fault_;
  std::shared_ptr<MemoryStore> inner_ = memory_store();
  std::map<std::string, std::uint64_t, std::less<>> deleted_;  // how many events were
  std::uint64_t appends_ = 0;
};

Event FaultyStore::spoiled(Event event) const {
  auto* const token = std::get_if<Token>(&event.body);
  if (is(Fault::channel_forgotten) && token != nullptr) token->channel.clear();
  if (is(Fault::extra_forgotten)) event.extra.clear();
  if (is(Fault::text_ends_at_nul) && token != nullptr) token->value = token->value.c_str();
  if (is(Fault::ts_in_whole_microseconds) && event.ts_ms < 1e15) {
    event.ts_ms = static_cast<double>(static_cast<std::int64_t>(event.ts_ms * 1000)) / 1000;
  }
  return event;
}

Result<std::uint64_t> FaultyStore::append(std::string_view id, const Event& event,
                                          std::optional<std::uint64_t> expected) {
  if (is(Fault::throws)) throw std::runtime_error("out of order");
  if (is(Fault::expected_seq_ignored)) expected.reset();
  if (is(Fault::every_hundredth_event_lost) && ++appends_ % 100 == 0) return appends_;
  auto seq = inner_->append(id, spoiled(event), expected);
  if (!seq) {
    if (!is(Fault::refusal_of_another_kind)) return seq;
    return Error{ErrorCode::io, 0, "", 0, "went wrong"};
  }
  if (is(Fault::seqs_from_1)) return *seq + 1;
  const auto deleted = deleted_.find(id);
  return deleted == deleted_.end() ? *seq : *seq + deleted->second;
}

Result<std::vector<Envelope>> FaultyStore::get_events(std::string_view id) {
  if (is(Fault::unknown_stream_is_an_error) && !*inner_->exists(id)) {
    return Error{ErrorCode::not_found, 0, "", 0, "no such stream"};
  }
  return inner_->get_events(id);
}

Result<bool> FaultyStore::delete_stream(std::string_view id) {
  if (is(Fault::seqs_go_on_after_deletion)) {
    deleted_[std::string(id)] += inner_->get_events(id)->size();
  }
  const auto snapshot = inner_->get_snapshot(id).value();
  const bool existed = inner_->delete_stream(id).value();
  if (is(Fault::snapshots_outlive_their_stream) && snapshot) {
    CHECK(inner_->save_snapshot(*snapshot).ok());
  }
  return existed || is(Fault::deletion_answers_true);
}

Result<std::vector<std::string>> FaultyStore::list_streams(std::string_view prefix) {
  if (!is(Fault::prefix_as_a_pattern)) {
    auto ids = inner_->list_streams(prefix);
    if (is(Fault::sorted_list)) std::sort(ids->begin(), ids->end());
    return ids;
  }
  std::vector<std::string> ids = inner_->list_streams().value();
  std::erase_if(ids, [&](const std::string& id) {  // as LIKE does it: `_` is any character
    if (id.size() < prefix.size()) return true;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
      if (prefix[i] != '_' && prefix[i] != id[i]) return true;
    }
    return false;
  });
  return ids;
}

// Asks the store at each step.
class LiveCursor final : public EventCursor {
 public:
  LiveCursor(std::shared_ptr<MemoryStore> store, std::string_view id, SeqRange range)
      : store_(std::move(store)), id_(id), range_(range) {}
  bool next() override {
    now_ = store_->read(id_, range_).value();
    for (std::uint64_t i = 0; i <= shown_; ++i) {
      if (!now_->next()) return false;
    }
    ++shown_;
    return true;
  }
  const EnvelopeView& view() const noexcept override { return now_->view(); }
  const Status& status() const noexcept override { return status_; }

 private:
  std::shared_ptr<MemoryStore> store_;
  std::string id_;
  SeqRange range_;
  std::uint64_t shown_ = 0;
  std::unique_ptr<EventCursor> now_;
  Status status_;
};

Result<std::unique_ptr<EventCursor>> FaultyStore::read(std::string_view id, SeqRange range) {
  if (is(Fault::last_of_range_left_out) && range.last != UINT64_MAX && range.last > 0) {
    --range.last;
  }
  // A long stream would take forever this way.
  if (is(Fault::cursor_sees_later_appends) && inner_->get_events(id)->size() < 1000) {
    return std::unique_ptr<EventCursor>(std::make_unique<LiveCursor>(inner_, id, range));
  }
  return EventStore::read(id, range);
}

Result<std::optional<Envelope>> FaultyStore::get_last_event(std::string_view id) {
  const auto events = get_events(id);
  if (!events) return events.status();
  if (events->empty()) return std::optional<Envelope>();
  return std::optional(is(Fault::last_event_is_the_first) ? events->front() : events->back());
}

// "name: what was wrong" of every check that a store with this fault does not pass. Checks from
// many threads are left out: these stores are made for one.
std::vector<std::string> findings(Fault fault) {
  std::vector<std::string> found;
  for (const auto& check : conformance::checks()) {
    if (check.name.find("many threads") != std::string::npos) continue;
    const std::string wrong = check.run([fault] { return std::make_shared<FaultyStore>(fault); });
    if (!wrong.empty()) found.push_back(check.name + ": " + wrong);
  }
  return found;
}

struct Expected {
  Fault fault;
  const char* finding;
};

constexpr Expected kExpected[] = {
    {Fault::seqs_from_1,
     "seqs begin at 0 and are given one by one: the seq that append answers is 1, not 0"},
    {Fault::expected_seq_ignored,
     "an expected seq that is not the next one is refused: append of seq 0 after three events was "
     "not refused"},
    {Fault::refusal_of_another_kind,
     "an expected seq that is not the next one is refused: append of seq 0 after three events was "
     "refused as io (went wrong), not as sequence"},
    {Fault::channel_forgotten, "TOKEN comes back with channel and call: get_events gives "},
    {Fault::extra_forgotten, "unknown members of event and envelope are kept: get_events gives "},
    {Fault::ts_in_whole_microseconds, "stamps come back bit for bit: get_events gives "},
    {Fault::text_ends_at_nul, "text comes back byte for byte: get_events gives "},
    {Fault::deletion_answers_true,
     "a stream is deleted once, and gone then: deleting it again answers true"},
    {Fault::seqs_go_on_after_deletion,
     "seqs start at 0 again after deleting: the first seq after deleting is 3, not 0"},
    {Fault::sorted_list,
     "streams are listed in order of first appearance: the list is [\"0\", \"B\", \"a\", "},
    {Fault::prefix_as_a_pattern,
     "a prefix is taken literally: the list with prefix ab_ is [\"ab_1\", \"abx1\", "},
    {Fault::unknown_stream_is_an_error,
     "an unknown stream is no error: get_events failed: no such stream"},
    {Fault::last_of_range_left_out,
     "a range includes both its ends: read of 2 to 4 is [2, 3], not [2, 3, 4]"},
    {Fault::cursor_sees_later_appends,
     "a cursor does not see later appends: what a cursor shows that was made before appends is [0, "
     "1, 2, 3, 4, 5], not [0, 1, 2]"},
    {Fault::every_hundredth_event_lost, "a stream of 20,000 events: the seqs of a long stream is "},
    {Fault::last_event_is_the_first,
     "the last event is the one appended last: the last event's seq is 0, not 1"},
    {Fault::after_a_seq_includes_it,
     "events after a seq do not include it: what comes after seq 3 is [3, 4], not [4]"},
    {Fault::highest_snapshot_is_the_last,
     "the snapshot is the one saved last: the snapshot saved last is \"later\", not \"earlier\""},
    {Fault::snapshots_outlive_their_stream,
     "deleting a stream drops its snapshots: deleting a stream leaves its snapshot"},
    {Fault::snapshot_makes_a_stream,
     "a snapshot alone is no stream: a stream exists because of a snapshot"},
    {Fault::throws, "seqs begin at 0 and are given one by one: the store threw: out of order"},
};

TEST_CASE("the suite finds nothing in a store without a fault", "[conformance]") {
  CHECK(findings(Fault::none) == std::vector<std::string>{});
}

TEST_CASE("the suite finds each fault, and says what is wrong", "[conformance]") {
  for (const Expected& expected : kExpected) {
    const auto found = findings(expected.fault);
    std::string all;
    for (const std::string& finding : found) all += finding + "\n";
    INFO("expected: " << expected.finding << "\nfound:\n" << all);
    CHECK(std::any_of(found.begin(), found.end(), [&](const std::string& finding) {
      return finding.starts_with(expected.finding);
    }));
  }
}

TEST_CASE("a store without snapshots passes the checks of snapshots at once", "[conformance]") {
  std::size_t of_snapshots = 0;
  for (const auto& check : conformance::checks()) {
    if (!check.needs_snapshots) continue;
    ++of_snapshots;
    CHECK(check.run([] { return with_ttl(memory_store(), 1).value(); }) == "");
  }
  CHECK(of_snapshots >= 5);
  CHECK(conformance::checks().size() - of_snapshots >= 25);
}

}  // namespace
}  // namespace reel
