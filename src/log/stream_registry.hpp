// StreamRegistry: which streams are open, in which slot, and where a closed one goes on.
// Opening, closing and deleting streams takes its lock; recording does not.
//
// Deletions may come from other processes at any time. An opening takes the stream's slot first and
// looks for a tombstone second; a deletion writes the tombstone first and looks at the slots second
// (store/control.cpp): at least one of the two notices the other. Both may: then the opening makes
// a new life of the stream, so a deletion is taken back only where the life that it names is held.
// The same between two lanes that open a stream at once: see neighbours.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "log/neighbours.hpp"
#include "log/open_streams.hpp"
#include "log/segment_index.hpp"
#include "log/stream_slots.hpp"
#include "record/lane.hpp"
#include "reel/status.hpp"
#include "writer/writer.hpp"

namespace reel::log {

class StreamRegistry : public writer::SlotPool {
 public:
  // `store` is the store's folder. A stream that another lane has yet to write is waited for so
  // long.
  StreamRegistry(io::FileSystem& fs, std::string store, std::shared_ptr<record::Lane> lane,
                 base::Clock& clock, SegmentIndex index, std::unique_ptr<Neighbours> neighbours,
                 std::chrono::milliseconds patience);

  // The state of a new Recorder. Errors: busy, full, invalid_argument, io.
  Result<std::unique_ptr<detail::RecorderState>> open(std::string_view name_space,
                                                      std::string_view id);
  // Writes a tombstone. false: there is no such stream. Errors: busy while a Recorder holds it, io.
  Result<bool> remove(std::string_view name_space, std::string_view id);
  bool try_free(std::uint32_t slot, std::uint64_t epoch) override;

  // Tells of segments that were sealed (or given up) since; all of epochs before `epoch` are told.
  void segments_added(const std::vector<segment::SegmentSummary>& segments, std::uint64_t epoch);

  // What the lane's segments are from now on, in place of all told of so far; they hold nothing of
  // the streams of `expired` (incarnations, ascending). busy: one of those is open, or was; nothing
  // has changed.
  Status replace_segments(const catalog::LaneCatalog& catalog,
                          std::span<const std::uint64_t> expired);

  std::uint32_t open_streams() const;
  bool anybody_else() const;  // see Log::shared
  // Now and then: lets go of what other lanes do not need any more.
  void tidy() noexcept;

 private:
  struct Recent {
    KnownStream stream;
    std::uint64_t epoch;
  };
  using State = Result<std::unique_ptr<detail::RecorderState>>;
  std::chrono::microseconds pause();
  // nullptr: another lane has the stream in hand; look again.
  State try_open(std::string_view name_space, std::string_view id);
  State open_again(std::uint32_t slot_index, std::string_view name_space, std::string_view id);
  State open_in_slot(std::string_view name_space, std::string_view id, KnownStream stream);
  // What other lanes know of it, for who has a slot for it. busy: a Recorder holds it there.
  Result<Sighting> look_elsewhere(std::string_view name_space, std::string_view id);
  Error busy_elsewhere(const Sighting& sighting) const;
  Result<std::optional<Sighting>> look_for_opener(std::string_view name_space, std::string_view id,
                                                  std::uint64_t incarnation);
  // The stream in the slot goes on from `stream`, or, deleted meanwhile, as a new one.
  Status settle(std::uint32_t slot_index, KnownStream& stream);
  Result<std::optional<KnownStream>> to_delete(std::string_view name_space, std::string_view id);
  Result<std::optional<KnownStream>> last_known(std::string_view name_space, std::string_view id);
  KnownStream new_stream(std::uint64_t after_ordinal = 0);
  std::unique_ptr<detail::RecorderState> state_for(std::uint32_t slot, std::uint64_t next_seq,
                                                   std::int64_t last_us);

  io::FileSystem& fs_;
  const std::string store_;
  std::shared_ptr<record::Lane> lane_;
  base::Clock& clock_;
  mutable std::mutex mutex_;
  SegmentIndex index_;
  std::unique_ptr<Neighbours> neighbours_;
  const std::chrono::milliseconds patience_;
  StreamSlots slots_;
  OpenStreams open_;                                // which of them a name has
  std::unordered_map<std::string, Recent> recent_;  // closed, and in no indexed segment; see key_of
  std::uint64_t last_ordinal_ = 0;
  base::RandomWalk incarnations_;
};

}  // namespace reel::log
