#include "bench_worker.hpp"

#include <algorithm>

#include "ticks.hpp"

namespace reel::tool {

void BenchWorker::record(const load::LoadSlice& slice) {
  for (const load::LoadEvent& event : slice.events) {
    if (event.stream % of_ == number_) record(event);
  }
}

void BenchWorker::record(const load::LoadEvent& event) {
  if (event.opens && !open(event)) return;
  Recorder& recorder = recorders_[event.stream / of_];
  const Append answer = event.event.type == EventType::token && event.event.parts.empty()
                            ? time_token(recorder, event.event)
                            : time_other(recorder, event.event);
  answer == Append::ok ? ++events : ++refused;
  if (event.closes) recorder.close();
}

bool BenchWorker::open(const load::LoadEvent& event) {
  const std::size_t slot = event.stream / of_;
  if (recorders_.size() <= slot) recorders_.resize(std::max(slot + 1, recorders_.size() * 2));
  Result<Recorder> recorder = log_.recorder(event.stream_id, name_space_);
  if (!recorder) {
    if (failure) failure = recorder.status();
    return false;
  }
  recorders_[slot] = std::move(*recorder);
  return true;
}

Append BenchWorker::time_token(Recorder& recorder, const EventView& event) {
  const std::int64_t index = event.number.value_or(0);
  const std::uint64_t begin = read_ticks();
  const Append answer = recorder.record_token(event.text, index, event.ts_ms);
  const std::uint64_t took = read_ticks() - begin;
  tokens.add(took);
  all.add(took);
  ticks_recording += took;
  return answer;
}

Append BenchWorker::time_other(Recorder& recorder, const EventView& view) {
  const Event event = to_event(view);
  const std::uint64_t begin = read_ticks();
  const Append answer = recorder.record(event);
  const std::uint64_t took = read_ticks() - begin;
  all.add(took);
  ticks_recording += took;
  return answer;
}

}  // namespace reel::tool
