// Parts of a stream, and cursors.
#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

Seqs rest_of(EventCursor& cursor) {
  Seqs seqs;
  while (cursor.next()) seqs.push_back(cursor.view().seq);
  done(cursor.status(), "the cursor");
  return seqs;
}

void last_event(const MakeStore& make) {
  const Store store = make();
  for (std::int64_t index = 0; index < 4; ++index) {
    add(*store, "s", token(index));
    const Envelope last = present(store->get_last_event("s"), "get_last_event");
    expect_equal(last.seq, static_cast<std::uint64_t>(index), "the last event's seq");
    expect_equal(last.stream_id, std::string("s"), "the last event's stream_id");
    expect_equal(last.event.ts_ms, token(index).ts_ms, "the last event's ts");
  }
}

void events_after(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 5);
  const auto after = [&](std::uint64_t seq) {
    return seqs_of(got(store->get_events_after("s", seq), "get_events_after"));
  };
  expect_equal(after(0), Seqs{1, 2, 3, 4}, "what comes after seq 0");
  expect_equal(after(3), Seqs{4}, "what comes after seq 3");
  expect_equal(after(4), Seqs{}, "what comes after the last event");
  expect_equal(after(UINT64_MAX), Seqs{}, "what comes after the highest seq");
}

void both_ends_included(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 10);
  expect_equal(read_seqs(*store, "s", {2, 4}), Seqs{2, 3, 4}, "read of 2 to 4");
  expect_equal(read_seqs(*store, "s", {0, 0}), Seqs{0}, "read of 0 to 0");
  expect_equal(read_seqs(*store, "s", {9, 9}), Seqs{9}, "read of 9 to 9");
  expect_equal(read_seqs(*store, "s", {8, UINT64_MAX}), Seqs{8, 9}, "read of 8 on");
  expect_equal(read_seqs(*store, "s", {0, 9}), up_to(10), "read of 0 to 9");
}

void empty_ranges(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 5);
  expect_equal(read_seqs(*store, "s", {3, 2}), Seqs{}, "read of 3 to 2");
  expect_equal(read_seqs(*store, "s", {UINT64_MAX, 0}), Seqs{}, "read from the highest seq to 0");
  expect_equal(read_seqs(*store, "s", {5, 9}), Seqs{}, "read behind the end");
  expect_equal(read_seqs(*store, "s", {UINT64_MAX, UINT64_MAX}), Seqs{}, "read of the highest seq");
}

void later_appends_unseen(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 3);
  const auto early = got(store->read("s"), "read");
  const auto half_way = got(store->read("s"), "read");
  expect(half_way->next(), "a cursor shows nothing");
  add_tokens(*store, "s", 3);
  expect_equal(rest_of(*early), up_to(3), "what a cursor shows that was made before appends");
  expect_equal(rest_of(*half_way), Seqs{1, 2}, "what a cursor shows after appends on its way");
  expect_equal(read_seqs(*store, "s"), up_to(6), "what a new cursor shows");
}

void survives_deletion(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 100);
  const auto cursor = got(store->read("s"), "read");
  expect(cursor->next(), "a cursor shows nothing");
  got(store->delete_stream("s"), "delete_stream");
  add_tokens(*store, "s", 1);
  expect_equal(rest_of(*cursor).size(), std::size_t{99},
               "the number of events a cursor shows whose stream is deleted");
}

void outlives_its_store(const MakeStore& make) {
  Store store = make();
  add_tokens(*store, "s", 100);
  const auto cursor = got(store->read("s", {10, 19}), "read");
  store.reset();
  std::string text;
  while (cursor->next()) text += cursor->view().event.text;
  done(cursor->status(), "a cursor whose store is gone");
  expect_equal(text, std::string("t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 "),
               "what a cursor shows whose store is gone");
}

void side_by_side(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "a", 50);
  add_tokens(*store, "b", 50);
  const auto a = got(store->read("a"), "read"), b = got(store->read("b"), "read");
  const auto later = got(store->read("a", {25, UINT64_MAX}), "read");
  for (std::uint64_t seq = 0; seq < 25; ++seq) {
    expect(a->next() && b->next() && later->next(), "a cursor ends early beside others");
    expect_equal(a->view().seq, seq, "the seq of one of several cursors");
    expect_equal(std::string(b->view().stream_id), std::string("b"), "its stream");
    expect_equal(later->view().seq, seq + 25, "the seq of another");
    expect_equal(std::string(a->view().event.text), "t" + std::to_string(seq) + " ", "its text");
  }
}

}  // namespace

void add_read_checks(Checks& checks) {
  checks.push_back(check("the last event is the one appended last", last_event));
  checks.push_back(check("events after a seq do not include it", events_after));
  checks.push_back(check("a range includes both its ends", both_ends_included));
  checks.push_back(check("a range that holds nothing gives nothing", empty_ranges));
  checks.push_back(check("a cursor does not see later appends", later_appends_unseen));
  checks.push_back(check("a cursor survives the deletion of its stream", survives_deletion));
  checks.push_back(check("a cursor outlives its store", outlives_its_store));
  checks.push_back(check("cursors do not disturb each other", side_by_side));
}

}  // namespace reel::conformance
