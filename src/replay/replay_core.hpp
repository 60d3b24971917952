// ReplayCore: what a Replay holds: a cursor, the state so far, and when to go on.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "reel/replay.hpp"
#include "replay/pace.hpp"
#include "replay/transport.hpp"

namespace reel::detail {

class ReplayCore {
 public:
  ReplayCore(std::shared_ptr<EventStore> store, std::string stream_id,
             const ReplayOptions& options);

  void begin();         // starts anew
  Replay::Poll poll();  // passes the next event on, if it is its turn
  bool next();          // waits for its turn; false at the end
  void set_callbacks(ReplayCallbacks callbacks);

  bool at_end() const noexcept { return at_end_; }
  const State& state() const noexcept { return state_; }
  const Status& status() const noexcept { return status_; }
  const EnvelopeView& view() const noexcept { return *view_; }
  Transport& transport() noexcept { return transport_; }

 private:
  Transport::Turn take_turn();
  bool look_ahead();
  void pass_on();
  void fire(const EnvelopeView& envelope);
  void seek(std::uint64_t seq);
  void seek_ahead(std::uint64_t seq);
  void seek_back(std::uint64_t seq);
  void jump(std::uint64_t seq);
  bool find_last();
  bool give_up(Status status);

  const std::shared_ptr<EventStore> store_;
  const std::string stream_id_;
  const SeqRange range_;
  const ReplayOptions options_;
  Transport transport_;
  std::shared_ptr<const ReplayCallbacks> callbacks_ = std::make_shared<ReplayCallbacks>();

  std::unique_ptr<EventCursor> cursor_;
  bool begun_ = false, at_end_ = false;
  bool ahead_ = false;  // the cursor stands on an event that was not passed on yet
  double due_ms_ = 0;   // of that event
  Pace pace_;
  std::optional<std::uint64_t> folded_seq_;  // the last one in state_
  std::optional<std::uint64_t> last_seq_;    // of the iteration, once it is known
  State state_;
  Status status_;
  const EnvelopeView nothing_;
  const EnvelopeView* view_ = &nothing_;
};

}  // namespace reel::detail
