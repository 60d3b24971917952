// Streams as no recorder would make them, for what lays them out and reads them back.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "segment/stream_table.hpp"

namespace reel::test {

class RandomTables {
 public:
  explicit RandomTables(std::uint64_t seed) : random_(seed) {}

  segment::StreamTable table(std::uint32_t streams) {
    segment::StreamTable table;
    const auto blocks = static_cast<std::uint32_t>(below(40));
    for (std::uint32_t i = 0; i < blocks; ++i) {
      segment::BlockEntry& block = table.blocks().emplace_back();
      block.offset = number();
      block.kind = static_cast<std::uint32_t>(below(5));
      block.max_ts_ms = stamp();
    }
    for (std::uint32_t i = 0; i < streams; ++i) add_stream(table, blocks);
    table.add_events(number());
    return table;
  }
  std::string id() {
    switch (below(8)) {
      case 0:
        return text(below(50) == 0 ? 65535 : below(10) == 0 ? 4096 : below(30));
      case 1:
        return "ABCDEF01-2345-7890-abcd-ef0123456789";
      case 2:
        return "abcdef012-345-7890-abcd-ef0123456789";
      case 3:
        return hex(kVersion4);
      default:
        return hex(kOrdered);
    }
  }
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

 private:
  static constexpr bool kOrdered = true, kVersion4 = false;

  void add_stream(segment::StreamTable& table, std::uint32_t blocks) {
    const std::string space = below(3) == 0 ? text(below(60) == 0 ? 65535 : below(5)) : "default";
    const std::uint32_t n = table.add({space, id(), random_(), number()});
    segment::StreamRecord& record = table.record(n);
    event::StreamFacts& f = record.facts;
    if (below(8) != 0) {  // else no events
      f.has_events = true;
      f.event_count = below(10) == 0 ? 0 : number();  // gaps alone
      f.gap_records = below(3) == 0 ? number() : 0;
      f.gap_events = below(3) == 0 ? number() : 0;
      f.first_seq = number();
      f.next_seq = below(2) == 0 ? f.first_seq + f.event_count + f.gap_events : number();
      f.has_token_count = below(2) == 0;
      f.has_start = below(2) == 0;
      f.has_end = below(2) == 0;
      f.completed = below(2) == 0;
      f.has_error = below(2) == 0;
      f.ends_in_error = below(2) == 0;
      f.token_count = static_cast<std::int64_t>(number());
      f.start_ts = stamp();
      f.end_ts = stamp();
      record.start_seq = number();
    }
    for (std::uint32_t block = 0; block < blocks; ++block) {
      if (below(4) == 0) table.link(n, block, number());
    }
    std::uint64_t first = below(2) == 0 ? 0 : 1ULL << 62;
    for (std::uint64_t i = below(3); i > 0; --i) {
      table.add_snapshot({first, number(), number(), n, static_cast<std::uint32_t>(below(99))});
      first += 1 + below(9000);
    }
  }
  std::uint64_t number() {
    constexpr std::uint64_t kEdges[] = {0, 1, 127, 128, 1ULL << 32, 1ULL << 62, 1ULL << 63, ~0ULL};
    return below(3) == 0 ? kEdges[below(std::size(kEdges))] : below(500);
  }
  double stamp() {
    using Limits = std::numeric_limits<double>;
    switch (below(9)) {
      case 0:
        return 0.0;
      case 1:
        return -0.0;
      case 2:
        return below(2) == 0 ? Limits::quiet_NaN() : -Limits::quiet_NaN();
      case 3:
        return below(2) == 0 ? Limits::infinity() : -Limits::infinity();
      case 4:
        return below(2) == 0 ? Limits::denorm_min() : -Limits::max();
      case 5:
        return std::ldexp(static_cast<double>(random_()), -20);
      case 6:
        return -static_cast<double>(below(1'000'000'000'000)) / 1000.0;
      default:
        return (1.7e15 + static_cast<double>(below(1'000'000'000))) / 1000.0;
    }
  }
  std::string text(std::uint64_t bytes) {
    std::string text(bytes, ' ');
    for (char& c : text) c = static_cast<char>(below(3) == 0 ? random_() : 'a' + below(26));
    return text;
  }
  std::string hex(bool ordered) {
    std::string id = ordered ? "018bd958-0000-7000-8000-000000000000" : std::string(36, '-');
    for (std::size_t i = ordered ? 9 : 0; i < id.size(); ++i) {
      if (i != 8 && i != 13 && i != 18 && i != 23) id[i] = "0123456789abcdef"[below(16)];
    }
    return id;
  }

  std::mt19937_64 random_;
};

}  // namespace reel::test
