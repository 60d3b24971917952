// Which doubles are whole microseconds or whole 1/4096 ms, to the last bit.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>

#include "segment/format.hpp"

namespace reel::segment {

inline bool same_bits(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

inline double ms_of_us(std::int64_t us) noexcept { return static_cast<double>(us) / 1000.0; }
inline double ms_of_4096(std::int64_t units) noexcept {
  return static_cast<double>(units) / 4096.0;
}

// The whole number of 1/units_per_ms for which `back` gives every bit of `ts_ms` again. -0.0, NaN
// and infinities have none.
inline std::optional<std::int64_t> exact_units(double ts_ms, double units_per_ms,
                                               double (*back)(std::int64_t)) noexcept {
  constexpr double kUnitsMax = 4.0e18;  // well inside int64
  const double scaled = ts_ms * units_per_ms;
  if (!(std::fabs(scaled) < kUnitsMax)) return std::nullopt;
  // Without a call where it need not be one. Below 2^51 a stamp that is whole units, scaled, is
  // less than 0.4 away from them, so both ways find them.
  const std::int64_t units = std::fabs(scaled) < 0x1p51
                                 ? static_cast<std::int64_t>(scaled + std::copysign(0.5, scaled))
                                 : std::llrint(scaled);
  return same_bits(back(units), ts_ms) ? std::optional(units) : std::nullopt;
}
inline std::optional<std::int64_t> exact_us(double ts_ms) noexcept {
  return exact_units(ts_ms, 1000.0, [](std::int64_t u) { return ms_of_us(u); });
}
inline std::optional<std::int64_t> exact_4096(double ts_ms) noexcept {
  return exact_units(ts_ms, 4096.0, [](std::int64_t u) { return ms_of_4096(u); });
}

// Stamps of a run are told as deltas to the last one of the same kind; arithmetic wraps.
struct TsState {
  explicit TsState(std::int64_t base_us) noexcept
      : us(static_cast<std::uint64_t>(base_us)),
        units4096(static_cast<std::uint64_t>(base_us / 1000) * 4096) {}

  // The next stamp, in ms, of which the planes (kinds us and x4096) or WIDE have `value`.
  double next(TsKind kind, std::uint64_t value) noexcept {
    switch (kind) {
      case TsKind::us:
        return ms_of_us(static_cast<std::int64_t>(us += value));
      case TsKind::wide_us:
        return ms_of_us(static_cast<std::int64_t>(us = value));
      case TsKind::x4096:
        return ms_of_4096(static_cast<std::int64_t>(units4096 += value));
      case TsKind::raw:
        break;
    }
    const auto ts_ms = std::bit_cast<double>(value);
    if (const auto units = exact_4096(ts_ms)) units4096 = static_cast<std::uint64_t>(*units);
    return ts_ms;
  }

  std::uint64_t us, units4096;
};

// The lowest and the highest stamp, in ms; both 0 before the first. Whole microseconds, which
// nearly all stamps are, are compared as integers.
class TsRange {
 public:
  void add_us(std::int64_t us) noexcept {
    min_us_ = us < min_us_ ? us : min_us_;
    max_us_ = us > max_us_ ? us : max_us_;
  }
  void add_double(double ts_ms) noexcept {
    min_ms_ = has_double_ ? std::min(min_ms_, ts_ms) : ts_ms;
    max_ms_ = has_double_ ? std::max(max_ms_, ts_ms) : ts_ms;
    has_double_ = true;
  }
  double min_ms() const noexcept {
    if (!has_us()) return min_ms_;
    const double us = ms_of_us(min_us_);
    return has_double_ ? std::min(us, min_ms_) : us;
  }
  double max_ms() const noexcept {
    if (!has_us()) return max_ms_;
    const double us = ms_of_us(max_us_);
    return has_double_ ? std::max(us, max_ms_) : us;
  }

 private:
  bool has_us() const noexcept { return min_us_ <= max_us_; }
  std::int64_t min_us_ = INT64_MAX, max_us_ = INT64_MIN;
  bool has_double_ = false;
  double min_ms_ = 0, max_ms_ = 0;
};

}  // namespace reel::segment
