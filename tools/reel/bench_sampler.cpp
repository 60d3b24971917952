#include "bench_sampler.hpp"

namespace reel::tool {
namespace {

constexpr std::chrono::milliseconds kFirstPeriod{20};
constexpr std::size_t kSamplesMax = 400;

void forget_every_other(std::vector<BenchSample>& samples) {
  std::size_t kept = 0;
  for (std::size_t i = 1; i < samples.size(); i += 2) samples[kept++] = samples[i];
  samples.resize(kept);
}

}  // namespace

BenchSampler::BenchSampler(const Log& log, std::function<std::uint64_t()> recorded)
    : log_(log), recorded_(std::move(recorded)), thread_([this] { run(); }) {}

BenchSampler::~BenchSampler() { finish(); }

std::vector<BenchSample> BenchSampler::finish() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    thread_.join();
    look();
  }
  return samples_;
}

void BenchSampler::look() {
  const LogStats stats = log_.stats();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
  samples_.push_back(
      {passed.count(), recorded_(), stats.events_written, stats.chunks_total - stats.chunks_free});
}

void BenchSampler::run() {
  std::chrono::milliseconds period = kFirstPeriod;
  auto next = begin_;
  std::unique_lock lock(mutex_);
  while (!done_) {
    next += period;
    if (changed_.wait_until(lock, next, [this] { return done_; })) return;
    look();
    if (samples_.size() < kSamplesMax) continue;
    forget_every_other(samples_);
    period *= 2;
  }
}

}  // namespace reel::tool
