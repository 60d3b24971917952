// Random numbers that are the same on every machine and compiler, which those of <random>'s
// distributions are not.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace reel::load {

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed = 0) noexcept : state_(seed) {}
  // One of many independent sequences of a seed.
  Random(std::uint64_t seed, std::uint64_t sequence) noexcept : state_(seed) {
    state_ = next() ^ (sequence * 0xD1342543DE82EF95U);
    state_ = next();
  }

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // In [0, limit); limit below 2^32.
  std::uint32_t below(std::uint32_t limit) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
  }
  bool chance(double probability) noexcept { return uniform() < probability; }
  double normal() noexcept {  // Box-Muller; not for the hot path
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }
  double exponential(double mean) noexcept { return -mean * std::log(1 - uniform()); }

 private:
  std::uint64_t state_;
};

// exp(sigma * normal), from quantiles joined by lines: a few ns instead of a log, a cos and an exp.
class LogNormal {
 public:
  explicit LogNormal(double sigma) {
    for (std::size_t i = 0; i <= kSteps; ++i) {
      const double p = (static_cast<double>(i) + 0.5) / (kSteps + 1);
      quantiles_[i] = std::exp(sigma * normal_quantile(p));
    }
  }
  double operator()(std::uint64_t bits) const noexcept {
    const auto step = static_cast<std::size_t>(bits >> (64 - kStepBits));
    const double part = static_cast<double>((bits << kStepBits) >> 11) * 0x1p-53;
    return quantiles_[step] + (quantiles_[step + 1] - quantiles_[step]) * part;
  }

 private:
  static constexpr unsigned kStepBits = 10;
  static constexpr std::size_t kSteps = std::size_t{1} << kStepBits;
  static double normal_quantile(double p) {
    double low = -8, high = 8;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (0.5 * std::erfc(-middle / std::numbers::sqrt2) < p ? low : high) = middle;
    }
    return low;
  }
  std::array<double, kSteps + 1> quantiles_{};
};

}  // namespace reel::load
