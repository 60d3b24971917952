// Words: what comes again gets a number, what was taken back never had one, and a reader knows the
// same words whichever way it comes by them.
#include "segment/words.hpp"

#include <map>
#include <random>
#include <string>

#include "segment/word_table.hpp"
#include "support/catch.hpp"
#include "support/segments.hpp"

namespace reel::segment {
namespace {

std::string lengths_from(const WordTable& table, std::uint32_t first) {
  std::string out;
  for (std::uint32_t n = first; n < table.size(); ++n)
    base::append_varint(out, table.word(n).size());
  return out;
}

TEST_CASE("a text becomes a word when it is met again", "[segment]") {
  WordTable table;
  for (const std::string text :
       {"", "a", "12345678", "123456789", "a text of more than sixteen bytes"}) {
    INFO(text);
    CHECK(table.reference(text) == 0);
    const std::uint32_t reference = table.reference(text);
    REQUIRE(reference == table.size());
    CHECK(table.word(reference - 1) == text);
    CHECK(table.reference(text) == reference);
  }
}

TEST_CASE("texts that differ anywhere are different words", "[segment]") {
  std::mt19937_64 random(7);
  WordTable table;
  std::map<std::string, std::uint32_t> known;
  for (int round = 0; round < 60000; ++round) {
    // Few letters, so that fronts and ends repeat and many differ in their middle alone.
    std::string text(random() % 40, 'a');
    for (int changes = 0; changes < 2 && !text.empty(); ++changes) {
      text[random() % text.size()] = static_cast<char>('a' + random() % 3);
    }
    const std::uint32_t reference = table.reference(text);
    const auto [found, fresh] = known.emplace(text, 0);
    if (reference == 0) {
      CHECK(found->second == 0);
      continue;
    }
    REQUIRE(table.word(reference - 1) == text);
    if (found->second != 0) CHECK(found->second == reference);
    found->second = reference;
  }
  CHECK(table.size() > 5000);
}

TEST_CASE("words that were taken back are forgotten", "[segment]") {
  WordTable table;
  const auto meet_twice = [&](const std::string& text) {
    table.reference(text);
    return table.reference(text);
  };
  for (int i = 0; i < 3000; ++i) meet_twice("kept " + std::to_string(i));
  const std::uint32_t kept = table.size();
  const std::size_t bytes = table.bytes();
  for (int i = 0; i < 3000; ++i) meet_twice("gone " + std::to_string(i));
  table.take_back(kept);
  CHECK(table.size() == kept);
  CHECK(table.bytes() == bytes);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = "kept " + std::to_string(i);
    if (const std::uint32_t reference = table.reference(text)) {
      CHECK(table.word(reference - 1) == text);
    }
  }
  const std::uint32_t again = meet_twice("gone 1");
  REQUIRE(again > kept);
  CHECK(table.word(again - 1) == "gone 1");
}

TEST_CASE("a dictionary that is full stays as it is", "[segment]") {
  WordTable table;
  std::mt19937_64 random(11);
  for (int i = 0; i < 80000; ++i) {
    const std::string text = std::to_string(i * 7919);
    table.reference(text);
    table.reference(text);
  }
  CHECK(table.size() <= kWordsMax);
  CHECK(table.size() > kWordsMax / 2);
  Words words;
  REQUIRE(words.add_dictionary(table.encode_dictionary()));
  CHECK(words.size() == table.size());

  WordTable large;
  for (int i = 0; i < 4000; ++i) {
    std::string text(WordTable::kPartsBytesMax, 'x');
    for (char& c : text) c = static_cast<char>(random());
    large.reference(text);
    large.reference(text);
  }
  CHECK(large.bytes() <= kDictionaryBytesMax);
  CHECK(large.bytes() > kDictionaryBytesMax - 2 * WordTable::kPartsBytesMax);
}

TEST_CASE("words are the same by blocks, by the dictionary, and with a block missing",
          "[segment]") {
  WordTable table;
  for (int i = 0; i < 3000; ++i) {
    table.reference("word " + std::to_string(i));
    table.reference("word " + std::to_string(i));
  }
  const auto add = [&](Words& words, std::uint32_t first, std::uint32_t end) {
    WordTable until = table;
    until.take_back(end);
    return words.add(first, end - first, lengths_from(until, first), until.texts_from(first));
  };
  const std::uint32_t half = table.size() / 2;
  Words by_blocks, whole, second_half;
  REQUIRE(add(by_blocks, 0, half));
  const std::string_view first = by_blocks[0];
  REQUIRE(add(by_blocks, half, table.size()));
  CHECK(first.data() == by_blocks[0].data());  // no word moves
  REQUIRE(whole.add_dictionary(table.encode_dictionary()));
  REQUIRE(add(second_half, half, table.size()));
  for (std::uint32_t n = 0; n < table.size(); ++n) {
    REQUIRE(by_blocks[n] == table.word(n));
    REQUIRE(whole[n] == table.word(n));
    REQUIRE(second_half.has(n) == (n >= half));
  }
  CHECK_FALSE(whole.has(table.size()));
}

TEST_CASE("words that do not add up are refused", "[segment]") {
  Words words;
  CHECK(words.add(0, 0, "", ""));
  CHECK_FALSE(words.add(0, 0, "\x01", "a"));
  CHECK_FALSE(words.add(0, 2, "\x01", "a"));
  CHECK_FALSE(words.add(0, 1, "\x02", "a"));
  CHECK_FALSE(words.add(0, 1, "\x01", "ab"));
  CHECK_FALSE(words.add(kWordsMax, 1, "\x01", "a"));
  CHECK_FALSE(words.add(0, kWordsMax + 1, "\x01", "a"));
  std::string too_long;
  base::append_varint(too_long, kWordBytesMax + 1);
  CHECK_FALSE(words.add(0, 1, too_long, std::string(kWordBytesMax + 1, 'x')));
  CHECK_FALSE(words.add_dictionary(""));
  CHECK_FALSE(words.add_dictionary("\x01"));
  CHECK_FALSE(words.add_dictionary(std::string("\x01\x02") + "a"));
  CHECK_FALSE(words.add_dictionary(std::string("\xff\xff\xff\xff\x0f\x01") + "a"));
}

// Rows of one stream that say these texts in turn; answers the bytes of the file.
std::uint64_t bytes_with(const std::vector<std::string>& texts, int rows_count) {
  io::MemoryFileSystem fs;
  SegmentOptions options = test::segment_options();
  options.snapshot_events = 0;
  const auto made = SegmentWriter::create(fs, test::kSegmentPath, options);
  REQUIRE(made.ok());
  const auto& writer = *made;
  const std::uint32_t number = writer->add_stream({"l0", "s", 1, 1});
  test::Frames frames;
  std::uint64_t seq = 0;
  std::string expected;
  for (int block = 0; block < 10; ++block) {
    std::vector<Row> rows;
    for (int i = 0; i < rows_count / 10; ++i, ++seq) {
      const std::string& text = texts[seq % texts.size()];
      const auto index = static_cast<std::int64_t>(seq);
      rows.push_back({number, seq, frames.token(text, index, index * 1000)});
      expected += text;
    }
    REQUIRE(writer->append_block(rows).ok());
  }
  const auto told = [&](bool gathered) {
    const auto reader = test::open_segment(fs);
    std::string text;
    const auto cursor = reader->cursor(0, 0, true);
    while (gathered ? cursor->next_gathered(UINT64_MAX) : cursor->next()) {
      text += cursor->event().text;
    }
    return text;
  };
  CHECK(told(false) == expected);
  REQUIRE(writer->seal().ok());
  CHECK(told(false) == expected);
  CHECK(told(true) == expected);
  return writer->bytes();
}

TEST_CASE("a load of words takes little, one without them no more than its texts", "[segment]") {
  std::mt19937_64 random(3);
  std::vector<std::string> few, many;
  for (int i = 0; i < 500; ++i) few.push_back(" word" + std::to_string(random() % 100000));
  for (int i = 0; i < 50000; ++i) {
    std::string text(12, ' ');
    for (char& c : text) c = static_cast<char>('!' + random() % 90);
    many.push_back(text);
  }
  CHECK(bytes_with(few, 50000) < 50000 * 2);
  CHECK(bytes_with(many, 50000) < 50000 * 13);
}

TEST_CASE("a damaged dictionary block costs nothing but its report", "[segment]") {
  io::MemoryFileSystem fs;
  const auto writer = test::make_segment(fs);
  test::StreamModel model(31, 6);
  test::append_blocks(*writer, model, 4, 500);
  REQUIRE(writer->seal().ok());
  const std::string bytes = *fs.read(test::kSegmentPath, std::uint64_t{1} << 26);
  const std::string_view magic("RBLK\x04", 5);
  const std::size_t at = bytes.find(magic);
  REQUIRE(at != std::string::npos);
  std::string broken = bytes;
  broken[at + 72] ^= 1;
  io::MemoryFileSystem other;
  auto file = other.create(test::kSegmentPath);
  REQUIRE(file.ok());
  REQUIRE((*file)->append(broken).ok());
  const auto reader = test::open_segment(other);
  REQUIRE(reader->sealed());
  CHECK(test::difference(*reader, model) == "");
  CHECK(reader->damage().size() == 1);
}

}  // namespace
}  // namespace reel::segment
