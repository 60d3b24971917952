// Follower: what is recorded into a store from some moment on, from any process, as it comes.
//
//   auto follower = Follower::after(*reader);              // or from_start, or resume
//   while (follower->poll().ok()) {
//     while (follower->next()) use(follower->view());
//     save(follower->cursor());                            // to go on later, in another process
//     sleep_a_millisecond();
//   }
//
// Every event comes exactly once, those of a stream in order of seq: whatever meanwhile happens to
// the writers (ends, kill, recovery), to the segments (rotation) and to the streams (which go from
// lane to lane). Those of different streams come about in the order of their stamps where they were
// recorded lately, stream by stream where there is much to catch up with. Events of a stream that
// is deleted before they were seen do not come.
//
// A poll costs a glance at the arena of each lane, and a look into the segments only where one of
// them has changed or something came and went between two polls. Nothing is locked and nothing is
// written. Where an arena cannot be read, events come once they are written.
//
// After a power cut a store may have less than a Follower has seen: what is recorded anew under the
// same seqs does not come then.
//
// Threads: one at a time. Uses no Reader once it is made.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/options.hpp"
#include "reel/reader.hpp"
#include "reel/status.hpp"

namespace reel {

struct FollowOptions {
  std::string name_space = std::string(kDefaultNamespace);
  std::vector<std::string> streams;  // ids, there already or not; none: all of the namespace
  bool mmap = true;                  // as in ReaderOptions
};

namespace detail {
class FollowCore;
}

class Follower {
 public:
  // All that `reader` does not show now.
  static Result<Follower> after(const Reader& reader, FollowOptions options = {});
  // All that there is, and what comes.
  static Result<Follower> from_start(const std::string& path, FollowOptions options = {});
  // Goes on where `cursor` was taken. invalid_argument: it is none, or of another store, or of
  // other streams. All errors of Reader::open.
  static Result<Follower> resume(const std::string& path, std::string_view cursor,
                                 FollowOptions options = {});
  Follower(Follower&&) noexcept;
  Follower& operator=(Follower&&) noexcept;
  ~Follower();

  // Looks for what is new; next() then gives it. Does nothing while next() has more to give. After
  // an error nothing is lost: the next poll tries again.
  Status poll();
  bool next();                                // false: nothing more until the next poll()
  const EnvelopeView& view() const noexcept;  // until the next next() or poll(). GAPs are given too

  // Where it is: after the event that next() gave last. Printable ASCII without blanks. Some 30
  // bytes for each stream that goes on, or that has events in a segment that is not sealed.
  std::string cursor() const;

  // Damage met so far: events that could not be read do not come.
  const std::vector<Damage>& damage() const noexcept;

 private:
  explicit Follower(std::unique_ptr<detail::FollowCore> core) noexcept;
  std::unique_ptr<detail::FollowCore> core_;
};

}  // namespace reel
