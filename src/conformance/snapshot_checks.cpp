// Snapshots, for stores that keep them.
#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

Snapshot snapshot(std::uint64_t seq, std::string content) {
  Snapshot made;
  made.stream_id = "s";
  made.seq = seq;
  made.content = std::move(content);
  return made;
}
void save(EventStoreWithSnapshots& store, const Snapshot& saved) {
  done(store.save_snapshot(saved), "save_snapshot");
}
std::optional<std::string> content_before(EventStoreWithSnapshots& store, std::uint64_t seq) {
  auto found = got(store.get_snapshot_before("s", seq), "get_snapshot_before");
  return found ? std::optional(std::move(found->content)) : std::nullopt;
}
using Content = std::optional<std::string>;

void last_saved(EventStoreWithSnapshots& store) {
  add_tokens(store, "s", 10);
  expect(!got(store.get_snapshot("s"), "get_snapshot"), "there is a snapshot before any was saved");
  save(store, snapshot(7, "later"));
  save(store, snapshot(3, "earlier"));
  const Snapshot found = present(store.get_snapshot("s"), "get_snapshot");
  expect_equal(found.content, std::string("earlier"), "the snapshot saved last");
}

void highest_not_above(EventStoreWithSnapshots& store) {
  add_tokens(store, "s", 10);
  for (const std::uint64_t seq : {6U, 2U, 4U}) save(store, snapshot(seq, std::to_string(seq)));
  expect_equal(content_before(store, 1), Content(), "the snapshot before seq 1");
  expect_equal(content_before(store, 2), Content("2"), "the snapshot at or before seq 2");
  expect_equal(content_before(store, 5), Content("4"), "the snapshot before seq 5");
  expect_equal(content_before(store, UINT64_MAX), Content("6"), "the snapshot before any seq");
}

void same_seq_twice(EventStoreWithSnapshots& store) {
  add_tokens(store, "s", 10);
  for (const char* content : {"first", "second"}) save(store, snapshot(4, content));
  expect_equal(content_before(store, 4), Content("second"), "of two snapshots with seq 4 the one");
  save(store, snapshot(2, "other"));
  expect_equal(content_before(store, 9), Content("second"), "of two snapshots with seq 4 the one");
}

void all_fields(EventStoreWithSnapshots& store) {
  add_tokens(store, "s", 10);
  Snapshot saved = snapshot(9, std::string("text\0 \xF0\x9F\x98\x80", 10));
  saved.ts = 1705619139921.994;
  saved.token_count = 10;
  saved.checkpoint = "check";
  saved.violations = {R"({"rule":"a"})", R"({"rule":"b","n":[1,2.50]})"};
  saved.drift_detected = saved.completed = true;
  saved.retry_attempts = 2;
  saved.network_retry_count = 3;
  saved.fallback_index = 4;
  saved.error = SerializedError{"E", "m", "c", "at f()", R"({"k":1})"};
  saved.start_ts = 1000.5;
  saved.end_ts = 2000.25;
  save(store, saved);
  expect(present(store.get_snapshot("s"), "get_snapshot") == saved,
         "get_snapshot gives another snapshot than was saved");
  expect(present(store.get_snapshot_before("s", 9), "get_snapshot_before") == saved,
         "get_snapshot_before gives another snapshot than was saved");
}

void deleted_with_stream(EventStoreWithSnapshots& store) {
  add_tokens(store, "s", 5);
  save(store, snapshot(4, "old"));
  got(store.delete_stream("s"), "delete_stream");
  add_tokens(store, "s", 5);
  expect(!got(store.get_snapshot("s"), "get_snapshot"), "deleting a stream leaves its snapshot");
  expect_equal(content_before(store, 9), Content(), "the snapshot after deleting");
  expect_equal(got(store.fold("s"), "fold").content, std::string("t0 t1 t2 t3 t4 "),
               "the content after deleting and recording again");
}

void alone_no_stream(EventStoreWithSnapshots& store) {
  save(store, snapshot(4, "alone"));
  expect(!got(store.exists("s"), "exists"), "a stream exists because of a snapshot");
  expect_equal(got(store.list_streams(), "list_streams"), Strings{}, "the list");
  expect(got(store.get_events("s"), "get_events").empty(), "a snapshot alone gives events");
  expect(got(store.fold("s"), "fold") == State(), "a snapshot alone gives a state");
  expect_equal(add(store, "s", token(0)), std::uint64_t{0}, "the first seq after a snapshot");
}

// A store may begin at a snapshot or not: where both give the same, nobody can tell.
void fold_begins_there(EventStoreWithSnapshots& store) {
  add_tokens(store, "s", 10);
  save(store, snapshot(3, "t0 t1 t2 t3 "));
  save(store, snapshot(99, "of events that never were"));
  const auto content = [&](SeqRange range) { return got(store.fold("s", range), "fold").content; };
  const std::string what = "the content beside snapshots";
  expect_equal(content({}), std::string("t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 "), what);
  expect_equal(content({0, 5}), std::string("t0 t1 t2 t3 t4 t5 "), what);
  expect_equal(content({0, 3}), std::string("t0 t1 t2 t3 "), what);
  expect_equal(content({0, 2}), std::string("t0 t1 t2 "), what);
  expect_equal(content({2, 5}), std::string("t2 t3 t4 t5 "), what);
  expect_equal(got(store.fold("s", {}, FoldMode::attempts), "fold").content,
               std::string("t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 "), what);
}

}  // namespace

void add_snapshot_checks(Checks& checks) {
  checks.push_back(snapshot_check("the snapshot is the one saved last", last_saved));
  checks.push_back(snapshot_check("the snapshot before a seq is the highest", highest_not_above));
  checks.push_back(snapshot_check("of snapshots with one seq the last counts", same_seq_twice));
  checks.push_back(snapshot_check("a snapshot keeps all its fields", all_fields));
  checks.push_back(snapshot_check("deleting a stream drops its snapshots", deleted_with_stream));
  checks.push_back(snapshot_check("a snapshot alone is no stream", alone_no_stream));
  checks.push_back(snapshot_check("fold is right beside snapshots", fold_begins_there));
}

}  // namespace reel::conformance
