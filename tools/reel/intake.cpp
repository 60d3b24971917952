#include "intake.hpp"

#include <fmt/format.h>

#include <cstring>

#include "text.hpp"

namespace reel::tool {
namespace {

constexpr std::size_t kLookBytes = std::size_t{64} << 10;
constexpr std::size_t kArrayBytesMax = std::size_t{1} << 30;

// Does the text begin with an array that takes more than a line, or all there is? One that fills a
// line with others after it is a line like them.
bool is_array(std::string_view beginning) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = beginning.find_first_not_of(kBlanks);
  if (first == std::string_view::npos || beginning[first] != '[') return false;
  const std::string_view text = beginning.substr(first);
  const std::string_view line = text.substr(0, text.find('\n'));
  const bool closed = line[line.find_last_not_of(kBlanks)] == ']';
  return !closed || text.find_first_not_of(kBlanks, line.size()) == std::string_view::npos;
}

AckLevel ack_level(const std::string& name) {
  return name == "durable"    ? AckLevel::durable
         : name == "recorded" ? AckLevel::recorded
                              : AckLevel::none;
}

}  // namespace

void add_intake(CLI::App& verb, IntakeOptions& options) {
  verb.add_option("--stream", options.stream, "Stream for what comes without an envelope")
      ->check([](const std::string& id) {
        return id.empty() || id.size() > kStreamIdBytesMax || !is_utf8(id)
                   ? fmt::format("a stream id is 1 to {} bytes of UTF-8", kStreamIdBytesMax)
                   : std::string();
      });
  verb.add_option("--format", options.format, "What the lines are (default: auto)")
      ->check(one_of({"auto", "jsonl", "sse", "text"}));
  verb.add_flag("--ack{recorded}", options.ack,
                "Answer each line on stdout once it is safe: recorded (the death of the process) "
                "or durable (power loss)")
      ->check(one_of({"recorded", "durable"}));
  verb.add_option("--on-seal", options.on_seal,
                  "Run this by sh for each sealed segment: $REEL_SEGMENT is its file");
  verb.add_flag("--compact", options.compact, "Merge sealed segments in the background");
}

Intake::Intake(const Common& common, const IntakeOptions& options, std::uint64_t total)
    : common_(common),
      options_(options),
      progress_(common.progress, {.bytes = total}),
      report_(out_, ack_level(options.ack), &progress_) {}

bool Intake::open(JumpRule jumps) {
  LogOptions log;
  log.upkeep.compact = options_.compact;
  if (!options_.on_seal.empty()) {
    on_seal_ = std::make_unique<SealCommand>(options_.on_seal);
    log.on_seal = [this](const SealedSegment& sealed) { on_seal_->add(sealed); };
  }
  Result<std::unique_ptr<Ingest>> ingest =
      Ingest::open(common_.store, common_.name_space, jumps, std::move(log));
  if (!ingest) {
    complain(ingest.error().to_string());
    return false;
  }
  ingest_ = std::move(*ingest);
  tell_recovery();
  return true;
}

void Intake::tell_recovery() const {
  const RecoveryReport& found = ingest_->recovery();
  if (found.clean) return;
  if (found.recovered_events > 0) {
    complain(fmt::format("the last writer ended without closing; recovered {} of {}",
                         plural(found.recovered_events, "event"),
                         plural(found.recovered_streams, "stream")));
  }
  if (found.arena_missing) {
    complain("warning: the last writer's arena is missing; its latest events may be lost");
  }
  if (!found.quarantined.empty()) {
    complain(fmt::format("warning: set aside, not used: {}", found.quarantined));
  }
}

Format Intake::format() const {
  return options_.format == "jsonl"  ? Format::jsonl
         : options_.format == "sse"  ? Format::sse
         : options_.format == "text" ? Format::text
                                     : Format::automatic;
}

void Intake::refuse_input(const std::string& name, std::string_view reason, ExitCode code) {
  report_.complain_of(name, reason);
  code_ = worse(code_, code);
}

bool Intake::release() {
  if (report_.level() == AckLevel::none) return true;
  const Status released = report_.release(*ingest_);
  if (released) return true;
  code_ = worse(code_, complain(released.error()));
  stopped_ = true;
  return false;
}

void Intake::tell_end(LineReader::Got got, const LineReader& reader) {
  if (got == LineReader::Got::failed) {
    refuse_input(input_, std::strerror(reader.error()), ExitCode::unusable);
  }
  if (got == LineReader::Got::interrupted) stopped_ = true;
}

void Intake::run_lines(LineReader& reader, Feeder& feeder) {
  Line line;
  std::uint64_t told = 0;
  auto got = LineReader::Got::line;
  while (!stopped_) {
    // Answers must not wait for input that may be long in coming.
    if ((report_.should_release() || !reader.has_line()) && !release()) break;
    got = reader.next(line);
    if (got != LineReader::Got::line) break;
    feeder.line(line);
    progress_.advance(reader.bytes_read() - told, ingest_->counts().events);
    told = reader.bytes_read();
    if (!ingest_->broken()) {
      code_ = worse(code_, complain(ingest_->broken().error()));
      stopped_ = true;
    }
  }
  tell_end(got, reader);
  feeder.finish();
  release();
}

void Intake::run_array(LineReader& reader, Feeder& feeder) {
  std::string text;
  const auto got = reader.read_rest(text, kArrayBytesMax);
  if (got == LineReader::Got::end) feeder.array(text);
  tell_end(got, reader);
  progress_.advance(reader.bytes_read(), ingest_->counts().events);
  release();
}

void Intake::run(int fd, FeederOptions options, bool whole) {
  input_ = options.input;
  const Format format = options.format;
  LineReader reader(fd, &interrupt_);
  Feeder feeder(*ingest_, report_, std::move(options));
  const std::string_view beginning = whole ? reader.peek(kLookBytes) : std::string_view();
  if (beginning.starts_with("\x1f\x8b")) {
    refuse_input(input_, "compressed with gzip; unpack it first", ExitCode::found);
    return;
  }
  feeder.look(beginning);
  const bool capture = format == Format::automatic && provider::looks_like_capture(beginning);
  const bool array =
      is_array(beginning) && !capture && format != Format::sse && format != Format::text;
  array ? run_array(reader, feeder) : run_lines(reader, feeder);
  if (!feeder.stream().empty()) stream_ = feeder.stream();
}

std::string Intake::totals_json(double seconds) const {
  const IngestCounts& counts = ingest_->counts();
  std::string stream = "null";
  if (!stream_.empty()) {
    stream.clear();
    json::append_string(stream, stream_);
  }
  return fmt::format(
      "{{\"events\":{},\"new_streams\":{},\"lines\":{},\"refused\":{},\"repeated\":{},"
      "\"gaps\":{},\"gap_events\":{},\"snapshots\":{},\"seconds\":{:.6f},\"stream\":{}}}\n",
      counts.events, counts.new_streams, report_.lines(), report_.refused(), counts.repeated,
      counts.gaps, counts.gap_events, snapshots_, seconds, stream);
}

std::string Intake::totals(double seconds) const {
  const IngestCounts& counts = ingest_->counts();
  std::string text = fmt::format("{} ({}) in {}", plural(counts.events, "event"),
                                 plural(counts.new_streams, "new stream"), human_seconds(seconds));
  if (counts.repeated > 0) text += fmt::format(", {} already stored", counts.repeated);
  if (counts.gaps > 0) {
    text += fmt::format(", {} declared ({} missing)", plural(counts.gaps, "gap"),
                        plural(counts.gap_events, "event"));
  }
  if (snapshots_ > 0) text += ", " + plural(snapshots_, "snapshot");
  if (report_.refused() > 0) text += fmt::format(", {} refused", plural(report_.refused(), "line"));
  if (!stream_.empty()) text += fmt::format("; stream {}", escaped(stream_));
  return text + "\n";
}

ExitCode Intake::finish() {
  if (const Status closed = ingest_->close(); !closed) {
    code_ = worse(code_, complain(closed.error()));
    code_ = worse(code_, ExitCode::unusable);
  }
  if (on_seal_ != nullptr && on_seal_->finish() != 0) code_ = worse(code_, ExitCode::found);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
  progress_.wipe();
  if (report_.level() == AckLevel::none) {
    out_.buffer() += common_.json ? totals_json(took.count()) : totals(took.count());
  } else if (stderr_is_terminal()) {
    complain(totals(took.count()));
  }
  return out_.finish(report_.any_complaint() ? worse(code_, ExitCode::found) : code_);
}

}  // namespace reel::tool
