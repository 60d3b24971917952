// A lane whose segments are sealed one step at a time: here the test is the thread that waits for the
// disk.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/open_lane.hpp"
#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

namespace reel::test {

inline const std::string kLane = catalog::lane_directory("/store", 0);

class HandRunner final : public writer::SyncRunner {
 public:
  void start(std::function<void()> work) override { work_ = std::move(work); }
  bool running() override { return work_ != nullptr; }
  void wait() override {
    if (work_ != nullptr) ++waits;
    finish();
  }
  void finish() {
    if (work_ != nullptr) std::exchange(work_, nullptr)();
  }
  int waits = 0;  // the writer had to

 private:
  std::function<void()> work_;
};

struct Unlisted {
  std::vector<std::uint64_t> numbers;
  std::size_t listed = 0;
};
// Segments that the catalog does not list, and how many it does.
inline Unlisted segment_files(io::FileSystem& fs) {
  const auto lane = catalog::load_catalog(fs, kLane);
  const auto names = fs.list(kLane);
  REQUIRE(lane.ok());
  REQUIRE(names.ok());
  Unlisted unlisted;
  unlisted.listed = lane->segments.size();
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    const bool known = number && std::any_of(lane->segments.begin(), lane->segments.end(),
                                             [&](const auto& s) { return s.number == *number; });
    if (number && !known) unlisted.numbers.push_back(*number);
  }
  return unlisted;
}

// Records three streams into small segments.
class SealingRig {
 public:
  SealingRig(io::MemoryFileSystem& fs, Expected& expected, std::uint64_t seed,
      std::uint64_t segment_bytes_max = 8000, segment::BlockRunner* blocks = nullptr)
      : expected_(expected), events_(seed) {
    LogOptions options = stepped_options();
    options.segment_bytes_max = segment_bytes_max;
    options.sync_interval_ms = 500;
    auto opened = log::open_lane({&fs, &clock}, "/store", options);
    INFO(opened.status().to_string());
    REQUIRE(opened.ok());
    lane = *std::move(opened);
    lane.segments->set_sync_runner(&runner);
    lane.segments->set_block_runner(blocks);
    for (const char* id : {"a", "b", "c"}) {
      auto stream = lane.registry->open("l0", id);
      REQUIRE(stream.ok());
      streams.emplace(id, std::move(*stream));
    }
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id(1, static_cast<char>('a' + events_.below(3)));
      const Event event = events_.event();
      const std::uint64_t seq = streams.at(id)->next_seq;
      REQUIRE(record_event(*streams.at(id), event) == Append::ok);
      expected_[id].push_back(describe(seq, event));
    }
  }
  Status step(writer::Demand demand) { return lane.writer->step(demand); }
  // Records and writes until a segment is being sealed and the next one has begun.
  void into_sealing() {
    while (!lane.segments->sealing()) {
      record(5);
      REQUIRE(step(writer::Demand::write).ok());
    }
    record(5);
    REQUIRE(step(writer::Demand::write).ok());
    REQUIRE(lane.segments->sealing());
  }
  // Until all is durable and sealed. False: it cannot be, since a block that was given up never
  // was.
  bool finish() {
    bool done = false;
    for (int i = 0; i < 40 && !done; ++i) {
      clock.advance(300'000);
      done = step(writer::Demand::sync).ok() && lane.writer->settled() && lane.writer->all_durable();
      runner.finish();
    }
    return done && lane.segments->seal().ok();
  }

  TestClock clock;
  HandRunner runner;
  log::OpenLane lane;
  std::map<std::string, std::unique_ptr<detail::RecorderState>> streams;

 private:
  Expected& expected_;
  RandomEvents events_;
};

inline std::unique_ptr<io::MemoryFileSystem> new_fs() {
  auto fs = std::make_unique<io::MemoryFileSystem>();
  REQUIRE(fs->mount_tmpfs("/dev/shm", std::uint64_t{64} << 20).ok());
  return fs;
}

}  // namespace reel::test
