// Elision to the letter, events larger than a block, failures and what is rescued from them.
#include "segment/segment_writer.hpp"

#include <random>

#include "support/catch.hpp"
#include "support/segments.hpp"

namespace reel::segment {
namespace {

using test::kSegmentPath;
using test::make_segment;
using test::open_segment;

std::string noise(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(bytes, 'x');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::vector<std::string> texts(const SegmentReader& reader, std::uint32_t stream) {
  std::vector<std::string> out;
  for (const auto cursor = reader.cursor(stream, 0, true); cursor->next();) {
    out.emplace_back(cursor->event().text);
  }
  return out;
}

TEST_CASE("only a content that equals the text so far is elided", "[segment]") {
  io::MemoryFileSystem fs;
  auto writer = make_segment(fs);
  test::Frames frames;
  const auto number = writer->add_stream({"", "s", 1, 1});
  const std::string a = noise(20000, 1), b = noise(20000, 2);
  std::string near = a + b;
  near[12345] ^= 1;
  std::vector<std::string> told;
  std::uint64_t seq = 0;
  const auto grown_by = [&](const char* frame, std::string text) {
    const std::uint64_t before = writer->bytes();
    std::vector<Row> rows = {{number, seq++, frame}};
    REQUIRE(writer->append_block(rows).ok());
    told.push_back(std::move(text));
    return writer->bytes() - before;
  };
  const auto content = [&](const std::string& text) {
    return grown_by(frames.content(EventType::checkpoint, text, 2, 5), text);
  };
  constexpr std::uint64_t kElided = 300;
  grown_by(frames.token(a, 0, 1), a);
  grown_by(frames.token(b, 1, 2), b);
  CHECK(content(a + b) < kElided);
  CHECK(content(a + b) < kElided);
  CHECK(content(near) > 20000);   // one bit off: stored, and the text so far from now on
  CHECK(content(a + b) > 20000);  // no longer the text so far
  CHECK(content(a + b + "x") > 20000);
  CHECK(content((a + b).substr(1)) > 20000);
  CHECK(content("") < kElided);
  grown_by(frames.token(a, 2, 9), a);
  CHECK(content(a) < kElided);
  CHECK(grown_by(frames.content(EventType::complete, a, 3, 7), a) < kElided);
  REQUIRE(writer->seal().ok());
  CHECK(texts(*open_segment(fs), number) == told);
}

TEST_CASE("another stream's text is never taken for one's own", "[segment]") {
  io::MemoryFileSystem fs;
  auto writer = make_segment(fs);
  test::Frames frames;
  const auto one = writer->add_stream({"", "one", 1, 1});
  const auto two = writer->add_stream({"", "two", 2, 2});
  const std::string text = noise(5000, 3);
  // A block each: within one, compression alone would hide the repetition.
  const Row rows[] = {{one, 0, frames.token(text, 0, 1)},
                      {two, 0, frames.content(EventType::complete, text, 1, 2)},
                      {one, 1, frames.content(EventType::complete, text, 1, 2)}};
  for (Row row : rows) REQUIRE(writer->append_block({&row, 1}).ok());
  CHECK(writer->bytes() > 2 * text.size());
  CHECK(writer->bytes() < 3 * text.size());
  CHECK(texts(*open_segment(fs), one) == std::vector<std::string>{text, text});
  CHECK(texts(*open_segment(fs), two) == std::vector<std::string>{text});
}

TEST_CASE("events far larger than a block are kept whole", "[segment]") {
  io::MemoryFileSystem fs;
  auto writer = make_segment(fs);
  test::Frames frames;
  const auto number = writer->add_stream({"", "big", 1, 1});
  const std::string huge = noise(5 << 20, 4) + std::string(20 << 20, 'y');
  const std::string middle = noise(600 << 10, 5);
  Event opaque;
  opaque.body = Opaque{"big"};
  opaque.extra = "\"k\":\"" + std::string(3 << 20, 'z') + "\"";
  Event start;
  start.body = Start{"{\"p\":\"" + std::string(1 << 20, 'p') + "\"}"};
  std::vector<Row> rows = {{number, 0, frames.add(start, 0)},
                           {number, 1, frames.token("a", 0, 1)},
                           {number, 2, frames.content(EventType::complete, huge, 1, 2)},
                           {number, 3, frames.content(EventType::checkpoint, huge, 1, 3)},
                           {number, 4, frames.token(middle, 1, 4)},
                           {number, 5, frames.add(opaque, 5)},
                           {number, 6, frames.content(EventType::complete, huge + middle, 2, 6)}};
  REQUIRE(writer->append_block(rows).ok());
  CHECK(writer->bytes() < (7 << 20));
  const auto check = [&] {
    const auto reader = open_segment(fs);
    const std::vector<std::string> all = texts(*reader, number);
    REQUIRE(all.size() == 7);
    CHECK((all[2] == huge));
    CHECK((all[3] == huge));
    CHECK((all[4] == middle));
    CHECK((all[6] == huge + middle));
    const auto cursor = reader->cursor(number, 5, true);
    REQUIRE(cursor->next());
    CHECK((cursor->event().part(Part::extra) == opaque.extra));
    REQUIRE(cursor->next());  // restores the text from the front
    CHECK((cursor->event().text == huge + middle));
    const auto options = reader->options(number);
    REQUIRE(options.ok());
    CHECK((*options == std::get<Start>(start.body).options));
    VerifyReport report;
    reader->verify(report);
    CHECK(report.damage.empty());
  };
  check();
  REQUIRE(writer->seal().ok());
  check();
}

TEST_CASE("more rows than a block holds become several blocks", "[segment]") {
  io::MemoryFileSystem fs;
  auto writer = make_segment(fs);
  test::Frames frames;
  const auto number = writer->add_stream({"", "many", 1, 1});
  const std::string text(200, 't');
  const char* frame = frames.token(text, 0, 1);
  std::vector<Row> rows;
  for (std::uint64_t seq = 0; seq < 60000; ++seq) rows.push_back({number, seq, frame});
  REQUIRE(writer->append_block(rows).ok());
  CHECK(writer->raw_bytes() > (8 << 20));
  const auto reader = open_segment(fs);
  CHECK(reader->events() == 60000);
  const auto cursor = reader->cursor(number, 59999, true);
  REQUIRE(cursor->next());
  CHECK(cursor->event().text == text);
  CHECK(!cursor->next());
}

TEST_CASE("rows that make no sense are refused and leave no trace", "[segment]") {
  io::MemoryFileSystem fs;
  auto writer = make_segment(fs);
  test::Frames frames;
  const auto number = writer->add_stream({"", "s", 1, 1});
  std::vector<Row> good = {{number, 5, frames.token("a", 0, 1)}};
  REQUIRE(writer->append_block(good).ok());
  std::vector<Row> bad;
  SECTION("unknown stream") { bad = {{number + 1, 6, frames.token("b", 0, 1)}}; }
  SECTION("seq twice") {
    bad = {{number, 6, frames.token("b", 0, 1)}, {number, 6, frames.token("b", 0, 1)}};
  }
  SECTION("seq already stored") { bad = {{number, 5, frames.token("b", 0, 1)}}; }
  const std::uint64_t bytes = writer->bytes();
  CHECK(!writer->append_block(bad).ok());
  CHECK(writer->poisoned());
  CHECK(writer->bytes() == bytes);
  CHECK(writer->events() == 1);
  CHECK(!writer->sync().ok());
}

TEST_CASE("whatever fails, a rescue holds what was appended and can go on", "[segment]") {
  const auto kind = GENERATE(io::Operation::append, io::Operation::sync);
  const auto nth = GENERATE(range(0U, 8U));
  io::MemoryFileSystem fs;
  test::StreamModel model(31 + nth, 4);
  auto writer = make_segment(fs);
  model.add_streams(*writer);
  fs.fail({kind, nth, false, EIO, 100});
  int rescues = 0;
  const auto rescue = [&] {
    ++rescues;
    REQUIRE(writer->poisoned());
    auto fresh = writer->rescue(fs, "/rescued.seg", 777, 8);
    REQUIRE(fresh.ok());
    writer = std::move(*fresh);
    CHECK(writer->unsynced_bytes() == 0);
  };
  for (int block = 0; block < 6; ++block) {
    auto rows = model.rows(100);
    if (!writer->append_block(rows).ok()) {
      rescue();
      REQUIRE(writer->append_block(rows).ok());
    }
    if (block % 2 == 1 && !writer->sync().ok()) rescue();
  }
  auto summary = writer->seal();
  if (!summary.ok()) {
    rescue();
    summary = writer->seal();
  }
  REQUIRE(summary.ok());
  if (kind == io::Operation::sync && nth > 3) {
    CHECK(rescues == 0);
  } else {
    CHECK(rescues == 1);
  }
  const auto reader = open_segment(fs, rescues == 0 ? kSegmentPath : "/rescued.seg");
  REQUIRE(reader->sealed());
  CHECK(test::difference(*reader, model) == "");
  CHECK(reader->header().segment_id == (rescues == 0 ? test::segment_options().segment_id : 777));
  VerifyReport report;
  reader->verify(report);
  for (const Damage& d : report.damage) FAIL_CHECK(d.what << " at " << d.offset);
}

TEST_CASE("a rescue that fails can be tried again", "[segment]") {
  io::MemoryFileSystem fs;
  test::StreamModel model(41, 4);
  auto writer = make_segment(fs);
  model.add_streams(*writer);
  auto rows = model.rows(100);
  REQUIRE(writer->append_block(rows).ok());
  fs.fail({io::Operation::sync, 0, false, EIO, 0});
  REQUIRE(!writer->sync().ok());
  fs.fail({io::Operation::append, 1, false, ENOSPC, 0});
  REQUIRE(!writer->rescue(fs, "/b.seg", 777, 8).ok());
  const auto rescued = writer->rescue(fs, "/b.seg", 778, 9);
  REQUIRE(rescued.ok());
  CHECK(test::difference(*open_segment(fs, "/b.seg"), model) == "");
}

TEST_CASE("a finished segment is whole before its sync, and sealed by it", "[segment]") {
  io::MemoryFileSystem fs;
  test::StreamModel model(43, 4);
  auto writer = make_segment(fs);
  model.add_streams(*writer);
  auto rows = model.rows(100);
  REQUIRE(writer->append_block(rows).ok());
  auto earlier = writer->begin_sync();  // of an unfinished one, and still under way
  REQUIRE(earlier.ok());
  const auto summary = writer->finish();
  REQUIRE(summary.ok());
  CHECK(summary->sealed);
  CHECK(summary->bytes == fs.info(kSegmentPath)->size);
  CHECK(writer->bytes() == summary->bytes);
  CHECK(writer->unsynced_bytes() > 0);
  CHECK_FALSE(writer->poisoned());
  auto more = model.rows(10);
  CHECK_FALSE(writer->append_block(more).ok());
  CHECK_FALSE(writer->finish().ok());
  CHECK(open_segment(fs)->sealed());
  CHECK(writer->end_sync((*earlier)->sync()).ok());
  CHECK(writer->unsynced_bytes() > 0);  // the dictionary came after it

  const std::uint64_t closed = fs.operations(io::Operation::close);
  auto last = writer->begin_sync();
  REQUIRE(last.ok());
  CHECK(writer->end_sync((*last)->sync()).ok());
  CHECK(writer->unsynced_bytes() == 0);
  CHECK(fs.operations(io::Operation::close) == closed + 1);
  CHECK_FALSE(writer->poisoned());
  CHECK_FALSE(writer->begin_sync().ok());
  const auto after = fs.kill_process();
  const auto reader = open_segment(*after);
  REQUIRE(reader->sealed());
  CHECK(reader->summary().digest == summary->digest);
}

TEST_CASE("a finished segment whose last sync fails is carried over and finished again",
          "[segment]") {
  const auto kind = GENERATE(io::Operation::sync, io::Operation::close);
  const bool front_synced = GENERATE(false, true);
  io::MemoryFileSystem fs;
  test::StreamModel model(47, 4);
  auto writer = make_segment(fs);
  model.add_streams(*writer);
  for (int block = 0; block < 3; ++block) {
    auto rows = model.rows(100);
    REQUIRE(writer->append_block(rows).ok());
    if (front_synced && block == 1) REQUIRE(writer->sync().ok());
  }
  REQUIRE(writer->finish().ok());
  fs.fail({kind, 0, false, EIO, 0});
  auto last = writer->begin_sync();
  REQUIRE(last.ok());
  CHECK_FALSE(writer->end_sync((*last)->sync()).ok());
  CHECK(writer->poisoned());
  auto fresh = writer->rescue(fs, "/rescued.seg", 777, 8);
  REQUIRE(fresh.ok());
  CHECK((*fresh)->unsynced_bytes() == 0);
  REQUIRE((*fresh)->finish().ok());
  last = (*fresh)->begin_sync();
  REQUIRE(last.ok());
  CHECK((*fresh)->end_sync((*last)->sync()).ok());
  const auto reader = open_segment(fs, "/rescued.seg");
  REQUIRE(reader->sealed());
  CHECK(test::difference(*reader, model) == "");
}

}  // namespace
}  // namespace reel::segment
