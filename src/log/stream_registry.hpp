// StreamRegistry: which streams are open, in which slot, and where a closed one goes on.
// Opening, closing and deleting streams takes its lock; recording does not.
//
// Deletions may come from other processes at any time. An opening takes the stream's slot first and
// looks for a tombstone second; a deletion writes the tombstone first and looks at the slots second
// (store/delete_stream.cpp): at least one of the two notices the other.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "log/open_streams.hpp"
#include "log/segment_index.hpp"
#include "record/lane.hpp"
#include "reel/status.hpp"
#include "writer/writer.hpp"

namespace reel::log {

class StreamRegistry : public writer::SlotPool {
 public:
  // `store` is the store's folder.
  StreamRegistry(io::FileSystem& fs, std::string store, std::shared_ptr<record::Lane> lane,
                 base::Clock& clock, SegmentIndex index);

  // The state of a new Recorder. Errors: busy, full, invalid_argument, io.
  Result<std::unique_ptr<detail::RecorderState>> open(std::string_view name_space,
                                                      std::string_view id);
  // Writes a tombstone. false: there is no such stream. Errors: busy while a Recorder holds it, io.
  Result<bool> remove(std::string_view name_space, std::string_view id);
  bool try_free(std::uint32_t slot, std::uint64_t epoch) override;

  // Tells of segments that were sealed (or given up) since; all of epochs before `epoch` are told.
  void segments_added(const std::vector<segment::SegmentSummary>& segments, std::uint64_t epoch);

  std::uint32_t open_streams() const;

 private:
  struct Recent {
    KnownStream stream;
    std::uint64_t epoch;
  };
  using State = Result<std::unique_ptr<detail::RecorderState>>;
  State open_again(std::uint32_t slot_index, std::string_view name_space, std::string_view id);
  State open_in_slot(std::string_view name_space, std::string_view id, KnownStream stream);
  Result<std::uint32_t> take_slot();
  void give_slot(std::uint32_t slot_index);
  Status fill_name(arena::StreamSlot& slot, std::string_view name_space, std::string_view id);
  void take_stream(arena::StreamSlot& slot, const KnownStream& stream);
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
  OpenStreams slots_;
  std::unordered_map<std::string, Recent> recent_;  // closed, and in no indexed segment; see key_of
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t last_ordinal_ = 0;
  base::RandomWalk incarnations_;
};

}  // namespace reel::log
