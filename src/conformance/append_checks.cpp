// Which seq an event gets, and when it is refused.
#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

void seqs_from_0(const MakeStore& make) {
  const Store store = make();
  for (std::uint64_t seq = 0; seq < 5; ++seq) {
    expect_equal(add(*store, "s", token(0)), seq, "the seq that append answers");
  }
  expect_equal(seqs_of(got(store->get_events("s"), "get_events")), up_to(5), "what is stored");
}

void seqs_of_each_stream(const MakeStore& make) {
  const Store store = make();
  for (std::uint64_t seq = 0; seq < 3; ++seq) {
    expect_equal(add(*store, "a", token(0)), seq, "the seq in stream a");
    expect_equal(add(*store, "b", token(0)), seq, "the seq in stream b");
  }
}

void expected_taken(const MakeStore& make) {
  const Store store = make();
  for (std::uint64_t seq = 0; seq < 3; ++seq) {
    expect_equal(got(store->append("s", token(0), seq), "append with the next seq"), seq,
                 "the seq that append answers");
  }
}

void expected_refused(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", 3);
  for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{4}}) {
    expect_refused(store->append("s", token(9), wrong).status(), ErrorCode::sequence,
                   "append of seq " + std::to_string(wrong) + " after three events");
  }
  expect_equal(read_seqs(*store, "s"), up_to(3), "what is stored after refusals");
  expect_equal(add(*store, "s", token(3)), std::uint64_t{3}, "the next seq after refusals");
}

void expected_refused_in_a_new_stream(const MakeStore& make) {
  const Store store = make();
  expect_refused(store->append("s", token(0), 1).status(), ErrorCode::sequence,
                 "append of seq 1 to a new stream");
  expect(!got(store->exists("s"), "exists"), "a refused append made the stream");
  expect_equal(got(store->list_streams(), "list_streams"), Strings{},
               "the list after a refused append");
}

void envelope_expects(const MakeStore& make) {
  const Store store = make();
  const Envelope first{"s", 0, token(0)};
  expect_equal(got(store->append(first), "append of an envelope"), std::uint64_t{0}, "its seq");
  expect_refused(store->append(first).status(), ErrorCode::sequence,
                 "append of the same envelope again");
}

}  // namespace

void add_append_checks(Checks& checks) {
  checks.push_back(check("seqs begin at 0 and are given one by one", seqs_from_0));
  checks.push_back(check("each stream has seqs of its own", seqs_of_each_stream));
  checks.push_back(check("an expected seq that is the next one is taken", expected_taken));
  checks.push_back(check("an expected seq that is not the next one is refused", expected_refused));
  checks.push_back(check("a refused append makes no stream", expected_refused_in_a_new_stream));
  checks.push_back(check("an envelope's own seq is the one expected", envelope_expects));
}

}  // namespace reel::conformance
