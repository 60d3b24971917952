#include "bench_worker.hpp"

#include <algorithm>

#include "ticks.hpp"

namespace reel::tool {

void BenchWorker::record(const load::LoadSlice& slice, const BenchPace& pace, std::uint64_t first) {
  for (std::uint64_t i = 0; i < slice.events.size(); ++i) {
    const load::LoadEvent& event = slice.events[i];
    if (event.stream % share_.of != share_.number) continue;
    if (!record_in_time(event, pace, first + i)) return;
  }
}

bool BenchWorker::record_in_time(const load::LoadEvent& event, const BenchPace& pace,
                                 std::uint64_t number) {
  std::uint64_t due = 0;
  if (pace.limited()) {
    due = pace.due(number);
    if (pace.ends_before(due)) return false;
    const std::uint64_t from = read_ticks();
    pace.wait_for(due);
    ticks_waiting += read_ticks() - from;
  } else if (share_.durable && pace.ends_before(read_ticks())) {
    return false;
  }
  record(event, due);
  return failure.ok();
}

void BenchWorker::record(const load::LoadEvent& event, std::uint64_t due) {
  if (event.opens && !open(event)) return;
  Recorder& recorder = recorders_[event.stream / share_.of];
  const Append answer = time_event(recorder, event.event, due);
  if (answer == Append::ok) {
    // Nobody else writes it: no locked operation.
    events.store(events.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  } else {
    ++(answer == Append::dropped ? dropped : refused);
  }
  if (event.closes) recorder.close();
}

bool BenchWorker::open(const load::LoadEvent& event) {
  const std::size_t slot = event.stream / share_.of;
  if (recorders_.size() <= slot) recorders_.resize(std::max(slot + 1, recorders_.size() * 2));
  Result<Recorder> recorder = log_.recorder(event.stream_id, share_.name_space);
  if (!recorder) {
    if (failure) failure = recorder.status();
    return false;
  }
  recorders_[slot] = std::move(*recorder);
  return true;
}

template <class Call>
Append BenchWorker::time(std::uint64_t due, bool token, Call&& call) {
  const std::uint64_t begin = read_ticks();
  const Append answer = call();
  if (share_.durable && answer == Append::ok) {
    if (Status synced = log_.sync(); !synced && failure) failure = synced;
  }
  const std::uint64_t end = read_ticks();
  const std::uint64_t took = end - begin;
  const std::uint64_t late = due == 0 ? took : end - due;
  all.add(late);
  if (token) tokens.add(late);
  if (due != 0) calls.add(took);
  ticks_recording += took;
  return answer;
}

Append BenchWorker::time_event(Recorder& recorder, const EventView& view, std::uint64_t due) {
  if (view.type == EventType::token && view.parts.empty()) {
    const std::int64_t index = view.number.value_or(0);
    return time(due, true, [&] { return recorder.record_token(view.text, index, view.ts_ms); });
  }
  const Event event = to_event(view);
  return time(due, false, [&] { return recorder.record(event); });
}

}  // namespace reel::tool
