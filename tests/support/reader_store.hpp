// Stores made by hand for tests of a Reader, and short ways to ask it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reel/reader.hpp"
#include "support/hand_store.hpp"
#include "support/temp_dir.hpp"

namespace reel::test {

using Seqs = std::vector<std::uint64_t>;

// Stamped 1000 ms + seq.
inline HandEvent token(std::string id, std::uint64_t seq, std::string value,
                       std::uint64_t ordinal = 0) {
  return {
      std::move(id),
      seq,
      token_at(1000.0 + static_cast<double>(seq), std::move(value), static_cast<std::int64_t>(seq)),
      1,
      ordinal,
      "l0"};
}

// A store of two segments; "a" goes through both, "b" is only in the second, "c" in another
// namespace.
inline void two_segments(HandStore& store) {
  store.add_segment({{{"a", 0, event_at(999, Start{R"({"model":"m"})"})},
                      token("a", 1, "one "),
                      token("a", 2, "two ")},
                     {token("a", 3, "three ")}});
  HandEvent other = token("c", 0, "C", 2);
  other.name_space = "other";
  store.add_segment({{token("a", 4, "four"),
                      {"a", 5, event_at(1009, Gap{3, "overflow"})},
                      {"a", 8, event_at(1010, Complete{"one two three four", 5})},
                      token("b", 0, "B", 1),
                      other}});
  store.save();
}

inline Reader opened(const std::string& path) {
  auto reader = Reader::open(path);
  INFO(reader.status().to_string());
  REQUIRE(reader.ok());
  return *std::move(reader);
}

// The store of two segments, in a folder of its own, and a Reader on it.
struct OnTwoSegments {
  static HandStore filled(std::string path) {
    HandStore made(std::move(path));
    two_segments(made);
    return made;
  }
  TempDir dir;
  HandStore store = filled(dir.file("s"));
  Reader reader = opened(store.path());
};

// What a cursor of the stream tells, to its end.
inline Seqs seqs(const Reader& reader, std::string_view id, std::uint64_t from = 0,
                 std::uint64_t to = UINT64_MAX, std::string_view name_space = "l0") {
  auto cursor = reader.cursor(id, name_space, from, to);
  REQUIRE(cursor.ok());
  Seqs list;
  while (cursor->next()) {
    CHECK(cursor->view().stream_id == id);
    list.push_back(cursor->view().seq);
  }
  CHECK(cursor->status().ok());
  CHECK_FALSE(cursor->next());
  return list;
}

}  // namespace reel::test
