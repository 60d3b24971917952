// Stores made by hand: reel.store, segments and catalog, without a Log.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "segment/segment_writer.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

namespace reel::test {

struct HandEvent {
  std::string id;
  std::uint64_t seq = 0;
  Event event;
  std::uint64_t incarnation = 1;
  std::uint64_t ordinal = 0;
  std::string name_space = "l0";
};

class HandStore {
 public:
  explicit HandStore(std::string path) : path_(std::move(path)) {
    auto made = catalog::create_store(io::posix(), path_, 1705619139921994);
    REQUIRE(made.ok());
    identity_ = *made;
    catalog_.clean = true;
  }

  enum class End { seal, leave, give_up };

  // One segment of one block an entry of `blocks`; `leave` neither seals nor lists it.
  void add_segment(const std::vector<std::vector<HandEvent>>& blocks, End end = End::seal) {
    segment::SegmentOptions options;
    options.store = identity_.uuid;
    options.number = catalog_.next_number;
    options.segment_id = 0x5e600000 + options.number;
    options.created_us = identity_.created_us;
    options.elision_key = {11, 22};
    options.snapshot_events = snapshot_events_;
    auto made = segment::SegmentWriter::create(
        io::posix(), catalog::segment_file(lane(), options.number), options);
    REQUIRE(made.ok());
    segment::SegmentWriter& writer = **made;
    std::vector<std::pair<std::string, std::uint32_t>> numbers;
    for (const auto& block : blocks) append_block(writer, block, numbers);
    if (end == End::leave) {
      REQUIRE(writer.sync().ok());
      return;
    }
    ++catalog_.next_number;
    if (end == End::give_up) {
      catalog_.segments.push_back({options.number, options.segment_id, writer.bytes(), 0,
                                   writer.events(), writer.streams(), false});
    } else {
      auto summary = writer.seal();
      REQUIRE(summary.ok());
      catalog_.segments.push_back(*summary);
    }
  }

  // Of the segments that are added from now on.
  void set_snapshot_events(std::uint32_t events) { snapshot_events_ = events; }

  void save() { REQUIRE(catalog::save_catalog(io::posix(), lane(), catalog_).ok()); }

  std::string lane() const { return catalog::lane_directory(path_, 0); }
  std::string segment(std::uint64_t number) const { return catalog::segment_file(lane(), number); }
  catalog::LaneCatalog& catalog() { return catalog_; }
  const catalog::StoreIdentity& identity() const { return identity_; }
  const std::string& path() const { return path_; }

 private:
  static void append_block(segment::SegmentWriter& writer, const std::vector<HandEvent>& block,
                           std::vector<std::pair<std::string, std::uint32_t>>& numbers) {
    std::deque<std::string> frames;
    std::vector<segment::Row> rows;
    for (const HandEvent& e : block) {
      const std::string key = e.name_space + '/' + e.id + '/' + std::to_string(e.incarnation);
      auto at = std::find_if(numbers.begin(), numbers.end(),
                             [&](const auto& n) { return n.first == key; });
      if (at == numbers.end()) {
        const auto number = writer.add_stream({e.name_space, e.id, e.incarnation, e.ordinal});
        at = numbers.insert(numbers.end(), {key, number});
      }
      rows.push_back({at->second, e.seq, frames.emplace_back(frame_of(e.event, e.seq)).data()});
    }
    const Status status = writer.append_block(rows);
    INFO(status.to_string());
    REQUIRE(status.ok());
  }

  std::string path_;
  catalog::StoreIdentity identity_;
  catalog::LaneCatalog catalog_;
  std::uint32_t snapshot_events_ = 0;
};

}  // namespace reel::test
