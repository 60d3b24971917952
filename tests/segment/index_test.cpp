// The index of a sealed segment: everything a StreamTable knows comes back from it, to the last
// bit; names that are not there are seldom looked for in a page; whatever becomes of its bytes is
// found out before it is believed.
#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

#include "segment/index_encoder.hpp"
#include "segment/index_view.hpp"
#include "segment/page_builder.hpp"
#include "segment/timestamp.hpp"
#include "support/catch.hpp"
#include "support/forged_index.hpp"
#include "support/stream_tables.hpp"

namespace reel::segment {
namespace {

bool same_facts(const event::StreamFacts& a, const event::StreamFacts& b) {
  return a.event_count == b.event_count && a.gap_records == b.gap_records &&
         a.gap_events == b.gap_events && a.first_seq == b.first_seq && a.next_seq == b.next_seq &&
         a.token_count == b.token_count && same_bits(a.start_ts, b.start_ts) &&
         same_bits(a.end_ts, b.end_ts) && a.has_events == b.has_events &&
         a.has_token_count == b.has_token_count && a.has_start == b.has_start &&
         a.has_end == b.has_end && a.completed == b.completed && a.has_error == b.has_error &&
         a.ends_in_error == b.ends_in_error;
}

template <class T>
bool same_bytes(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

// Empty, or what a stream has lost on the way.
std::string lost(const StreamTable& table, const IndexView& view, std::uint32_t number,
                 std::shared_ptr<const StreamPage>& page) {
  if (page == nullptr || !page->holds(number)) page = view.page(view.page_of(number));
  if (page == nullptr || !page->holds(number)) return "its page";
  const StreamIdentity identity = table.identity(number);
  const SegmentStream stream = page->stream(number);
  if (stream.identity.name_space != identity.name_space || stream.identity.id != identity.id ||
      stream.identity.incarnation != identity.incarnation ||
      stream.identity.ordinal != identity.ordinal || stream.number != number) {
    return "its identity";
  }
  if (!same_facts(stream.facts, table.record(number).facts)) return "facts";
  if (page->start_seq(number) != table.record(number).start_seq) return "its START";
  if (!same_bytes(page->links(number), table.links(number))) return "links";
  if (!same_bytes(view.snapshots(number), table.snapshots(number))) return "snapshots";
  const auto found = view.lookup().find(stream_hash(identity.name_space, identity.id));
  if (!std::binary_search(found.begin(), found.end(), number)) return "its name";
  return {};
}

TEST_CASE("an index tells every stream of a table, to the last bit", "[segment]") {
  test::RandomTables tables(31);
  for (int round = 0; round < 120; ++round) {
    const auto streams =
        static_cast<std::uint32_t>(tables.below(round % 20 == 0 ? 700 : 2 + tables.below(150)));
    const StreamTable table = tables.table(streams);
    const auto index = encode_index(table, 1);
    REQUIRE(index);
    const auto view = IndexView::parse(*index);
    REQUIRE(view);
    REQUIRE(view->lookup().intact());
    REQUIRE(view->header().streams == streams);
    REQUIRE(view->header().events == table.events());
    REQUIRE(view->header().blocks == table.blocks().size());
    for (std::uint32_t i = 0; i < view->header().blocks; ++i) {
      const BlockEntry block = view->block(i);
      REQUIRE(std::memcmp(&block, &table.blocks()[i], sizeof block) == 0);
    }
    std::shared_ptr<const StreamPage> page;
    for (std::uint32_t n = 0; n < streams; ++n) {
      const std::string what = lost(table, *view, n, page);
      if (!what.empty()) FAIL("round " << round << ": stream " << n << " lost " << what);
    }
    const auto again = encode_index(table, 5);
    REQUIRE(view->says_the_same(*IndexView::parse(*again)));
  }
}

TEST_CASE("names outlive the view and the page they are in", "[segment]") {
  test::RandomTables tables(32);
  const StreamTable table = tables.table(200);
  SegmentStream stream;
  {
    const std::string index = encode_index(table, 1).value();
    const auto view = IndexView::parse(index);
    stream = view->page(view->page_of(150))->stream(150);
  }
  CHECK(stream.identity.id == table.identity(150).id);
  CHECK(stream.identity.name_space == table.identity(150).name_space);
}

TEST_CASE("one in thousands of absent names passes the fingerprints", "[segment]") {
  test::RandomTables tables(33);
  StreamTable table;
  constexpr std::uint32_t kStreams = 65536;
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    table.add({"default", "stream-" + std::to_string(i), i, i});
  }
  const auto index = encode_index(table, 1);
  const auto view = IndexView::parse(*index);
  REQUIRE(view);
  CHECK(view->header().number_bytes == 2);
  std::size_t passed = 0;
  constexpr std::uint32_t kAbsent = 100'000;
  for (std::uint32_t i = 0; i < kAbsent; ++i) {
    passed += view->lookup().find(stream_hash("default", "no-" + std::to_string(i))).size();
  }
  CHECK(passed < kAbsent / 4096);
  std::shared_ptr<const StreamPage> page;
  for (std::uint32_t i = 0; i < kStreams; i += 97) CHECK(lost(table, *view, i, page) == "");
}

TEST_CASE("a forged index leads nowhere it may not", "[segment]") {
  test::RandomTables tables(34);
  std::mt19937_64 random(34);
  for (int round = 0; round < 1000; ++round) {
    static std::string intact;
    if (round % 50 == 0) {
      const auto streams = static_cast<std::uint32_t>(1 + random() % 200);
      intact = encode_index(tables.table(streams), 1).value();
    }
    std::string index = intact;
    const std::size_t reach = round % 2 == 0 ? sizeof(IndexHeader) : index.size();
    for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      constexpr int kTempting[] = {0, 1, 0x7f, 0x80, 0xff};
      index[random() % reach] = static_cast<char>(random() % 2 == 0 ? static_cast<int>(random())
                                                                    : kTempting[random() % 5]);
    }
    if (random() % 4 == 0) index.resize(random() % index.size());
    test::reseal_index(index);
    const std::string copy(index.data(), index.size());
    const auto view = IndexView::parse(copy);
    if (!view) continue;
    std::shared_ptr<const StreamPage> page;
    for (std::uint32_t n = 0; n < view->header().streams && n < 400; ++n) {
      if (page == nullptr || !page->holds(n)) page = view->page(view->page_of(n));
      if (page == nullptr || !page->holds(n)) {
        n += 20;
        continue;
      }
      const SegmentStream stream = page->stream(n);
      (void)page->links(n);
      (void)view->snapshots(n);
      for (const std::uint32_t found :
           view->lookup().find(stream_hash(stream.identity.name_space, stream.identity.id))) {
        REQUIRE(found < view->header().streams);
      }
    }
    (void)view->says_the_same(*view);
  }
}

TEST_CASE("a forged page gives wrong streams at worst", "[segment]") {
  test::RandomTables tables(35);
  std::mt19937_64 random(35);
  for (int round = 0; round < 60; ++round) {
    const auto streams = static_cast<std::uint32_t>(1 + random() % 20);
    const StreamTable table = tables.table(streams);
    PageBuilder builder;
    for (std::uint32_t n = 0; n < streams; ++n) {
      builder.add(table.identity(n), table.record(n), table.links(n));
    }
    const PageBuilder::Parts parts = builder.take();
    const auto blocks = static_cast<std::uint32_t>(table.blocks().size());
    REQUIRE(StreamPage::parse(0, streams, blocks, parts.plain, parts.columns) != nullptr);
    for (int i = 0; i < 300; ++i) {
      std::string columns(parts.columns);
      for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
        const std::size_t reach = random() % 4 == 0 ? columns.size() : streams * 20U;
        columns[random() % std::min(reach, columns.size())] = static_cast<char>(random());
      }
      if (random() % 4 == 0) columns.resize(random() % columns.size());
      const auto page = StreamPage::parse(5, streams, blocks, parts.plain, columns);
      if (page == nullptr) continue;
      for (std::uint32_t n = 5; n < 5 + streams; ++n) {
        const SegmentStream stream = page->stream(n);
        (void)stream_hash(stream.identity.name_space, stream.identity.id);
        for (const Link& link : page->links(n)) REQUIRE(link.block < blocks);
      }
    }
    REQUIRE(StreamPage::parse(0, streams + 1, blocks, parts.plain, parts.columns) == nullptr);
  }
}

}  // namespace
}  // namespace reel::segment
