#include "stats_group.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reel/json.hpp"

namespace reel::tool {

void StatsGroup::add(const StreamTiming& stream) {
  ++streams;
  timed_streams += stream.timed() ? 1 : 0;
  events += stream.events();
  tokens += stream.tokens();
  tokens_of_stream.add(stream.tokens());
  events_of_stream.add(stream.events());
  if (!stream.timed()) return;
  if (const auto ms = stream.first_token_ms()) {
    first_token_us.add(static_cast<std::uint64_t>(std::llround(*ms * 1000)));
  }
  if (const auto pace = stream.tokens_per_s()) {
    milli_tokens_per_s.add(static_cast<std::uint64_t>(std::llround(*pace * 1000)));
  }
  gaps_us.merge(stream.gaps_us());
  gaps += stream.gaps_us().count();
  paced_ms += stream.paced_ms();
}

std::optional<double> StatsGroup::tokens_per_s() const {
  if (gaps == 0 || paced_ms <= 0) return std::nullopt;
  return static_cast<double>(gaps) * 1000 / paced_ms;
}

void append_spread(std::string& out, const TimingHistogram& values, double unit) {
  if (values.count() == 0) {
    out += "null";
    return;
  }
  out += fmt::format("{{\"count\":{}", values.count());
  const auto append = [&](const char* name, std::uint64_t value) {
    out += fmt::format(",\"{}\":", name);
    json::append_number(out, static_cast<double>(value) / unit);
  };
  append("p50", values.quantile(0.5));
  append("p90", values.quantile(0.9));
  append("p99", values.quantile(0.99));
  append("max", values.max());
  out += '}';
}

void append_optional(std::string& out, const std::optional<double>& value) {
  if (value) {
    json::append_number(out, *value);
  } else {
    out += "null";
  }
}

void append_group(std::string& out, const StatsGroup& group) {
  out += fmt::format("\"streams\":{},\"timed_streams\":{},\"events\":{},\"tokens\":{}",
                     group.streams, group.timed_streams, group.events, group.tokens);
  out += ",\"first_token_ms\":";
  append_spread(out, group.first_token_us, 1000);
  out += ",\"token_gap_ms\":";
  append_spread(out, group.gaps_us, 1000);
  out += ",\"tokens_per_s\":";
  append_optional(out, group.tokens_per_s());
  out += ",\"stream_tokens_per_s\":";
  append_spread(out, group.milli_tokens_per_s, 1000);
  out += ",\"tokens_per_stream\":";
  append_spread(out, group.tokens_of_stream, 1);
  out += ",\"events_per_stream\":";
  append_spread(out, group.events_of_stream, 1);
}

}  // namespace reel::tool
