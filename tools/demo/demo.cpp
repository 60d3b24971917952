#include "demo/demo.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <utility>
#include <vector>

#include "demo/same.hpp"
#include "demo/source.hpp"

namespace reel::demo {
namespace {

// Events made ahead of recording them, so that making is not measured.
constexpr std::size_t kBatchEvents = 16'384;
constexpr std::uint64_t kProgressEvents = 250'000;

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Error wrong(const std::string& stream, const std::string& what) {
  return {ErrorCode::damaged, 0, "", 0, "stream " + stream + ": " + what};
}

void progress(const char* doing, std::uint64_t before, std::uint64_t after) {
  if (before / kProgressEvents != after / kProgressEvents)
    std::fprintf(stderr, "  %s: %" PRIu64 " events\n", doing, after);
}

double millions_per_second(std::uint64_t events, double seconds) {
  return static_cast<double>(events) / seconds / 1e6;
}

class Recording {
 public:
  explicit Recording(Log& log) : log_(log) {}

  Status record(const std::vector<Made>& batch) {
    const Stopwatch watch;
    for (const Made& made : batch) {
      if (Status done = record(made); !done) return done;
    }
    seconds_ += watch.seconds();
    return {};
  }
  double seconds() const { return seconds_; }

 private:
  Status record(const Made& made) {
    if (made.number >= recorders_.size()) recorders_.resize(made.number + 1);
    Recorder& recorder = recorders_[made.number];
    if (made.opens) {
      auto opened = log_.recorder(made.stream);
      if (!opened) return opened.status();
      recorder = std::move(*opened);
    }
    const auto* token = std::get_if<Token>(&made.event.body);
    const Append answer = token != nullptr && token->channel.empty() && made.event.extra.empty()
                              ? recorder.record_token(token->value, token->index, made.event.ts_ms)
                              : recorder.record(made.event);
    if (made.closes) recorder.close();
    if (answer == Append::ok) return {};
    return wrong(made.stream, std::string("recording was answered with ") + append_name(answer));
  }

  Log& log_;
  std::vector<Recorder> recorders_;  // by the number of the stream
  double seconds_ = 0;
};

// Compares whole streams: holds a stream's events until the last one was made, then replays it.
class Comparison {
 public:
  Comparison(const Reader& reader, const Recorded& recorded)
      : reader_(reader), recorded_(recorded) {}

  Status add(Made made) {
    auto& events = expected_[made.stream];
    events.push_back(std::move(made.event));
    const auto known = recorded_.streams.find(made.stream);
    if (known == recorded_.streams.end()) return wrong(made.stream, "the load has changed");
    if (events.size() < known->second) return {};
    Status done = replay_one(made.stream, events);
    expected_.erase(made.stream);
    return done;
  }
  bool finished() const { return expected_.empty(); }
  double seconds() const { return seconds_; }

 private:
  Status replay_one(const std::string& stream, const std::vector<Event>& events) {
    const Stopwatch watch;
    auto cursor = reader_.cursor(stream);
    if (!cursor) return cursor.status();
    std::size_t at = 0;
    bool equal = true;
    State state;
    while (equal && cursor->next()) {
      const EnvelopeView& envelope = cursor->view();
      if (envelope.event.type == EventType::gap) continue;
      fold(state, envelope.event);
      equal = at < events.size() && envelope.seq == at && envelope.stream_id == stream &&
              same(events[at], to_event(envelope.event));
      at += equal ? 1 : 0;
    }
    seconds_ += watch.seconds();
    if (!cursor->status()) return cursor->status();
    if (!equal) return wrong(stream, "event " + std::to_string(at) + " came out differently");
    if (at != events.size())
      return wrong(stream, "only " + std::to_string(at) + " of " + std::to_string(events.size()) +
                               " events came out");
    return {};
  }

  const Reader& reader_;
  const Recorded& recorded_;
  std::map<std::string, std::vector<Event>> expected_;
  double seconds_ = 0;
};

}  // namespace

Result<Recorded> record(const std::string& path, const Settings& settings) {
  auto log = Log::open(path);
  if (!log) return log.status();
  auto source = Source::make(settings);
  if (!source) return source.status();
  Recorded recorded;
  Recording recording(*log);
  const Stopwatch watch;
  std::vector<Made> batch;
  while (source->next(batch, kBatchEvents)) {
    for (const Made& made : batch) ++recorded.streams[made.stream];
    if (Status done = recording.record(batch); !done) return done;
    progress("recorded", recorded.events, recorded.events + batch.size());
    recorded.events += batch.size();
  }
  const CloseReport report = log->close();
  if (!report.status) return report.status;
  if (report.lost != 0)
    return Error{ErrorCode::internal, 0, path, 0, "events were lost on closing"};
  const double seconds = watch.seconds();  // making the load included: the writer works meanwhile
  std::printf("recorded  %" PRIu64
              " events of %zu streams in %.2f s, making them included: %.2f million "
              "events/s, %.0f ns an event for the caller\n",
              recorded.events, recorded.streams.size(), seconds,
              millions_per_second(recorded.events, seconds),
              recording.seconds() * 1e9 / static_cast<double>(recorded.events));
  return recorded;
}

Status compare(const std::string& path, const Settings& settings, const Recorded& recorded) {
  auto reader = Reader::open(path);
  if (!reader) return reader.status();
  const std::size_t streams = reader->list_streams().size();
  if (streams != recorded.streams.size())
    return wrong("(all)", std::to_string(streams) + " streams came out, " +
                              std::to_string(recorded.streams.size()) + " went in");
  auto source = Source::make(settings);
  if (!source) return source.status();
  Comparison comparison(*reader, recorded);
  std::vector<Made> batch;
  std::uint64_t compared = 0;
  while (source->next(batch, kBatchEvents)) {
    for (Made& made : batch) {
      if (Status done = comparison.add(std::move(made)); !done) return done;
    }
    progress("compared", compared, compared + batch.size());
    compared += batch.size();
  }
  if (!comparison.finished() || compared != recorded.events)
    return wrong("(all)", "the load made again is not the load recorded");
  std::printf("replayed  %" PRIu64
              " events in %.2f s: %.2f million events/s; "
              "every byte is the one that went in\n",
              compared, comparison.seconds(), millions_per_second(compared, comparison.seconds()));
  return {};
}

Status verify(const std::string& path, const Recorded& recorded) {
  const Stopwatch watch;
  auto report = reel::verify(path);
  if (!report) return report.status();
  for (const Damage& damage : report->damage)
    std::fprintf(stderr, "damage: %s at %" PRIu64 ": %s\n", damage.file.c_str(), damage.offset,
                 damage.what.c_str());
  if (!report->ok || report->events != recorded.events)
    return wrong("(all)", "the store does not verify");
  std::printf("verified  %" PRIu64 " files, %" PRIu64 " bytes in %.2f s: whole\n", report->files,
              report->bytes, watch.seconds());
  std::printf("size      %.2f bytes per event\n",
              static_cast<double>(report->bytes) / static_cast<double>(report->events));
  return {};
}

}  // namespace reel::demo
