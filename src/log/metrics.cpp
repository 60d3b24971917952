#include "reel/metrics.hpp"

#include <cstdio>

namespace reel {

namespace {

class PrometheusText {
 public:
  explicit PrometheusText(std::string_view labels) : labels_(labels) {}

  void counter(std::string_view name, std::string_view help, std::uint64_t value,
               std::string_view label = {}) {
    head(name, help, "counter");
    line(name, label, std::to_string(value));
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    head(name, help, "gauge");
    line(name, {}, std::to_string(value));
  }
  void histogram(std::string_view name, std::string_view help, const LatencyHistogram& times) {
    constexpr unsigned kFirstBits = 4, kLastBits = 24;  // 16 us to 17 s
    head(name, help, "histogram");
    const std::string bucket = std::string(name) + "_bucket";
    for (unsigned bits = kFirstBits; bits <= kLastBits; ++bits) {
      const std::uint64_t us = std::uint64_t{1} << bits;
      line(bucket, "le=\"" + seconds(us) + '"', std::to_string(times.count_below(us)));
    }
    line(bucket, "le=\"+Inf\"", std::to_string(times.count()));
    line(std::string(name) + "_sum", {}, seconds(times.sum()));
    line(std::string(name) + "_count", {}, std::to_string(times.count()));
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string seconds(std::uint64_t us) {
    constexpr std::uint64_t kMicros = 1'000'000;
    char text[32];
    std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(us / kMicros),
                  static_cast<unsigned long long>(us % kMicros));
    return text;
  }
  void head(std::string_view name, std::string_view help, std::string_view type) {
    if (name == last_) return;  // one more line of the same metric
    last_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    text_.append(name).append(" ").append(type).append("\n");
  }
  void line(std::string_view name, std::string_view label, const std::string& value) {
    text_.append(name);
    if (!labels_.empty() || !label.empty()) {
      text_.append("{").append(labels_);
      if (!labels_.empty() && !label.empty()) text_ += ',';
      text_.append(label).append("}");
    }
    text_.append(" ").append(value).append("\n");
  }

  std::string_view labels_;
  std::string text_;
  std::string last_;
};

}  // namespace

std::string prometheus_text(const Metrics& m, std::string_view labels) {
  PrometheusText text(labels);
  const LogStats& s = m.stats;
  constexpr std::string_view kEvents = "reel_events_total", kLost = "reel_events_not_stored_total";
  constexpr std::string_view kEventsHelp = "Events by how far they have come.";
  text.counter(kEvents, kEventsHelp, m.watermarks.recorded, R"(state="recorded")");
  text.counter(kEvents, kEventsHelp, m.watermarks.written, R"(state="written")");
  text.counter(kEvents, kEventsHelp, m.watermarks.durable, R"(state="durable")");
  constexpr std::string_view kLostHelp =
      "Events that were offered and not stored, by cause; dropped ones are declared as gaps.";
  text.counter(kLost, kLostHelp, s.drops, R"(cause="dropped")");
  text.counter(kLost, kLostHelp, s.refusals, R"(cause="full")");
  text.counter("reel_gap_records_total", "GAP records written.", s.gaps);
  text.counter("reel_gap_events_total", "Events that GAP records declare lost.", s.gap_events);
  text.counter("reel_bytes_in_total", "Bytes of recorded frames taken by the writer.", m.bytes_in);
  text.counter("reel_bytes_raw_total", "Bytes of blocks before compression.", s.raw_bytes);
  text.counter("reel_bytes_out_total", "Bytes of segment files.", s.compressed_bytes);
  text.counter("reel_blocks_total", "Blocks written.", s.blocks);
  text.counter("reel_segments_sealed_total", "Segments sealed.", s.segments_sealed);
  text.counter("reel_upkeep_runs_total", "Merges and drops of sealed segments.", s.upkeep.runs);
  text.counter("reel_upkeep_bytes_before_total", "Bytes of segments that upkeep replaced.",
               s.upkeep.bytes_before);
  text.counter("reel_upkeep_bytes_after_total", "Bytes of segments that upkeep wrote.",
               s.upkeep.bytes_after);
  text.counter("reel_upkeep_events_dropped_total", "Events that were deleted or past their time.",
               s.upkeep.events_dropped);
  text.counter("reel_errors_total", "Errors of the writer, repetitions not counted.", s.errors);
  text.gauge("reel_open_streams", "Streams in the stream table.", s.open_streams);
  text.gauge("reel_queue_chunks", "Full chunks that wait for the writer.", m.chunks_queued);
  text.gauge("reel_arena_bytes", "Size of the arena's chunks.", m.arena_bytes_total);
  text.gauge("reel_arena_used_bytes", "Chunks of the arena in use.", m.arena_bytes_used);
  text.histogram("reel_write_seconds", "Time to encode, compress and append a block.", m.write);
  text.histogram("reel_sync_seconds", "Time of an fdatasync.", m.sync);
  return text.take();
}

}  // namespace reel
