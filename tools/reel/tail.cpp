#include "tail.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "cursor_file.hpp"
#include "describe.hpp"
#include "interrupt.hpp"
#include "open_reader.hpp"
#include "reel/follower.hpp"
#include "reel/json.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kStreamWidthMax = 40;
constexpr auto kBetweenSaves = std::chrono::seconds(1);
constexpr std::uint64_t kEventsBetweenLooks = 4096;
// Without --follow: a hole that another thread is about to fill is filled by then.
constexpr int kPollsAtOnce = 5;

class Tail {
 public:
  explicit Tail(const TailArgs& args) : args_(args) {}
  ExitCode run();

 private:
  ExitCode begin();
  ExitCode begin_after(const std::string& cursor);
  ExitCode begin_at_end();
  ExitCode take_rest();
  ExitCode follow();
  ExitCode take();
  bool wait(int milliseconds);
  void print(const EnvelopeView& view);
  void print_cursor();
  ExitCode save(bool now);
  bool ended() const { return args_.stop_at_end && !args_.streams.empty() && open_.empty(); }
  FollowOptions follow_options() const {
    return {args_.common.name_space, args_.streams, !args_.common.no_mmap};
  }

  const TailArgs& args_;
  std::optional<Interrupt> interrupt_;  // when following
  bool stopped_ = false;                // interrupted, or whoever reads has gone
  Output out_;
  std::size_t width_ = 0;
  std::optional<Follower> follower_;
  std::size_t damage_told_ = 0;
  std::uint64_t events_ = 0;            // printed
  std::uint64_t events_at_cursor_ = 0;  // when it was shown last
  std::string saved_;
  Clock::time_point saved_at_ = Clock::now();
  std::set<std::string> open_;  // of the streams named: had no end yet
};

void Tail::print(const EnvelopeView& view) {
  ++events_;
  if (args_.common.json) {
    if (json::append_envelope(out_.buffer(), view, args_.common.name_space)) out_.buffer() += '\n';
    return;
  }
  if (args_.streams.size() != 1) {
    const std::size_t width = display_width(escaped(view.stream_id));
    width_ = std::min(std::max(width_, width), kStreamWidthMax);
  }
  append_event_line(out_.buffer(), view, width_);
}

void Tail::print_cursor() {
  if (!args_.show_cursor) return;
  if (args_.common.json) {
    out_.buffer() += "{\"cursor\":\"" + follower_->cursor() + "\"}\n";
  } else {
    out_.buffer() += "-- cursor: " + follower_->cursor() + '\n';
  }
}

// All that was given is on its way out before the cursor says so.
ExitCode Tail::save(bool now) {
  if (args_.cursor_file.empty() || out_.gone()) return ExitCode::fine;
  const Clock::time_point time = Clock::now();
  if (!now && time - saved_at_ < kBetweenSaves) return ExitCode::fine;
  if (!out_.flush()) return ExitCode::fine;
  saved_at_ = time;
  std::string cursor = follower_->cursor();
  if (cursor == saved_) return ExitCode::fine;
  if (Status status = write_cursor_file(args_.cursor_file, cursor); !status) {
    return complain(status.error());
  }
  saved_ = std::move(cursor);
  return ExitCode::fine;
}

ExitCode Tail::begin() {
  if (!args_.after_cursor.empty()) return begin_after(args_.after_cursor);
  if (args_.cursor_file.empty()) return begin_at_end();
  const auto cursor = read_cursor_file(args_.cursor_file);
  if (!cursor) return complain(cursor.error());
  return *cursor ? begin_after(**cursor) : begin_at_end();
}

ExitCode Tail::begin_after(const std::string& cursor) {
  Result<Follower> follower = Follower::resume(args_.common.store, cursor, follow_options());
  if (follower) {
    follower_ = std::move(*follower);
    return ExitCode::fine;
  }
  complain(follower.error().to_string());
  return follower.error().code == ErrorCode::invalid_argument ? ExitCode::usage
                                                              : ExitCode::unusable;
}

ExitCode Tail::begin_at_end() {
  const std::optional<Reader> reader = open_reader(args_.common);
  if (!reader) return ExitCode::unusable;
  ExitCode code = ExitCode::fine;
  for (const std::string& id : args_.streams) {
    auto metadata = reader->metadata(id, args_.common.name_space);
    if (!metadata) return complain(metadata.error());
    const bool there = metadata->has_value();
    const auto status = there ? (*metadata)->status : StreamStatus::open;
    if (status == StreamStatus::completed || status == StreamStatus::error) open_.erase(id);
    if (!there && args_.follow) complain(fmt::format("waiting for stream {}", escaped(id)));
    if (!there && !args_.follow && !require_stream(*reader, args_.common, id)) {
      code = ExitCode::found;
    }
  }
  Newest newest;
  newest.count = args_.lines;
  newest.name_space = args_.common.name_space;
  newest.streams = args_.streams;
  newest.since_ms = args_.window.since_ms;
  newest.until_ms = args_.window.until_ms;
  reader->newest(newest, [&](const EnvelopeView& view) {
    print(view);
    return out_.spill();
  });
  if (!args_.follow) code = worse(code, tell_damage(*reader));
  if (!args_.follow && args_.cursor_file.empty() && !args_.show_cursor) return code;
  Result<Follower> follower = Follower::after(*reader, follow_options());
  if (!follower) return complain(follower.error());
  follower_ = std::move(*follower);
  return code;
}

// What is new now. Saves on the way where there is much.
ExitCode Tail::take() {
  if (Status status = follower_->poll(); !status) return complain(status.error());
  ExitCode code = ExitCode::fine;
  while (!out_.gone() && !ended() && follower_->next()) {
    const EnvelopeView& view = follower_->view();
    const EventType type = view.event.type;
    if (type == EventType::complete || type == EventType::error) {
      open_.erase(std::string(view.stream_id));
    }
    // A GAP has no stamp.
    const bool inside =
        type == EventType::gap ? args_.window.holds_all() : args_.window.holds(view.event.ts_ms);
    if (inside) print(view);
    if (!out_.spill()) break;
    if (events_ % kEventsBetweenLooks != 0) continue;
    code = worse(code, save(false));
    if (interrupt_ && !wait(0)) break;
  }
  for (; damage_told_ < follower_->damage().size(); ++damage_told_) {
    const Damage& damage = follower_->damage()[damage_told_];
    complain(fmt::format("damage in {} at {}, {} bytes: {}", damage.file, damage.offset,
                         damage.bytes, damage.what));
    code = worse(code, ExitCode::found);
  }
  return code;
}

// What there is, to a cursor that was given.
ExitCode Tail::take_rest() {
  ExitCode code = ExitCode::fine;
  for (int i = 0; i < kPollsAtOnce && code != ExitCode::unusable && !out_.gone(); ++i) {
    code = worse(code, take());
  }
  print_cursor();
  return code;
}

bool Tail::wait(int milliseconds) {
  pollfd fds[] = {{interrupt_->fd(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
  if (::poll(fds, 2, milliseconds) <= 0) return true;
  stopped_ = true;
  if (fds[0].revents != 0) interrupt_->take();
  return false;
}

ExitCode Tail::follow() {
  ExitCode code = ExitCode::fine;
  while (!stopped_ && !ended()) {
    code = worse(code, take());
    if (code == ExitCode::unusable) break;
    if (events_ != events_at_cursor_) print_cursor();
    events_at_cursor_ = events_;
    if (!out_.flush()) break;
    code = worse(code, save(false));
    if (stopped_ || ended() || !wait(static_cast<int>(args_.poll_ms))) break;
  }
  return code;
}

ExitCode Tail::run() {
  if (args_.follow) interrupt_.emplace();
  open_.insert(args_.streams.begin(), args_.streams.end());
  ExitCode code = begin();
  if (follower_) code = worse(code, args_.follow ? follow() : take_rest());
  code = out_.finish(code);
  return follower_ ? worse(code, save(true)) : code;
}

}  // namespace

ExitCode tail(const TailArgs& args) {
  if (args.stop_at_end && args.streams.empty()) {
    complain("--stop-at-end needs a STREAM");
    return ExitCode::usage;
  }
  return Tail(args).run();
}

}  // namespace reel::tool
