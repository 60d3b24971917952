#include "feeder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "text.hpp"

namespace reel::tool {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
// After so many lines without a provider's event the guess that they are of one stands.
constexpr std::size_t kGuessedLinesMax = 1000;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

Answer refuse(std::string reason) { return {Answer::Kind::refused, {}, 0, std::move(reason)}; }

double wall_clock_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(now).count()) /
         1000.0;
}

// "line 12: why" -> 12 and "why"; 0 when the text begins otherwise.
std::uint64_t split_line_number(std::string_view& text) {
  constexpr std::string_view kPrefix = "line ";
  if (!text.starts_with(kPrefix)) return 0;
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + kPrefix.size(), end, number);
  const auto used = static_cast<std::size_t>(stop - text.data());
  if (error != std::errc() || !text.substr(used).starts_with(": ")) return 0;
  text.remove_prefix(used + 2);
  return number;
}

}  // namespace

Feeder::Feeder(Ingest& ingest, Report& report, FeederOptions options)
    : ingest_(ingest), report_(report), options_(std::move(options)) {}

const std::string& Feeder::bare_stream() {
  if (options_.stream.empty()) options_.stream = generate_id();
  bare_ = true;
  return options_.stream;
}

void Feeder::look(std::string_view beginning) {
  if (options_.format == Format::automatic && provider::looks_like_capture(beginning)) {
    options_.format = Format::sse;
    guessed_ = true;
  }
}

void Feeder::line(const Line& line) {
  last_line_ = line.number;
  report_.answer(options_.input, line.number, feed(line));
}

Answer Feeder::feed(const Line& line) {
  if (line.too_long) {
    return refuse(fmt::format("line longer than {}, skipped",
                              human_bytes(static_cast<double>(kLineBytesMax))));
  }
  if (options_.format == Format::automatic && !is_blank(line.text)) look(line.raw);
  switch (options_.format) {
    case Format::sse:
      return guessed_ ? feed_guessed(line) : feed_capture(line);
    case Format::text:
      return feed_text(line.text);
    default:
      return feed_jsonl(line.text);
  }
}

// One junk line that begins like a server-sent event must not cost all the envelopes after it.
Answer Feeder::feed_guessed(const Line& line) {
  if (is_own(line.text)) {
    distrust_guess();
    return feed_jsonl(line.text);
  }
  if (!is_blank(line.text)) guessed_lines_.push_back(line.number);
  Answer given = feed_capture(line);
  if (given.kind == Answer::Kind::refused) {
    std::erase(guessed_lines_, given.at_line.value_or(line.number));
  }
  const bool shown = !capture_->dialect().empty();
  if (shown || guessed_lines_.size() > kGuessedLinesMax) guessed_ = false;
  if (!guessed_) guessed_lines_ = {};
  return given;
}

bool Feeder::is_own(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  return begin != std::string_view::npos && text[begin] == '{' && parser_.parse_line(text).ok();
}

void Feeder::distrust_guess() {
  for (const std::uint64_t line : guessed_lines_) {
    report_.complain_at(options_.input, line, "neither an envelope nor an event, skipped");
  }
  guessed_lines_ = {};
  guessed_ = false;
  capture_.reset();
  failed_.reset();
  options_.format = Format::jsonl;
}

Answer Feeder::offer(json::ParsedLine line) {
  options_.format = Format::jsonl;
  const bool bare = !line.stream_id;
  return ingest_.offer(std::move(line), bare ? bare_stream() : options_.stream);
}

Answer Feeder::feed_jsonl(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  if (text[begin] == '[') return feed_array(text);
  Result<json::ParsedLine> parsed = parser_.parse_line(text);
  return parsed ? offer(std::move(*parsed)) : refuse(parsed.error().message);
}

// Several events in one line: all of them or none, as far as can be known before. Sent again, bare
// events are stored again, so a line of which some were stored must not be refused.
Answer Feeder::feed_array(std::string_view text) {
  Result<std::vector<json::ParsedLine>> parsed = parser_.parse_array(text);
  if (!parsed) return refuse(parsed.error().message);
  const auto is_bare = [](const json::ParsedLine& line) { return !line.stream_id; };
  const bool bare = std::any_of(parsed->begin(), parsed->end(), is_bare);
  const auto objection = ingest_.objection(*parsed, bare ? bare_stream() : options_.stream);
  if (objection) return refuse(*objection);
  Answer whole;
  for (json::ParsedLine& one : *parsed) join(whole, offer(std::move(one)));
  return whole;
}

void Feeder::complain(std::uint64_t line, std::string_view reason) {
  std::erase(guessed_lines_, line);
  report_.complain_at(options_.input, line, reason);
}

// The answer to a line of several events names the last one stored. What is not answered for is
// complained about.
void Feeder::join(Answer& whole, Answer given) {
  const auto is_refused = [](const Answer& answer) { return answer.kind == Answer::Kind::refused; };
  if (given.kind == Answer::Kind::nothing) return;
  if (whole.kind != Answer::Kind::nothing && is_refused(given)) {
    return complain(given.at_line.value_or(last_line_), given.reason);
  }
  if (is_refused(whole)) complain(whole.at_line.value_or(last_line_), whole.reason);
  whole = std::move(given);
}

void Feeder::array(std::string_view text) {
  std::size_t seen = 0;
  Answer whole;
  const auto answer_until = [&](std::size_t offset) {
    for (; seen < offset; ++seen) {
      if (text[seen] != '\n') continue;
      report_.answer(options_.input, last_line_++, std::exchange(whole, {}));
    }
  };
  const Status status =
      parser_.parse_elements(text, [&](std::size_t offset, Result<json::ParsedLine> element) {
        answer_until(offset);
        join(whole, element ? offer(std::move(*element)) : refuse(element.error().message));
      });
  if (!status) {
    // An end that is missing is missed where the text ends, not on the empty line after it.
    const std::size_t end = text.find_last_not_of(kBlanks);
    answer_until(std::min(static_cast<std::size_t>(status.error().offset), end));
    join(whole, refuse(status.error().message));
  }
  answer_until(text.size());
  if (!text.ends_with('\n')) report_.answer(options_.input, last_line_, whole);
}

Answer Feeder::feed_text(std::string_view text) {
  if (!is_utf8(text)) return refuse("the text is not valid UTF-8");
  return ingest_.append_text(bare_stream(), text,
                             options_.live ? std::nullopt : std::optional<double>(0.0));
}

void Feeder::start_capture() {
  provider::CaptureOptions options;
  if (options_.live) options.clock = wall_clock_ms;
  capture_ = std::make_unique<provider::Capture>(
      [this](std::uint32_t choice, const Event& event) { return take_event(choice, event); },
      std::move(options));
}

Status Feeder::take_event(std::uint32_t choice, const Event& event) {
  bare_ = true;
  if (options_.stream.empty()) {
    const std::string_view id = capture_->response_id();
    options_.stream = id.empty() ? generate_id() : std::string(id);
  }
  const std::string id =
      choice == 0 ? options_.stream : fmt::format("{}#{}", options_.stream, choice);
  join(made_, ingest_.append(id, event));
  return ingest_.broken();
}

void Feeder::report_warnings() {
  for (std::string_view text : capture_->warnings()) {
    const std::uint64_t told = split_line_number(text);
    Answer skipped = refuse(std::string(text));
    if (told > 0) skipped.at_line = told - 1;
    join(made_, std::move(skipped));
  }
}

Answer Feeder::feed_capture(const Line& line) {
  if (failed_) return is_blank(line.text) ? Answer() : refuse(*failed_);
  if (!capture_) start_capture();
  made_ = {};
  const Status fed = capture_->feed(line.raw);
  report_warnings();
  if (!fed) {
    std::string_view text = fed.error().message;
    const std::uint64_t told = split_line_number(text);
    failed_ = text;
    Answer failure = refuse(*failed_);
    if (told > 0) failure.at_line = told - 1;
    // That the log takes no more is told once, by whoever feeds.
    if (made_.kind == Answer::Kind::nothing || ingest_.broken()) join(made_, std::move(failure));
  }
  return std::move(made_);
}

void Feeder::finish() {
  if (!capture_ || failed_) return;
  made_ = {};
  const Status finished = capture_->finish();
  if (!finished) {
    std::string_view text = finished.error().message;
    const std::uint64_t told = split_line_number(text);
    report_.complain_at(options_.input, told > 0 ? told - 1 : last_line_, text);
  }
  report_warnings();
  if (made_.kind == Answer::Kind::refused) {
    report_.complain_at(options_.input, made_.at_line.value_or(last_line_), made_.reason);
  }
}

}  // namespace reel::tool
