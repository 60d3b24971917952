#include "ingest.hpp"

#include <fmt/format.h>

#include "reel/reader.hpp"
#include "same_value.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

Answer refuse(std::string reason) { return {Answer::Kind::refused, {}, 0, std::move(reason)}; }

Answer too_large(std::uint64_t seq) {
  return refuse(fmt::format("seq {} is too large; seqs stay below 2^62", seq));
}

Answer missing(std::uint64_t next, std::uint64_t seq) {
  return refuse(
      fmt::format("expected seq {}, got {}, which the stream declares missing (GAP)", next, seq));
}

// What `event` is at a seq where `there` stands already.
Answer judge(const std::string& id, std::uint64_t next, std::uint64_t seq, const Event& there,
             const Event& event) {
  if (same_value(there, event)) return {Answer::Kind::repeated, id, seq, {}};
  if (there.type() == EventType::gap) return missing(next, seq);
  return refuse(
      fmt::format("expected seq {}, got {}, which contradicts the stored event", next, seq));
}

std::string key_of(const std::string& name_space, const std::string& id) {
  return fmt::format("{}:{}{}", name_space.size(), name_space, id);
}

std::string reason_of(Append append) {
  switch (append) {
    case Append::full:
      return fmt::format("full: no room in the arena within {} s", kFullDeadlineMs / 1000);
    case Append::too_large:
      return fmt::format("too_large: an event may have {} at most",
                         human_bytes(static_cast<double>(LogOptions().event_bytes_max)));
    case Append::invalid:
      return "invalid: the event cannot be stored";
    default:
      return append_name(append);
  }
}

}  // namespace

Result<std::unique_ptr<Ingest>> Ingest::open(const std::string& store, std::string name_space,
                                             JumpRule jumps, LogOptions options) {
  options.block_deadline_ms = kFullDeadlineMs;
  options.on_error = nullptr;  // errors come back from sync() and close()
  Result<Log> log = Log::open(store, options);
  if (!log) return log.status();
  return std::unique_ptr<Ingest>(new Ingest(std::move(*log), store, std::move(name_space), jumps));
}

Result<Ingest::Stream*> Ingest::stream(const std::string& name_space, const std::string& id) {
  const std::string key = key_of(name_space, id);
  if (const auto found = streams_.find(key); found != streams_.end()) {
    uses_.splice(uses_.begin(), uses_, found->second.use);
    return &found->second;
  }
  if (streams_.size() >= kOpenStreamsMax) {
    streams_.erase(uses_.back());
    uses_.pop_back();
  }
  Result<Recorder> recorder = log_.recorder(id, name_space);
  if (!recorder) return recorder.status();
  if (recorder->next_seq() == 0) ++counts_.new_streams;
  uses_.push_front(key);
  Stream opened{name_space, id, std::move(*recorder), {}, {}, {}, uses_.begin()};
  return &streams_.emplace(key, std::move(opened)).first->second;
}

Answer Ingest::answer(const Stream& stream, std::uint64_t seq, Append append) {
  if (append == Append::ok) {
    ++counts_.events;
    return {Answer::Kind::stored, stream.id, seq, {}};
  }
  if (append == Append::closed || append == Append::forked) {
    Status cause = log_.flush(0);
    broken_ = cause ? Status(Error{ErrorCode::closed, 0, store_, 0, "the log takes no more events"})
                    : cause;
  }
  return refuse(reason_of(append));
}

Answer Ingest::record(Stream& stream, Event event) {
  const std::uint64_t seq = stream.recorder.next_seq();
  Answer given = answer(stream, seq, stream.recorder.record(event));
  if (given.kind == Answer::Kind::stored) {
    stream.last = std::move(event);
    stream.next_index.reset();
  }
  return given;
}

Answer Ingest::compare(Stream& stream, std::uint64_t seq, const Event& event) {
  const std::uint64_t next = stream.recorder.next_seq();
  if (stream.last && seq + 1 == next) return judge(stream.id, next, seq, *stream.last, event);
  Result<Event> stored = stored_.at(stream.stored, stream.name_space, stream.id, seq);
  if (stored) return judge(stream.id, next, seq, *stored, event);
  return refuse(fmt::format("expected seq {}, got {}: {}", next, seq, stored.error().message));
}

Answer Ingest::place(Stream& stream, std::uint64_t seq, Event event) {
  if (seq >= kSeqMax) return too_large(seq);
  const std::uint64_t next = stream.recorder.next_seq();
  if (seq < next) {
    Answer given = compare(stream, seq, event);
    if (given.kind == Answer::Kind::repeated) ++counts_.repeated;
    return given;
  }
  if (seq > next) {
    if (jumps_ == JumpRule::refuse) {
      return refuse(fmt::format("expected seq {}, got {}", next, seq));
    }
    const Event gap{event.ts_ms, Gap{seq - next, "import"}, {}, {}};
    if (const Append put = stream.recorder.record(gap); put != Append::ok) {
      return answer(stream, seq, put);
    }
    ++counts_.gaps;
    counts_.gap_events += seq - next;
    if (stream.recorder.next_seq() != seq) {
      return refuse(fmt::format("expected seq {}, got {}", stream.recorder.next_seq(), seq));
    }
  }
  return record(stream, std::move(event));
}

Answer Ingest::offer(json::ParsedLine line, const std::string& bare_stream) {
  const std::string& id = line.stream_id ? *line.stream_id : bare_stream;
  Result<Stream*> opened = stream(line.name_space ? *line.name_space : name_space_, id);
  if (!opened) return refuse(opened.error().to_string());
  if (line.seq) return place(**opened, *line.seq, std::move(line.event));
  return record(**opened, std::move(line.event));
}

Answer Ingest::foresee(Stream& stream, Foreseen& foreseen, const json::ParsedLine& line) {
  const std::uint64_t next = foreseen.next, seq = line.seq.value_or(next);
  if (seq >= kSeqMax) return too_large(seq);
  if (seq < stream.recorder.next_seq()) return compare(stream, seq, line.event);
  if (seq < next) {
    const auto found = foreseen.events.find(seq);
    return found == foreseen.events.end() ? missing(next, seq)
                                          : judge(stream.id, next, seq, *found->second, line.event);
  }
  if (seq > next && jumps_ == JumpRule::refuse) {
    return refuse(fmt::format("expected seq {}, got {}", next, seq));
  }
  foreseen.events.emplace(seq, &line.event);
  foreseen.next = seq + 1;
  return {};
}

std::optional<std::string> Ingest::objection(const std::vector<json::ParsedLine>& lines,
                                             const std::string& bare_stream) {
  std::unordered_map<std::string, Foreseen> streams;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& id = lines[i].stream_id ? *lines[i].stream_id : bare_stream;
    const std::string& name_space = lines[i].name_space ? *lines[i].name_space : name_space_;
    Result<Stream*> opened = stream(name_space, id);
    if (!opened) return opened.error().to_string();
    const auto [place, is_new] = streams.try_emplace(key_of(name_space, id));
    if (is_new) place->second.next = (*opened)->recorder.next_seq();
    const Answer given = foresee(**opened, place->second, lines[i]);
    if (given.kind == Answer::Kind::refused) {
      return fmt::format("element {} of the array: {}", i, given.reason);
    }
  }
  return std::nullopt;
}

Answer Ingest::append(const std::string& stream_id, Event event) {
  Result<Stream*> opened = stream(name_space_, stream_id);
  if (!opened) return refuse(opened.error().to_string());
  return record(**opened, std::move(event));
}

std::int64_t Ingest::first_index(const Stream& stream) const {
  if (stream.recorder.next_seq() == 0) return 0;
  Result<Reader> reader = Reader::open(store_);
  if (!reader) return 0;
  const auto metadata = reader->metadata(stream.id, stream.name_space);
  return metadata && *metadata ? (*metadata)->token_count : 0;
}

Answer Ingest::append_text(const std::string& stream_id, std::string_view text,
                           std::optional<double> ts_ms) {
  Result<Stream*> opened = stream(name_space_, stream_id);
  if (!opened) return refuse(opened.error().to_string());
  Stream& to = **opened;
  if (!to.next_index) to.next_index = first_index(to);
  const std::uint64_t seq = to.recorder.next_seq();
  const Append put = ts_ms ? to.recorder.record_token(text, *to.next_index, *ts_ms)
                           : to.recorder.record_token(text, *to.next_index);
  if (put == Append::ok) {
    ++*to.next_index;
    to.last.reset();
  }
  return answer(to, seq, put);
}

Status Ingest::close() {
  streams_.clear();
  uses_.clear();
  CloseReport report = log_.close(kSyncDeadlineMs);
  if (report.status.ok() && report.lost > 0) {
    return Error{ErrorCode::io, 0, store_, 0,
                 fmt::format("{} recorded but not written", plural(report.lost, "event"))};
  }
  return report.status;
}

}  // namespace reel::tool
