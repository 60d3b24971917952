#include "replay/replay_core.hpp"

#include <algorithm>
#include <utility>

#include "json/parts.hpp"
#include "replay/clock.hpp"

namespace reel::detail {
namespace {

// Seeking further ahead than this, events are folded from the front (by snapshots, where the store
// has them) rather than walked to.
constexpr std::uint64_t kWalkMax = 8192;

SeqRange range_of(const ReplayOptions& options) {
  const auto at_least_0 = [](std::int64_t seq) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(seq, 0));
  };
  SeqRange range{at_least_0(options.from_seq)};
  if (options.to_seq) range.last = at_least_0(*options.to_seq);
  if (options.to_seq && *options.to_seq < 0) range.first = range.last + 1;  // nothing
  return range;
}

template <class Function>
void take_over(Function& to, Function& from) {
  if (from) to = std::move(from);
}

}  // namespace

ReplayCore::ReplayCore(std::shared_ptr<EventStore> store, std::string stream_id,
                       const ReplayOptions& options)
    : store_(std::move(store)),
      stream_id_(std::move(stream_id)),
      range_(range_of(options)),
      options_(options),
      transport_(options.clock ? options.clock : steady_clock(), options.speed > 0),
      pace_(options.speed) {}

void ReplayCore::begin() {
  transport_.begin();
  begun_ = true;
  at_end_ = ahead_ = false;
  view_ = &nothing_;
  pace_.restart();
  folded_seq_.reset();
  last_seq_.reset();
  state_ = {};
  status_ = {};
  auto cursor = store_->read(stream_id_, range_);
  cursor ? void(cursor_ = std::move(*cursor)) : void(give_up(cursor.status()));
}

bool ReplayCore::give_up(Status status) {
  status_ = std::move(status);
  cursor_.reset();
  view_ = &nothing_;
  ahead_ = false;
  return false;
}

// Is there an event that was not passed on yet? From here on the last one's view is gone.
bool ReplayCore::look_ahead() {
  if (ahead_) return true;
  if (cursor_ == nullptr) return false;
  if (!cursor_->next()) return cursor_->status() ? false : give_up(cursor_->status());
  ahead_ = true;
  due_ms_ = pace_.due_ms(cursor_->view().event.ts_ms);
  return true;
}

Transport::Turn ReplayCore::take_turn() {
  if (!begun_) begin();
  for (;;) {
    const bool more = look_ahead();
    const Transport::Turn turn = transport_.turn(more ? std::optional(due_ms_) : std::nullopt);
    if (turn.kind != Transport::Turn::Kind::seek) return turn;
    seek(turn.seek_to);
  }
}

Replay::Poll ReplayCore::poll() {
  const Transport::Turn turn = take_turn();
  at_end_ = turn.kind == Transport::Turn::Kind::end;
  if (at_end_) return {Replay::Ready::end, 0};
  if (turn.kind == Transport::Turn::Kind::wait) {
    return {Replay::Ready::wait, std::max(turn.deadline_ms - transport_.clock().now_ms(), 0.0)};
  }
  pass_on();
  return {Replay::Ready::event, 0};
}

bool ReplayCore::next() {
  Transport::Turn turn = take_turn();
  while (turn.kind == Transport::Turn::Kind::wait) {
    transport_.clock().wait_until(turn.deadline_ms);
    turn = take_turn();
  }
  at_end_ = turn.kind == Transport::Turn::Kind::end;
  if (!at_end_) pass_on();
  return !at_end_;
}

void ReplayCore::pass_on() {
  ahead_ = false;
  view_ = &cursor_->view();
  folded_seq_ = view_->seq;
  fold(state_, view_->event, options_.fold);
  if (options_.fire_callbacks) fire(*view_);
}

void ReplayCore::fire(const EnvelopeView& envelope) {
  const auto callbacks = callbacks_;  // one of them may set others
  const EventView& event = envelope.event;
  if (callbacks->on_token && event.is_text_token()) callbacks->on_token(event.text);
  if (callbacks->on_violation && event.type == EventType::guardrail) {
    const std::string_view result = event.part(Part::result).value_or(std::string_view());
    for (const std::string& one : json::violations(result)) callbacks->on_violation(one);
  }
  if (callbacks->on_retry && event.type == EventType::retry) {
    callbacks->on_retry(event.number.value_or(0),
                        event.part(Part::reason).value_or(std::string_view()));
  }
  if (callbacks->on_event) callbacks->on_event(envelope);
}

void ReplayCore::set_callbacks(ReplayCallbacks callbacks) {
  auto merged = std::make_shared<ReplayCallbacks>(*callbacks_);
  take_over(merged->on_token, callbacks.on_token);
  take_over(merged->on_violation, callbacks.on_violation);
  take_over(merged->on_retry, callbacks.on_retry);
  take_over(merged->on_event, callbacks.on_event);
  callbacks_ = std::move(merged);
}

void ReplayCore::seek(std::uint64_t seq) {
  seq = std::max(seq, range_.first);
  pace_.restart();
  if (cursor_ == nullptr) return;
  folded_seq_&& seq <= *folded_seq_ ? seek_back(seq) : seek_ahead(seq);
  if (ahead_) due_ms_ = pace_.due_ms(cursor_->view().event.ts_ms);
}

void ReplayCore::seek_ahead(std::uint64_t seq) {
  const std::uint64_t from = folded_seq_ ? *folded_seq_ + 1 : range_.first;
  if (seq - from > kWalkMax && !last_seq_) last_seq_ = cursor_->last_seq();
  if (seq - from > kWalkMax && last_seq_) return jump(seq);
  while (ahead_ || cursor_->next()) {
    ahead_ = cursor_->view().seq >= seq;
    if (ahead_) return;
    folded_seq_ = cursor_->view().seq;
    fold(state_, cursor_->view().event, options_.fold);
  }
}

void ReplayCore::seek_back(std::uint64_t seq) {
  if (find_last()) jump(seq);
}

// The state in front of `seq`, by folding, and a new cursor there.
void ReplayCore::jump(std::uint64_t seq) {
  view_ = &nothing_;
  ahead_ = false;
  state_ = {};
  folded_seq_.reset();
  if (seq > range_.first) {
    const std::uint64_t last = std::min(seq - 1, *last_seq_);
    auto state = store_->fold(stream_id_, {range_.first, last}, options_.fold);
    if (!state) return void(give_up(state.status()));
    state_ = std::move(*state);
    folded_seq_ = seq - 1;
  }
  auto cursor = store_->read(stream_id_, {seq, *last_seq_});
  cursor ? void(cursor_ = std::move(*cursor)) : void(give_up(cursor.status()));
}

// What was appended since the iteration began must not come into sight by reading again.
bool ReplayCore::find_last() {
  if (!last_seq_) last_seq_ = cursor_->last_seq();
  if (last_seq_) return true;
  std::uint64_t last = ahead_ ? cursor_->view().seq : *folded_seq_;
  while (cursor_->next()) last = cursor_->view().seq;
  if (!cursor_->status()) return give_up(cursor_->status());
  last_seq_ = last;
  return true;
}

}  // namespace reel::detail
