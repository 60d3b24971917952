// The gathered fold of a stream is its fold row by row: whatever the events, the range, the blocks
// and segments they lie in, and what is damaged.
#include <rapidcheck.h>

#include "reel/replay.hpp"
#include "support/file_bytes.hpp"
#include "support/random_event.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using test::HandEvent;

// Row by row, as any EventStore is folded.
Result<State> fold_rows(const Reader& reader, std::string_view id, SeqRange range, FoldMode mode) {
  auto cursor = reader.cursor(id, "l0", range.first, range.last);
  if (!cursor) return cursor.status();
  State state;
  while (cursor->next()) fold(state, cursor->view().event, mode);
  if (!cursor->status()) return cursor->status();
  return state;
}

// Streams as they really are: mostly plain tokens, contents that equal the text so far and some
// that do not, and now and then anything at all.
class Streams {
 public:
  explicit Streams(std::uint64_t seed) : random_(seed) {}

  std::vector<HandEvent> block(std::uint64_t events) {
    std::vector<HandEvent> made;
    for (; events > 0; --events) {
      Stream& stream = streams_[random_.below(8) == 0 ? 1 : 0];
      Event event = next(stream);
      const std::uint64_t seq = stream.seq;
      stream.seq += event.type() == EventType::gap ? std::get<Gap>(event.body).count : 1;
      made.push_back({&stream == &streams_[0] ? "a" : "b", seq, std::move(event), 1,
                      &stream == &streams_[0] ? 0u : 1u, "l0"});
    }
    return made;
  }
  std::uint64_t next_seq() const { return streams_[0].seq; }
  test::RandomEvents& random() { return random_; }

 private:
  struct Stream {
    std::uint64_t seq = 0;
    std::int64_t index = 0;
    double us = 1.7e15;
    std::string text;
  };

  Event next(Stream& stream) {
    stream.us += static_cast<double>(random_.below(50000));
    const double ts_ms = random_.below(20) == 0 ? random_.ts() : stream.us / 1000.0;
    Event event{ts_ms, body(stream), {}, {}};
    if (random_.below(30) == 0) event.extra = R"("more":1)";
    return event;
  }

  EventBody body(Stream& stream) {
    switch (random_.below(40)) {
      case 0:
      case 1:
      case 2:
        return Checkpoint{stream.text, stream.index};
      case 3:
        return Complete{stream.text, stream.index};
      case 4:
        stream.text.resize(stream.text.size() / 2);
        return Continuation{stream.text, stream.index};
      case 5:
        stream.text = "another";
        return Checkpoint{stream.text, stream.index};
      case 6:
        return Token{"thinking", 3, "reasoning", {}};
      case 7:
        return Gap{1 + random_.below(5), "overflow"};
      case 8:
        return Retry{"r", 1, {}, {}};
      case 9:
        return random_.event().body;
      case 10:
        stream.index = random_.integer();
        break;
      default:
        break;
    }
    const std::size_t longest = random_.below(50) == 0 ? 600 : 8;
    const std::string value(random_.below(longest), static_cast<char>('a' + random_.below(26)));
    stream.text += value;
    Token token{value, stream.index, {}, {}};
    stream.index = static_cast<std::int64_t>(static_cast<std::uint64_t>(stream.index) + 1);
    return token;
  }

  test::RandomEvents random_;
  Stream streams_[2];
};

void write_segments(Streams& streams, test::HandStore& store) {
  store.set_snapshot_events(static_cast<std::uint32_t>(streams.random().below(60)));
  for (std::uint64_t segments = 1 + streams.random().below(3); segments > 0; --segments) {
    std::vector<std::vector<HandEvent>> blocks;
    for (std::uint64_t count = 1 + streams.random().below(4); count > 0; --count) {
      blocks.push_back(streams.block(1 + streams.random().below(200)));
    }
    store.add_segment(blocks, segments == 1 && streams.random().coin()
                                  ? test::HandStore::End::leave
                                  : test::HandStore::End::seal);
  }
  store.save();
}

void flip_a_byte(test::RandomEvents& random, const std::string& path) {
  std::string bytes = test::read_bytes(path);
  constexpr std::size_t kHeaderBytes = 128;
  const std::size_t at = kHeaderBytes + random.below(bytes.size() - kHeaderBytes);
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  test::write_bytes(path, bytes);
}

// Both folds, each with a Reader of its own: the same states. Row by row more damage may be met: an
// event behind the range is looked at to see that it is behind.
void check_same(test::RandomEvents& random, const std::string& path, std::uint64_t next_seq,
                ReaderOptions options) {
  auto rows = Reader::open(path, options), gathered = Reader::open(path, options);
  RC_ASSERT(rows.ok() == gathered.ok());
  if (!rows) return;
  for (int round = 0; round < 6; ++round) {
    SeqRange range;
    if (round > 0) range = {random.below(next_seq + 2), random.below(next_seq + 2)};
    if (round % 2 == 1) range.first = 0;
    const FoldMode mode = random.coin() ? FoldMode::attempts : FoldMode::l0;
    const auto a = fold_rows(*rows, "a", range, mode);
    const auto b = replay_to_state(*gathered, "a", "l0", range.first, range.last, mode);
    if (a) RC_ASSERT(b.ok());
    if (a) RC_ASSERT(*a == *b);
    if (!b) RC_ASSERT(a.error().to_string() == b.error().to_string());
    RC_ASSERT(rows->damage().size() >= gathered->damage().size());
    if (round == 0) RC_ASSERT(a.ok() == b.ok());
  }
}

TEST_CASE("the gathered fold is the fold row by row", "[reader]") {
  CHECK(rc::check([](std::uint64_t seed) {
    const test::TempDir dir;
    test::HandStore store(dir.file("s"));
    Streams streams(seed);
    write_segments(streams, store);
    check_same(streams.random(), store.path(), streams.next_seq(), {});
  }));
}

TEST_CASE("damage meets the gathered fold as it meets the one row by row", "[reader]") {
  CHECK(rc::check([](std::uint64_t seed) {
    const test::TempDir dir;
    test::HandStore store(dir.file("s"));
    Streams streams(seed);
    write_segments(streams, store);
    flip_a_byte(streams.random(), store.segment(1));
    check_same(streams.random(), store.path(), streams.next_seq(), {});
    ReaderOptions strict;
    strict.strict = true;
    check_same(streams.random(), store.path(), streams.next_seq(), strict);
  }));
}

}  // namespace
}  // namespace reel
