// Streams of random events written to a segment, and the same events kept beside it to compare.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "event/frame.hpp"
#include "io/memory_file_system.hpp"
#include "segment/segment_reader.hpp"
#include "segment/segment_writer.hpp"
#include "support/random_event.hpp"

namespace reel::test {

// Frames in memory, each in a buffer of exactly its size, so that a sanitizer sees overruns.
class Frames {
 public:
  const char* add(const Event& event, std::uint64_t seq);
  const char* token(std::string_view text, std::int64_t index, std::int64_t ts_us);
  const char* content(EventType type, std::string_view text, std::int64_t number,
                      std::int64_t ts_us);
  void clear() { frames_.clear(); }

 private:
  const char* put(const event::FrameHeader& header, const event::FrameParts& parts);
  std::deque<std::unique_ptr<char[]>> frames_;
};

struct KeptEvent {
  std::uint64_t seq = 0;
  Event event;
};

struct KeptStream {
  std::string name_space, id;
  std::uint64_t incarnation = 0;
  std::vector<KeptEvent> events;
  std::string text;  // the text so far, as a recorder would tell it
  std::int64_t tokens = 0;
  std::uint64_t next_seq = 0;
};

segment::SegmentOptions segment_options(std::uint64_t seed = 1);

// A new segment at `path`, or one that is there, read; fail the running test when that fails.
inline constexpr const char* kSegmentPath = "/a.seg";
std::unique_ptr<segment::SegmentWriter> make_segment(io::FileSystem& fs, std::uint64_t seed = 1,
                                                     const std::string& path = kSegmentPath);
std::unique_ptr<segment::SegmentReader> open_segment(io::FileSystem& fs,
                                                     const std::string& path = kSegmentPath);

// Random streams: `next()` makes the next event of one of them and its row.
class StreamModel {
 public:
  StreamModel(std::uint64_t seed, std::size_t streams);

  void add_streams(segment::SegmentWriter& writer);
  segment::Row next();
  std::vector<segment::Row> rows(std::size_t count);
  const std::vector<KeptStream>& streams() const { return streams_; }

 private:
  Event make_event(KeptStream& stream);
  RandomEvents random_;
  std::vector<KeptStream> streams_;
  Frames frames_;
};

// Adds the model's streams and then so many blocks of so many of its rows.
void append_blocks(segment::SegmentWriter& writer, StreamModel& model, int blocks,
                   std::size_t rows);

// Empty when the reader tells exactly what the model holds, else the first difference.
std::string difference(const segment::SegmentReader& reader, const StreamModel& model);
// Empty when every event the reader tells is one of the model's; they may be fewer.
std::string invention(const segment::SegmentReader& reader, const StreamModel& model);

}  // namespace reel::test
