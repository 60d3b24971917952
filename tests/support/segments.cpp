#include "support/segments.hpp"

#include <cmath>

#include "segment/timestamp.hpp"
#include "support/catch.hpp"

namespace reel::test {

const char* Frames::put(const event::FrameHeader& header, const event::FrameParts& parts) {
  auto& frame = frames_.emplace_back(new char[event::frame_bytes(parts)]);
  event::put_frame(frame.get(), header, parts);
  return frame.get();
}

const char* Frames::add(const Event& event, std::uint64_t seq) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(view.type);
  header.seq = seq;
  if (const auto us = segment::exact_us(event.ts_ms); us && (seq & 1) == 0) {
    header.ts = *us;
  } else {
    header.flags = event::kTsDouble;
    header.ts = std::bit_cast<std::int64_t>(event.ts_ms);
  }
  return put(header, {view.text, view.parts, view.number});
}

const char* Frames::token(std::string_view text, std::int64_t index, std::int64_t ts_us) {
  return content(EventType::token, text, index, ts_us);
}

const char* Frames::content(EventType type, std::string_view text, std::int64_t number,
                            std::int64_t ts_us) {
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(type);
  header.ts = ts_us;
  return put(header, {text, {}, number});
}

segment::SegmentOptions segment_options(std::uint64_t seed) {
  segment::SegmentOptions options;
  options.store = {1, seed};
  options.segment_id = 0x1234567890abcdef + seed;
  options.number = 7;
  options.lane = 3;
  options.created_us = 1705619139899000;
  options.elision_key = {seed * 3, seed * 5};
  options.snapshot_events = 16;
  return options;
}

std::unique_ptr<segment::SegmentWriter> make_segment(io::FileSystem& fs, std::uint64_t seed,
                                                     const std::string& path) {
  auto writer = segment::SegmentWriter::create(fs, path, segment_options(seed));
  INFO(writer.status().to_string());
  REQUIRE(writer.ok());
  return *std::move(writer);
}

std::unique_ptr<segment::SegmentReader> open_segment(io::FileSystem& fs, const std::string& path) {
  auto reader = segment::SegmentReader::open(fs, path);
  INFO(reader.status().to_string());
  REQUIRE(reader.ok());
  return *std::move(reader);
}

void append_blocks(segment::SegmentWriter& writer, StreamModel& model, int blocks,
                   std::size_t rows) {
  model.add_streams(writer);
  for (int i = 0; i < blocks; ++i) {
    auto block = model.rows(rows);
    REQUIRE(writer.append_block(block).ok());
  }
}

StreamModel::StreamModel(std::uint64_t seed, std::size_t streams) : random_(seed) {
  for (std::size_t i = 0; i < streams; ++i) {
    KeptStream& stream = streams_.emplace_back();
    stream.name_space = i % 3 == 0 ? "" : "ns" + std::to_string(i % 2);
    // Some ids occur twice, in two incarnations.
    stream.id = "stream-" + std::to_string(i % 7 == 6 ? i - 3 : i);
    stream.incarnation = 1000 + i;
    stream.next_seq = random_.coin() ? 0 : random_.below(1000);
  }
}

void StreamModel::add_streams(segment::SegmentWriter& writer) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const KeptStream& s = streams_[i];
    (void)writer.add_stream({s.name_space, s.id, s.incarnation, 100 + i});
  }
}

Event StreamModel::make_event(KeptStream& stream) {
  const std::uint64_t dice = random_.below(20);
  if (dice == 0) return random_.gap();
  if (dice < 4) return random_.event();
  Event event;
  event.ts_ms = 1705619139899.0 + static_cast<double>(random_.below(1u << 20)) / 1000.0;
  if (dice == 4) event.ts_ms = 1705619139899.0 + static_cast<double>(random_.below(4096)) / 4096.0;
  if (dice < 8) {
    const std::string content = random_.below(5) == 0 ? stream.text + "x" : stream.text;
    if (dice == 5) event.body = Checkpoint{content, stream.tokens};
    if (dice == 6) event.body = Complete{content, stream.tokens};
    if (dice == 7 || dice == 4) event.body = Continuation{content, stream.tokens};
    return event;
  }
  event.body = Token{random_.below(9) == 0 ? random_.text() : " tok" + std::to_string(dice),
                     stream.tokens++,
                     random_.below(9) == 0 ? "reasoning" : "",
                     {}};
  return event;
}

segment::Row StreamModel::next() {
  const auto number = static_cast<std::uint32_t>(random_.below(streams_.size()));
  KeptStream& stream = streams_[number];
  if (random_.below(30) == 0) stream.next_seq += random_.below(5);  // a hole nobody declared
  const std::uint64_t seq = stream.next_seq;
  Event event = make_event(stream);
  std::string parts;
  const EventView view = event::view_of(event, parts);
  if (view.is_text_token()) stream.text.append(view.text);
  if (view.type == EventType::checkpoint || view.type == EventType::complete ||
      view.type == EventType::continuation) {
    stream.text = view.text;
  }
  const auto* gap = std::get_if<Gap>(&event.body);
  stream.next_seq += gap != nullptr ? gap->count : 1;
  const segment::Row row{number, seq, frames_.add(event, seq)};
  stream.events.push_back({seq, std::move(event)});
  return row;
}

std::vector<segment::Row> StreamModel::rows(std::size_t count) {
  std::vector<segment::Row> rows;
  while (rows.size() < count) rows.push_back(next());
  return rows;
}

std::string difference(const segment::SegmentReader& reader, const StreamModel& model) {
  for (std::uint32_t n = 0; n < model.streams().size(); ++n) {
    const KeptStream& kept = model.streams()[n];
    const std::string name = "stream " + std::to_string(n);
    if (n >= reader.stream_count()) return name + " is missing";
    const segment::SegmentStream stream = reader.stream(n);
    if (stream.identity.id != kept.id || stream.identity.name_space != kept.name_space ||
        stream.identity.incarnation != kept.incarnation || stream.identity.ordinal != 100 + n) {
      return name + " has another identity";
    }
    event::StreamFacts facts;
    const auto cursor = reader.cursor(n, 0, true);
    for (const KeptEvent& expected : kept.events) {
      const std::string at = name + " at " + std::to_string(expected.seq);
      if (!cursor->next()) return at + ": ends: " + cursor->status().to_string();
      if (cursor->seq() != expected.seq) return at + ": is " + std::to_string(cursor->seq());
      std::string parts;
      const EventView view = event::view_of(expected.event, parts);
      if (!same_event(cursor->event(), view)) return at + ": differs";
      facts.note(expected.seq, view);
    }
    if (cursor->next()) return name + " goes on";
    if (facts.next_seq != stream.facts.next_seq || facts.first_seq != stream.facts.first_seq ||
        facts.event_count != stream.facts.event_count ||
        facts.gap_events != stream.facts.gap_events ||
        facts.token_count != stream.facts.token_count || facts.has_end != stream.facts.has_end ||
        !segment::same_bits(facts.end_ts, stream.facts.end_ts) ||
        !segment::same_bits(facts.start_ts, stream.facts.start_ts)) {
      return name + " has other facts";
    }
  }
  return {};
}

std::string invention(const segment::SegmentReader& reader, const StreamModel& model) {
  for (std::uint32_t n = 0; n < reader.stream_count(); ++n) {
    if (n >= model.streams().size()) return "a stream too many";
    const KeptStream& kept = model.streams()[n];
    const auto id = reader.stream(n).identity.id;
    if (!id.empty() && id != kept.id) return "another id";
    auto at = kept.events.begin();
    for (const auto cursor = reader.cursor(n, 0, false); cursor->next();) {
      while (at != kept.events.end() && at->seq < cursor->seq()) ++at;
      if (at == kept.events.end() || at->seq != cursor->seq()) return "an invented seq";
      std::string parts;
      if (!same_event(cursor->event(), event::view_of(at->event, parts))) return "another event";
    }
  }
  return {};
}

}  // namespace reel::test
