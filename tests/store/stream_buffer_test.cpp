// One stream's events in memory: nothing written ever moves, and little is spent beside the text.
#include "store/stream_buffer.hpp"

#include "event/frame.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"
#include "support/random_event.hpp"

namespace reel::store {
namespace {

using Seqs = std::vector<std::uint64_t>;

void put(StreamBuffer& buffer, const Event& event) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  buffer.make_room(view);
  buffer.append(view);
}

std::shared_ptr<StreamBuffer> of_tokens(std::uint64_t count, std::string_view text) {
  auto buffer = std::make_shared<StreamBuffer>("s", 0);
  for (std::uint64_t i = 0; i < count; ++i) {
    put(*buffer,
        test::token_at(static_cast<double>(i), std::string(text), static_cast<std::int64_t>(i)));
  }
  return buffer;
}

Seqs seqs_of(BufferCursor cursor) {
  Seqs seqs;
  while (cursor.next()) seqs.push_back(cursor.view().seq);
  CHECK_FALSE(cursor.next());
  return seqs;
}

TEST_CASE("a stream buffer gives back what was put, bit for bit") {
  test::RandomEvents random(7);
  auto buffer = std::make_shared<StreamBuffer>("s", 0);
  std::vector<Event> put_in;
  for (int i = 0; i < 2000; ++i) put(*buffer, put_in.emplace_back(random.event()));
  BufferCursor cursor(buffer, {});
  std::string parts;
  for (std::uint64_t seq = 0; seq < put_in.size(); ++seq) {
    REQUIRE(cursor.next());
    REQUIRE(cursor.view().seq == seq);
    REQUIRE(cursor.view().stream_id == "s");
    REQUIRE(same_event(cursor.view().event, event::view_of(put_in[seq], parts)));
  }
  CHECK_FALSE(cursor.next());
}

TEST_CASE("a range of a stream buffer: from any seq to any seq, over chunks") {
  const auto buffer = of_tokens(5000, "four");
  for (const std::uint64_t first : {0U, 1U, 11U, 12U, 13U, 1234U, 4998U, 4999U}) {
    CHECK(seqs_of({buffer, {first, first}}) == Seqs{first});
    CHECK(seqs_of({buffer, {first, UINT64_MAX}}).size() == 5000 - first);
  }
  CHECK(seqs_of({buffer, {10, 12}}) == Seqs{10, 11, 12});
  CHECK(seqs_of({buffer, {5000, UINT64_MAX}}).empty());
  CHECK(seqs_of({buffer, {12, 10}}).empty());
}

TEST_CASE("a walk over a stream buffer ends where the stream ended when it began") {
  auto buffer = of_tokens(3, "a");
  BufferCursor cursor(buffer, {});
  const EnvelopeView* const view = &cursor.view();
  REQUIRE(cursor.next());
  const std::string_view text = view->event.text;
  for (int i = 0; i < 10000; ++i) put(*buffer, test::token_at(0, "later", 0));
  CHECK(text == "a");
  buffer.reset();  // the cursor keeps the bytes
  CHECK(text == "a");
  CHECK(cursor.next());
  CHECK(cursor.next());
  CHECK_FALSE(cursor.next());
}

TEST_CASE("an event larger than any chunk has one of its own") {
  auto buffer = of_tokens(1, "a");
  const std::string large(3 * StreamBuffer::kChunkBytesMax, 'x');
  put(*buffer, test::token_at(0, large, 1));
  put(*buffer, test::token_at(0, "b", 2));
  BufferCursor cursor(buffer, {1, 1});
  REQUIRE(cursor.next());
  CHECK(cursor.view().event.text == large);
  CHECK(buffer->last()->event.text == "b");
}

TEST_CASE("a GAP takes its seqs and is not shown") {
  auto buffer = of_tokens(2, "a");
  put(*buffer, test::event_at(0, Gap{5, "overflow"}));
  CHECK(buffer->last()->seq == 1);
  put(*buffer, test::token_at(0, "b", 7));
  CHECK(seqs_of({buffer, {}}) == Seqs{0, 1, 7});
  CHECK(seqs_of({buffer, {3, 9}}) == Seqs{7});
  CHECK(buffer->facts().gap_events == 5);
  CHECK(buffer->next_seq() == 8);
}

TEST_CASE("a token costs at most 64 bytes beside its text") {
  const auto events = GENERATE(as<std::uint64_t>{}, 100, 1000, 30000);
  const std::string_view text = GENERATE(as<std::string_view>{}, "a", "four", " seven.");
  const auto buffer = of_tokens(events, text);
  const std::size_t beside = buffer->bytes_reserved() - events * text.size();
  INFO(events << " tokens of " << text.size() << " bytes");
  CHECK(static_cast<double>(beside) / static_cast<double>(events) <= 64.0);
}

}  // namespace
}  // namespace reel::store
