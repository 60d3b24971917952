// How fast rows become blocks, and how many bytes an event takes: token streams with log-normal
// gaps (median 25 ms, sigma 0.35) and a checkpoint of the full content every 20 tokens.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "event/frame.hpp"
#include "io/memory_file_system.hpp"
#include "segment/segment_reader.hpp"
#include "segment/segment_writer.hpp"

namespace {

using reel::EventType;
using reel::segment::Row;

constexpr std::size_t kStreams = 1000;
constexpr std::size_t kBatches = 10;
constexpr std::size_t kBatchRows = 100000;
constexpr std::size_t kCheckpointEvery = 20;

struct Load {
  std::vector<std::unique_ptr<char[]>> chunks;
  std::vector<Row> rows;
  std::size_t used = 0;

  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

  void add(std::uint32_t stream, std::uint64_t seq, EventType type, std::int64_t ts,
           std::string_view text, std::int64_t number) {
    const reel::event::FrameParts parts{text, {}, number};
    const std::size_t bytes = reel::event::frame_bytes(parts);
    if (chunks.empty() || used + bytes > kChunkBytes) {
      chunks.emplace_back(new char[kChunkBytes]);
      used = 0;
    }
    reel::event::FrameHeader header;
    header.type = static_cast<std::uint8_t>(type);
    header.seq = seq;
    header.ts = ts;
    char* frame = chunks.back().get() + used;
    reel::event::put_frame(frame, header, parts);
    used += bytes;
    rows.push_back({stream, seq, frame});
  }
};

Load make_load(bool checkpoints) {
  struct Stream {
    std::uint64_t seq = 0;
    std::int64_t tokens = 0;
    double us = 1.7e15;
    std::string text;
  };
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> gap(std::log(25000.0), 0.35);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < 8000; ++i) {
    std::string word = random() % 3 == 0 ? "" : " ";
    for (std::uint64_t n = 1 + random() % 7; n > 0; --n) {
      word.push_back("etaoinshrdlucmfwyp"[random() % 18]);
    }
    words.push_back(word);
  }
  std::vector<Stream> streams(kStreams);
  for (Stream& s : streams) s.us += static_cast<double>(random() % 1000000);
  Load load;
  while (load.rows.size() < kBatches * kBatchRows) {
    const auto number = static_cast<std::uint32_t>(random() % kStreams);
    Stream& s = streams[number];
    s.us += gap(random);
    // Words are as unequally frequent as in any language.
    const double rank = std::pow(static_cast<double>(random() >> 11) * 0x1.0p-53, 3.0);
    const std::string& word = words[static_cast<std::size_t>(rank * 8000)];
    const auto ts = static_cast<std::int64_t>(s.us);
    load.add(number, s.seq++, EventType::token, ts, word, s.tokens++);
    s.text += word;
    if (checkpoints && static_cast<std::size_t>(s.tokens) % kCheckpointEvery == 0) {
      load.add(number, s.seq++, EventType::checkpoint, ts + 40, s.text, s.tokens);
    }
  }
  load.rows.resize(kBatches * kBatchRows);
  return load;
}

struct Written {
  std::unique_ptr<reel::io::MemoryFileSystem> fs;
  std::uint64_t bytes = 0, raw = 0;
};

Written write(const Load& load, benchmark::State* state) {
  Written out{std::make_unique<reel::io::MemoryFileSystem>()};
  auto writer = reel::segment::SegmentWriter::create(*out.fs, "/bench.seg", {});
  for (std::size_t i = 0; i < kStreams; ++i) {
    (void)(*writer)->add_stream({"", "stream-" + std::to_string(i), i, i});
  }
  std::vector<Row> rows = load.rows;
  if (state != nullptr) state->ResumeTiming();
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    const auto part = std::span(rows).subspan(batch * kBatchRows, kBatchRows);
    if (!(*writer)->append_block(part).ok()) std::abort();
  }
  if (state != nullptr) state->PauseTiming();
  out.bytes = (*writer)->bytes();
  out.raw = (*writer)->raw_bytes();
  if (!(*writer)->seal().ok()) std::abort();
  return out;
}

void append_blocks(benchmark::State& state) {
  const Load load = make_load(state.range(0) != 0);
  Written written;
  for (auto _ : state) {
    state.PauseTiming();
    written = write(load, &state);
    state.ResumeTiming();
  }
  const auto events = static_cast<double>(load.rows.size());
  state.counters["bytes/event"] = static_cast<double>(written.bytes) / events;
  state.counters["raw/event"] = static_cast<double>(written.raw) / events;
  state.counters["events/s"] =
      benchmark::Counter(events, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(append_blocks)->Arg(0)->Arg(1)->ArgName("checkpoints")->Unit(benchmark::kMillisecond);

void read_streams(benchmark::State& state) {
  const Load load = make_load(true);
  const Written written = write(load, nullptr);
  std::uint64_t events = 0;
  for (auto _ : state) {
    const auto reader = reel::segment::SegmentReader::open(*written.fs, "/bench.seg");
    events = 0;
    for (std::uint32_t n = 0; n < kStreams / 50; ++n) {
      for (const auto cursor = (*reader)->cursor(n, 0, true); cursor->next();) ++events;
    }
  }
  state.counters["events/s"] = benchmark::Counter(static_cast<double>(events),
                                                  benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(read_streams)->Unit(benchmark::kMillisecond);

}  // namespace
