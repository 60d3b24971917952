// Metrics of a Log's own work, as a struct and as Prometheus text. Streams are many and short, so
// no metric ever names one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reel/log_linear_histogram.hpp"
#include "reel/log.hpp"

namespace reel {

struct Metrics {
  Watermarks watermarks;
  LogStats stats;
  std::uint32_t chunks_queued = 0;      // handed over and not yet taken by the writer: queue depth
  std::uint64_t arena_bytes_total = 0;  // of chunks, reserved or not
  std::uint64_t arena_bytes_used = 0;   // of chunks that are not free
  std::uint64_t bytes_in = 0;           // of frames, as the writer took them
  LatencyHistogram write;               // one block: columns, compression, append
  LatencyHistogram sync;                // one fdatasync
};

// The text exposition format of Prometheus (version 0.0.4): every line `reel_...`, times in
// seconds. `labels` goes into every line as it is, e.g. `store="a",host="b"`.
std::string prometheus_text(const Metrics& metrics, std::string_view labels = {});

}  // namespace reel
