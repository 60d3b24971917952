// Demands: callers who wait until what they recorded is written or durable, and the thread that
// serves them. A caller takes a ticket and waits, or leaves a callback; a round serves all tickets
// taken before it began. A sync may begin in one round and end in a later one: it serves the
// tickets of the first.
//
// Threads: wait_for, call_when_synced, poke and close from any; the others from the serving thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "writer/writer.hpp"

namespace reel::log {

class Demands {
 public:
  enum class Outcome : std::uint8_t { served, closed, late };

  Outcome wait_for(writer::Demand demand, std::chrono::milliseconds deadline);
  using Callback = std::function<void(const Status&)>;
  // False: closed, and the callback is not kept.
  bool call_when_synced(Callback done);
  // Somebody wants the thread to look, without waiting for it.
  void poke();
  // Nobody is served any more, and everybody who waits is told. False: it was closed before.
  bool close();

  struct Round {
    writer::Demand demand = writer::Demand::none;  // the most that anybody wants
    std::uint64_t write = 0, sync = 0;             // last ticket of each kind
  };
  // What the next step is to do; nullopt once closed.
  std::optional<Round> next();
  // The round's step has done all that was demanded of it. Answers the callbacks that are due.
  std::vector<Callback> served(const Round& round);
  // Everything recorded before the round is written.
  void written(const Round& round);
  // And a sync of it has begun; how the sync under way has ended. A bad one leaves its tickets out.
  void sync_began(const Round& round);
  std::vector<Callback> sync_ended(bool ok);
  // Those that nobody will serve any more.
  std::vector<Callback> take_unserved();
  // Until there is something to do, `idle` at most. `ok`: the step succeeded; after one that failed
  // only a poke cuts the rest short. `settled`: it left nothing waiting.
  void rest(bool ok, bool settled, std::chrono::microseconds idle);

 private:
  std::vector<Callback> take_due();
  // While a sync is under way later tickets wait for its end, and are served by one more.
  bool sync_wanted() const noexcept {
    return sync_.wanted > sync_begun_ && sync_begun_ == sync_.done;
  }
  bool wanted() const noexcept { return write_.wanted > write_.done || sync_wanted(); }

  struct Tickets {
    std::uint64_t wanted = 0, done = 0;
  };
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_, done_;
  bool closed_ = false, poked_ = false;
  Tickets write_, sync_;
  std::uint64_t sync_begun_ = 0;  // the last ticket that is done, or that the sync under way is for
  struct Waiting {
    std::uint64_t ticket;
    Callback done;
  };
  std::vector<Waiting> callbacks_;  // of sync_'s tickets, in order
};

// Tells all of them. What one throws is the host's own affair.
void call_all(const std::vector<Demands::Callback>& callbacks, const Status& status);

}  // namespace reel::log
