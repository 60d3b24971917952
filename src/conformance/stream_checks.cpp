// Which streams there are: making, listing, deleting them.
#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

Strings listed(EventStore& store, std::string_view prefix = {}) {
  return got(store.list_streams(prefix), "list_streams");
}

void unknown_stream(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "known", 1);
  expect(!got(store->exists("none"), "exists"), "an unknown stream exists");
  expect(got(store->get_events("none"), "get_events").empty(), "an unknown stream has events");
  expect_equal(read_seqs(*store, "none"), Seqs{}, "what read gives of an unknown stream");
  expect(!got(store->get_last_event("none"), "get_last_event"),
         "an unknown stream has a last event");
  expect(got(store->get_events_after("none", 0), "get_events_after").empty(),
         "an unknown stream has events after seq 0");
  expect(!got(store->metadata("none"), "metadata"), "an unknown stream has metadata");
  expect(got(store->fold("none"), "fold") == State(), "the state of an unknown stream is not new");
  expect(!got(store->delete_stream("none"), "delete_stream"), "an unknown stream was deleted");
  expect_equal(listed(*store), Strings{"known"}, "the list after asking for an unknown stream");
}

void exists_from_the_first_event(const MakeStore& make) {
  const Store store = make();
  expect(!got(store->exists("s"), "exists"), "a stream exists before its first event");
  add_tokens(*store, "s", 1);
  expect(got(store->exists("s"), "exists"), "a stream does not exist after its first event");
}

void deleted_once(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 3);
  expect(got(store->delete_stream("s"), "delete_stream"), "deleting a stream answers false");
  expect(!got(store->delete_stream("s"), "delete_stream"), "deleting it again answers true");
  expect(!got(store->exists("s"), "exists"), "a deleted stream exists");
  expect_equal(read_seqs(*store, "s"), Seqs{}, "what read gives of a deleted stream");
  expect(!got(store->metadata("s"), "metadata"), "a deleted stream has metadata");
  expect_equal(listed(*store), Strings{}, "the list after deleting");
}

void seqs_restart(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 3);
  got(store->delete_stream("s"), "delete_stream");
  expect_equal(got(store->append("s", event_at(1, Token{"new", 0}), 0), "append after deleting"),
               std::uint64_t{0}, "the first seq after deleting");
  add(*store, "s", event_at(2, Token{"er", 1}));
  expect_equal(got(store->fold("s"), "fold").content, std::string("newer"),
               "the content after deleting and recording again");
}

void others_stay(const MakeStore& make) {
  const Store store = make();
  for (const char* id : {"a", "b", "c"}) add_tokens(*store, id, 2);
  got(store->delete_stream("b"), "delete_stream");
  expect_equal(listed(*store), Strings{"a", "c"}, "the list after deleting b");
  expect_equal(read_seqs(*store, "a"), up_to(2), "stream a after deleting b");
  expect_equal(add(*store, "c", token(2)), std::uint64_t{2}, "the next seq of c");
}

void listed_by_appearance(const MakeStore& make) {
  const Store store = make();
  const Strings ids = {"m", "a", "z", "b-1", "b_1", "B", "0"};
  for (const std::string& id : ids) add_tokens(*store, id, 1);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) add_tokens(*store, *id, 1);
  expect_equal(listed(*store), ids, "the list");
}

void literal_prefix(const MakeStore& make) {
  const Store store = make();
  for (const char* id : {"ab_1", "abx1", "ab-1", "AB_1", "ab_2", "1ab_", "ab"}) {
    add_tokens(*store, id, 1);
  }
  expect_equal(listed(*store, "ab_"), Strings{"ab_1", "ab_2"}, "the list with prefix ab_");
  expect_equal(listed(*store, "ab-1"), Strings{"ab-1"}, "the list with prefix ab-1");
  expect_equal(listed(*store, "_"), Strings{}, "the list with prefix _");
  for (const char* pattern : {"%", "ab%", "ab*", "ab.", "^ab"}) {
    expect_equal(listed(*store, pattern), Strings{},
                 std::string("the list with prefix ") + pattern);
  }
  expect_equal(listed(*store, "").size(), std::size_t{7}, "the length of the list without prefix");
}

}  // namespace

void add_stream_checks(Checks& checks) {
  checks.push_back(check("an unknown stream is no error", unknown_stream));
  checks.push_back(check("a stream exists from its first event on", exists_from_the_first_event));
  checks.push_back(check("a stream is deleted once, and gone then", deleted_once));
  checks.push_back(check("seqs start at 0 again after deleting", seqs_restart));
  checks.push_back(check("deleting a stream leaves the others alone", others_stay));
  checks.push_back(check("streams are listed in order of first appearance", listed_by_appearance));
  checks.push_back(check("a prefix is taken literally", literal_prefix));
}

}  // namespace reel::conformance
