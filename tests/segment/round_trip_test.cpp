// What goes in comes out, bit for bit, sealed or not, in one block or many.
#include <random>

#include "support/catch.hpp"
#include "support/segments.hpp"

namespace reel::segment {
namespace {

using test::make_segment;
using test::open_segment;

TEST_CASE("a segment gives back what was written, sealed and unsealed alike", "[segment]") {
  const auto seed = GENERATE(range(1U, 25U));
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  io::MemoryFileSystem fs;
  test::StreamModel model(seed, 1 + random() % 20);
  const auto writer = make_segment(fs, seed);
  model.add_streams(*writer);
  for (std::uint64_t blocks = random() % 8; blocks > 0; --blocks) {
    auto rows = model.rows(random() % 400);
    std::shuffle(rows.begin(), rows.end(), random);
    const Status status = writer->append_block(rows);
    INFO(status.to_string());
    REQUIRE(status.ok());
  }
  auto last = model.rows(1 + model.streams().size());
  REQUIRE(writer->append_block(last).ok());

  const auto unsealed = open_segment(fs);
  CHECK(!unsealed->sealed());
  CHECK(unsealed->torn_bytes() == 0);
  CHECK(unsealed->events() == writer->events());

  const auto summary = writer->seal();
  REQUIRE(summary.ok());
  const auto sealed = open_segment(fs);
  REQUIRE(sealed->sealed());
  CHECK(test::difference(*sealed, model) == "");
  CHECK(sealed->damage().empty());
  CHECK(sealed->summary().digest == summary->digest);
  CHECK(sealed->summary().bytes == summary->bytes);
  CHECK(sealed->events() == summary->events);

  VerifyReport report;
  sealed->verify(report);
  for (const Damage& d : report.damage) FAIL_CHECK(d.what << " at " << d.offset);
  CHECK(report.events == summary->events);

  REQUIRE(unsealed->refresh().ok());
  CHECK(unsealed->sealed());
  CHECK(test::difference(*unsealed, model) == "");
}

TEST_CASE("an unsealed segment answers like a sealed one and follows its growth", "[segment]") {
  io::MemoryFileSystem fs;
  test::StreamModel model(99, 9);
  const auto writer = make_segment(fs);
  const auto reader = open_segment(fs);
  CHECK(reader->stream_count() == 0);
  model.add_streams(*writer);
  for (int i = 0; i < 5; ++i) {
    auto rows = model.rows(300);
    REQUIRE(writer->append_block(rows).ok());
    REQUIRE(reader->refresh().ok());
    CHECK(test::difference(*reader, model) == "");
  }
  const auto names = [](const SegmentReader& r) {
    std::string out;
    for (std::uint32_t n = 0; n < r.stream_count(); ++n) {
      for (const auto found : r.find(r.stream(n).identity.name_space, r.stream(n).identity.id)) {
        out += std::to_string(found) + " ";
      }
      const auto options = r.options(n);
      REQUIRE(options.ok());
      out += options->value_or("-") + "\n";
    }
    return out;
  };
  const std::string unsealed = names(*reader);
  REQUIRE(writer->seal().ok());
  CHECK(names(*open_segment(fs)) == unsealed);
  CHECK(open_segment(fs)->find("ns0", "no such").empty());
}

TEST_CASE("a cursor starts anywhere and still restores contents", "[segment]") {
  io::MemoryFileSystem fs;
  test::StreamModel model(5, 4);
  const auto writer = make_segment(fs);
  test::append_blocks(*writer, model, 6, 120);
  REQUIRE(writer->seal().ok());
  const auto reader = open_segment(fs);
  for (std::uint32_t n = 0; n < model.streams().size(); ++n) {
    const auto& events = model.streams()[n].events;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto cursor = reader->cursor(n, events[i].seq, true);
      for (std::size_t k = i; k < events.size(); ++k) {
        if (!cursor->next()) FAIL("stream " << n << " from " << events[i].seq);
        std::string parts;
        if (cursor->seq() != events[k].seq ||
            !same_event(cursor->event(), event::view_of(events[k].event, parts))) {
          FAIL("stream " << n << " from " << events[i].seq << " at " << events[k].seq);
        }
        if (k > i + 40) break;
      }
    }
    CHECK(!reader->cursor(n, events.back().seq + 2000000, true)->next());
  }
}

TEST_CASE("a gap that reaches into the range is told", "[segment]") {
  io::MemoryFileSystem fs;
  test::Frames frames;
  const auto writer = make_segment(fs);
  const auto number = writer->add_stream({"", "s", 1, 1});
  Event gap;
  gap.body = Gap{10, "overflow"};
  std::vector<Row> rows = {{number, 0, frames.token("a", 0, 1)},
                           {number, 1, frames.add(gap, 1)},
                           {number, 11, frames.token("b", 1, 2)}};
  REQUIRE(writer->append_block(rows).ok());
  REQUIRE(writer->seal().ok());
  const auto reader = open_segment(fs);
  CHECK(reader->gap_records() == 1);
  CHECK(reader->gap_events() == 10);
  CHECK(reader->events() == 2);
  for (std::uint64_t from = 1; from <= 12; ++from) {
    const auto cursor = reader->cursor(number, from, true);
    const bool found = cursor->next();
    REQUIRE(found == (from <= 11));
    if (found) CHECK(cursor->seq() == (from <= 10 ? 1 : 11));
  }
}

TEST_CASE("the same input gives the same bytes", "[segment]") {
  std::string files[2];
  for (std::string& file : files) {
    io::MemoryFileSystem fs;
    test::StreamModel model(3, 6);
    const auto writer = make_segment(fs);
    test::append_blocks(*writer, model, 1, 500);
    REQUIRE(writer->seal().ok());
    file = *fs.read(test::kSegmentPath, 1 << 24);
  }
  CHECK(files[0] == files[1]);
}

}  // namespace
}  // namespace reel::segment
