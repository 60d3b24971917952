#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "reel/copying.hpp"
#include "reel/log.hpp"
#include "store/joined_stream.hpp"

namespace reel {
namespace {

constexpr std::size_t kUuidDigits = 8;
constexpr std::uint64_t kProgressEvents = 1 << 14;

class StreamCopy {
 public:
  StreamCopy(const std::vector<std::string>& inputs, const std::string& out,
             const CopyOptions& options)
      : inputs_(inputs), out_(out), options_(options) {}
  Result<CopyReport> run();

 private:
  // A stream of the new store, and the inputs that it comes from, by their places.
  struct Target {
    std::string name_space, source_id, id;
    std::vector<std::size_t> inputs;
  };

  Status open_inputs();
  Status open_output();
  Status find_targets();
  Status find_targets(std::size_t input,
                      std::map<std::pair<std::string, std::string>, std::size_t>& places);
  Status separate_conflicts();
  std::string free_name(const Target& target, std::size_t input) const;
  Status copy(const Target& target);
  Status record(Recorder& recorder, const Event& event);
  Status record_missing(Recorder& recorder, const store::JoinedStream& joined, double ts_ms);
  Result<Cursor> cursor(std::size_t input, const Target& target) const;
  void note_damage();

  const std::vector<std::string>& inputs_;
  const std::string& out_;
  const CopyOptions& options_;
  std::vector<Reader> readers_;
  std::optional<Log> log_;
  std::vector<Target> targets_;
  CopyReport report_;
};

Status StreamCopy::open_inputs() {
  if (inputs_.empty()) {
    return Error{ErrorCode::invalid_argument, 0, "", 0, "name a store to copy from"};
  }
  for (const std::string& path : inputs_) {
    auto reader = Reader::open(path, options_.reader);
    if (!reader) return reader.status();
    const StoreInfo info = reader->info();
    if (!info.clean && !info.arena_path.empty() && !info.arena_seen) {
      report_.notes.push_back("the arena " + info.arena_path +
                              " cannot be read; what was only there is missing");
    }
    readers_.push_back(*std::move(reader));
  }
  return {};
}

Status StreamCopy::open_output() {
  std::error_code error;
  if (std::filesystem::exists(out_, error) && !std::filesystem::is_empty(out_, error)) {
    return Error{ErrorCode::invalid_argument, 0, out_, 0,
                 "there is something in this folder already; name one that is missing or empty"};
  }
  constexpr std::uint32_t kPatienceMs = 60'000;
  LogOptions options;
  options.block_deadline_ms = kPatienceMs;  // the disk may be slower than reading
  auto log = Log::open(out_, options);
  if (!log) return log.status();
  log_ = *std::move(log);
  return {};
}

Status StreamCopy::find_targets(
    std::size_t input, std::map<std::pair<std::string, std::string>, std::size_t>& places) {
  for (const std::string& name_space : readers_[input].list_namespaces()) {
    const auto streams = readers_[input].list_metadata({}, name_space);
    if (!streams) return streams.status();
    for (const StreamMetadata& stream : *streams) {
      if (options_.streams && !options_.streams(stream)) continue;
      const auto [place, fresh] =
          places.try_emplace({name_space, stream.stream_id}, targets_.size());
      if (fresh) targets_.push_back({name_space, stream.stream_id, stream.stream_id, {}});
      targets_[place->second].inputs.push_back(input);
    }
  }
  return {};
}

// In the order of the inputs, of each in the order in which its streams appeared.
Status StreamCopy::find_targets() {
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (std::size_t input = 0; input < readers_.size(); ++input) {
    if (Status status = find_targets(input, places); !status) return status;
  }
  return separate_conflicts();
}

Status StreamCopy::separate_conflicts() {
  const std::size_t count = targets_.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::size_t> joined;
    const std::vector<std::size_t> inputs = targets_[i].inputs;
    for (const std::size_t input : inputs) {
      std::optional<std::uint64_t> conflict;
      for (std::size_t j = 0; j < joined.size() && !conflict; ++j) {
        auto a = cursor(joined[j], targets_[i]), b = cursor(input, targets_[i]);
        if (!a) return a.status();
        if (!b) return b.status();
        conflict = store::first_conflict(*std::move(a), *std::move(b));
      }
      if (!conflict) {
        joined.push_back(input);
        continue;
      }
      Target other = targets_[i];
      other.id = free_name(other, input);
      other.inputs = {input};
      report_.conflicts.push_back(
          {other.name_space, other.source_id, inputs_[input], other.id, *conflict});
      targets_.push_back(std::move(other));
    }
    targets_[i].inputs = std::move(joined);
  }
  return {};
}

std::string StreamCopy::free_name(const Target& target, std::size_t input) const {
  std::string id = target.id + '~' + readers_[input].info().store_uuid.substr(0, kUuidDigits);
  const auto is_taken = [&](const Target& other) {
    return other.id == id && other.name_space == target.name_space;
  };
  while (std::any_of(targets_.begin(), targets_.end(), is_taken)) id += '~';
  return id;
}

Result<Cursor> StreamCopy::cursor(std::size_t input, const Target& target) const {
  return readers_[input].cursor(target.source_id, target.name_space);
}

Status StreamCopy::record(Recorder& recorder, const Event& event) {
  const Append answer = recorder.record(event);
  if (answer == Append::ok) return {};
  const ErrorCode code = answer == Append::full        ? ErrorCode::full
                         : answer == Append::too_large ? ErrorCode::too_large
                                                       : ErrorCode::invalid_argument;
  return Error{code, 0, out_, 0,
               "event " + std::to_string(recorder.next_seq()) + " of stream " +
                   std::string(recorder.stream_id()) + " cannot be stored: " + append_name(answer)};
}

// A GAP as it stands, where all of it is missing; else one with its cause, or ours.
Status StreamCopy::record_missing(Recorder& recorder, const store::JoinedStream& joined,
                                  double ts_ms) {
  const std::uint64_t count = joined.end_seq() - recorder.next_seq();
  Event event{ts_ms, Gap{count, "missing"}, {}, {}};
  if (joined.gap() != nullptr) {
    event = to_event(joined.gap()->event);
    std::get<Gap>(event.body).count = count;
  } else {
    report_.missing += joined.end_seq() - joined.seq();
  }
  return record(recorder, event);
}

Status StreamCopy::copy(const Target& target) {
  std::vector<Cursor> cursors;
  for (const std::size_t input : target.inputs) {
    auto made = cursor(input, target);
    if (!made) return made.status();
    cursors.push_back(*std::move(made));
  }
  auto recorder = log_->recorder(target.id, target.name_space);
  if (!recorder) return recorder.status();
  store::JoinedStream joined(std::move(cursors));
  double last_ts = 0;
  while (joined.next()) {
    Status status;
    if (joined.event() == nullptr) {
      status = record_missing(*recorder, joined, last_ts);
      if (!status) return status;
      continue;
    }
    const EnvelopeView& view = *joined.event();
    last_ts = view.event.ts_ms;
    if (options_.events && !options_.events(view)) continue;
    if (recorder->next_seq() < joined.seq()) {  // what was left out
      const std::uint64_t count = joined.seq() - recorder->next_seq();
      status = record(*recorder, {last_ts, Gap{count, "filtered"}, {}, {}});
    }
    if (status.ok()) status = record(*recorder, to_event(view.event));
    if (!status) return status;
    ++report_.events;
    if (options_.progress && report_.events % kProgressEvents == 0) {
      options_.progress(report_.events);
    }
  }
  if (recorder->next_seq() > 0) ++report_.streams;  // else none of its events was asked for
  return joined.status();
}

void StreamCopy::note_damage() {
  for (const Reader& reader : readers_) {
    report_.damage.insert(report_.damage.end(), reader.damage().begin(), reader.damage().end());
  }
}

Result<CopyReport> StreamCopy::run() {
  Status status = open_inputs();
  if (status.ok()) status = find_targets();
  if (status.ok()) status = open_output();
  for (std::size_t i = 0; i < targets_.size() && status.ok(); ++i) status = copy(targets_[i]);
  if (log_) {
    constexpr std::uint32_t kCloseMs = 600'000;
    const CloseReport closed = log_->close(kCloseMs);
    if (status.ok()) status = closed.status;
  }
  if (!status) return status;
  note_damage();
  return std::move(report_);
}

}  // namespace

Result<CopyReport> copy_streams(const std::vector<std::string>& inputs, const std::string& out,
                                const CopyOptions& options) {
  return StreamCopy(inputs, out, options).run();
}

}  // namespace reel
