// Replay: playing a stream back, at once or in its own time, with its state alongside.
//
//     auto replay = Replayer(store).replay("chat-7", {.speed = 1});
//     for (const EnvelopeView& e : *replay) std::cout << e.event.text << std::flush;
//     std::cout << replay->state().token_count;
//
// Time: with speed > 0 an event is due when as much time has passed since the first one as was
// recorded between them, divided by the speed. Due times are absolute, so a consumer that is slow
// for a while catches up and the replay as a whole is not stretched. (L0 waits each gap anew after
// the consumer is done, and so takes longer.) A stamp earlier than the one before it counts as a
// gap of 0. The first event is not waited for. speed <= 0: at once. Waits have limits of their own
// where stamps have none: a gap counts for 31 years at most.
#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/reader.hpp"
#include "reel/state.hpp"
#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel {

// Called while events are passed on, in this order for each: state is moved on, then on_token,
// on_violation (once a violation) or on_retry, then on_event, then the event is yielded. What one
// throws comes out of the iteration; the event counts as passed on. on_token is told text tokens
// only: those of another channel (reasoning, tool calls) are no part of the content, and are events
// like any other to on_event.
struct ReplayCallbacks {
  std::function<void(std::string_view token)> on_token = {};
  std::function<void(std::string_view violation_json)> on_violation = {};
  std::function<void(std::int64_t attempt, std::string_view reason)> on_retry = {};
  std::function<void(const EnvelopeView& envelope)> on_event = {};
};

// Where a replay's waiting is done. The default waits on the system's steady clock; tests and
// simulations bring their own. One replay waits on a clock at a time.
class ReplayClock {
 public:
  virtual ~ReplayClock() = default;
  // Never goes back. From any thread; calls nothing of the replay.
  virtual double now_ms() = 0;
  // Returns when now_ms() has reached `deadline_ms` (which may be infinite), or earlier after
  // wake(). Returning early for no reason does no harm.
  virtual void wait_until(double deadline_ms) = 0;
  // Ends the wait under way or, if there is none, the next one. From any thread.
  virtual void wake() = 0;
};

struct ReplayOptions {
  double speed = 0;             // 0: at once; 1: as recorded; 2: twice as fast
  bool fire_callbacks = false;  // else set_callbacks has no effect
  std::int64_t from_seq = 0;    // both inclusive; negative: 0
  std::optional<std::int64_t> to_seq = {};
  FoldMode fold = FoldMode::l0;
  std::shared_ptr<ReplayClock> clock = {};
};

namespace detail {
class ReplayCore;
}

// One replay of one stream: a single-pass input range that can be begun again. Its state is that of
// the events passed on since the last begin(), of the range alone: defaults before the first, live
// while iterating, partial after a break. Events are read when iteration begins; appends after that
// are not seen until the next begin().
// Threads: everything from one thread; pause, resume, step, seek and stop may come from any other.
class Replay {
 public:
  Replay(Replay&&) noexcept;
  Replay& operator=(Replay&&) noexcept;
  ~Replay();

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = EnvelopeView;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    const EnvelopeView& operator*() const noexcept;  // lives until ++
    iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const noexcept;

   private:
    friend class Replay;
    explicit iterator(detail::ReplayCore* core) noexcept : core_(core) {}
    detail::ReplayCore* core_ = nullptr;
  };
  // Starts anew and waits for the first event.
  iterator begin();
  std::default_sentinel_t end() const noexcept { return {}; }

  const State& state() const noexcept;
  // Not ok after an iteration that ended early for a reason.
  const Status& status() const noexcept;
  // Merges: an empty function leaves what was set. Takes effect with the next event.
  void set_callbacks(ReplayCallbacks callbacks);

  // While paused no event is passed on and time stands still; step() lets one through, and without
  // a pause does nothing. A pause outlasts the iteration. seek() goes on with the first event at or
  // after `seq` (within the range); the state is then that of the range before it, and time begins
  // anew there. Before an iteration, and after its end, it says where the next one begins (or where
  // poll() goes on). stop() ends the iteration under way, and does nothing when there is none.
  // Cost of seek(): a short way forward a walk there; else a fold of what lies before (by
  // snapshots, where the store has them). A store whose cursors do not know where they end is
  // walked: all the way forward, and, once an iteration, to the end before a seek back, so that
  // later appends stay unseen.
  void pause();
  void resume();
  void step();
  void seek(std::int64_t seq);
  void stop();

  // For event loops that must not block: never waits. `event`: view() is it. `wait`: nothing is due
  // for `wait_ms` (infinite while paused). `end`: see status(). The first call begins the
  // iteration; begin() starts anew.
  enum class Ready : std::uint8_t { event, wait, end };
  struct Poll {
    Ready ready = Ready::end;
    double wait_ms = 0;
  };
  Poll poll();
  const EnvelopeView& view() const noexcept;  // lives until the next poll()

 private:
  friend class Replayer;
  explicit Replay(std::unique_ptr<detail::ReplayCore> core) noexcept;
  std::unique_ptr<detail::ReplayCore> core_;
};

// Plays a replay on an event loop, without blocking it: passes on what is due (kDriveEventsMax at a
// time) and asks `after` to call `then` later for the rest; `after` itself must not call it. `done`
// is called once, at the end. The replay must live until then. What `each` or a callback of the
// replay throws comes out of `drive` or `then`, and ends the drive without `done`.
// Cost: one timer an event that is not due yet, and one for every kDriveWaitMsMax that it is not:
// so soon pause, resume, seek and stop take effect.
inline constexpr int kDriveEventsMax = 256;
inline constexpr double kDriveWaitMsMax = 20;
void drive(Replay& replay, std::function<void(double delay_ms, std::function<void()> then)> after,
           std::function<void(const EnvelopeView& envelope)> each,
           std::function<void(const Status& status)> done);

// Text tokens of a stream, in the stream's own time: what Replayer::replay_tokens gives. Waits for
// the gaps of the other events too. The view lives until ++.
class TokenReplay {
 public:
  explicit TokenReplay(Replay replay) noexcept : replay_(std::move(replay)) {}
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    std::string_view operator*() const noexcept { return (*at_).event.text; }
    iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t end) const noexcept { return at_ == end; }

   private:
    friend class TokenReplay;
    explicit iterator(Replay::iterator at);
    void skip();
    Replay::iterator at_;
  };
  iterator begin() { return iterator(replay_.begin()); }
  std::default_sentinel_t end() const noexcept { return {}; }
  const State& state() const noexcept { return replay_.state(); }
  const Status& status() const noexcept { return replay_.status(); }
  Replay& replay() noexcept { return replay_; }  // its buttons and callbacks

 private:
  Replay replay_;
};

class Replayer {
 public:
  // A null store: every method answers invalid_argument.
  explicit Replayer(std::shared_ptr<EventStore> store) noexcept : store_(std::move(store)) {}

  // Reads nothing yet. An unknown stream yields nothing and is no error.
  // Errors: invalid_argument for a null store or a speed that is not a number.
  Result<Replay> replay(std::string_view stream_id, ReplayOptions options = {}) const;
  Result<TokenReplay> replay_tokens(std::string_view stream_id, ReplayOptions options = {}) const;

  // The state after all events (the default State for an unknown stream), or after event `seq`
  // (the default State when it is negative). Cost: from the nearest snapshot on where the store has
  // one.
  Result<State> replay_to_state(std::string_view stream_id, FoldMode mode = FoldMode::l0) const;
  Result<State> state_at(std::string_view stream_id, std::int64_t seq,
                         FoldMode mode = FoldMode::l0) const;

 private:
  std::shared_ptr<EventStore> store_;
};

// State after the events of the stream with from_seq <= seq <= to_seq.
Result<State> replay_to_state(const Reader& reader, std::string_view stream_id,
                              std::string_view name_space = kDefaultNamespace,
                              std::uint64_t from_seq = 0, std::uint64_t to_seq = UINT64_MAX,
                              FoldMode mode = FoldMode::l0);

}  // namespace reel
