// SegmentLog: the segments of a lane as one log to append to. It opens a segment when the first
// block comes, seals it when told and enters it into the catalog, and deals with files that fail:
//   - a failed append (full disk) gives the segment up at its last whole block; the caller keeps
//     its rows and tries again later, in a new segment;
//   - a failed sync poisons the file: its contents are carried over to a new one (SegmentWriter::
//     rescue), the failed file is renamed to *.failed and never trusted or synced again.
// A sync has two halves: what waits for the disk is done by a SyncRunner, on its thread if it has
// one, and blocks are appended meanwhile. Sealing has them too: retire() ends the active segment,
// blocks go to the next one, and the syncs that follow make the retired one durable and list it.
// What must hold meanwhile stands in docs/DESIGN.md, "Sealing". Used by one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "reel/log_linear_histogram.hpp"
#include "segment/segment_writer.hpp"
#include "writer/sync_runner.hpp"

namespace reel::writer {

struct SegmentLogOptions {
  std::string lane_directory;
  segment::Uuid store;
  std::uint32_t lane = 0;
  std::uint64_t segment_bytes_max = 0;
  std::uint32_t segment_streams_max = 0;
  int zstd_level = 1;
  std::uint32_t snapshot_events = 0;
  std::size_t block_bytes = std::size_t{64} << 10;
};

// How long the disk and the compressor took.
struct WorkTimes {
  LatencyHistogram write, sync;
  std::uint64_t changes = 0;  // differs when anything else does
};

class SegmentLog {
 public:
  SegmentLog(io::FileSystem& fs, base::Clock& clock, catalog::LaneCatalog catalog,
             SegmentLogOptions options);
  ~SegmentLog();

  // Makes sure there is an active segment. `epoch()` changes whenever stream numbers start anew.
  Status ensure_open();
  std::uint64_t epoch() const noexcept { return epoch_; }
  // Every segment of an earlier epoch than this is in the catalog.
  std::uint64_t listed_epoch() const noexcept {
    return sealing_ != nullptr ? sealing_epoch_ : epoch_;
  }
  std::uint32_t add_stream(const segment::StreamIdentity& identity);

  // After an error nothing of `rows` counts, and the active segment may be gone (epoch() changed).
  Status append(std::span<segment::Row> rows);
  // The same in two halves, where there is a BlockRunner: blocks are on their way when begin_append
  // answers ok. end_appends puts those that are compressed into the file, or waits for all, and
  // tells how many calls have ended since the last time. After an error of either the others do not
  // count, nor does what was begun since: end_appends tells after a failed begin_append, too.
  Status begin_append(std::span<segment::Row> rows);
  struct Appends {
    std::size_t batches = 0;
    Status status;
  };
  Appends end_appends(bool wait);
  // From here on nothing is appended where less is free (ErrorCode::full). 0, as at first: always.
  void set_disk_reserve(std::uint64_t bytes) noexcept { disk_reserve_bytes_ = bytes; }
  // `runner` outlives this; of segments begun from here on.
  void set_block_runner(segment::BlockRunner* runner) noexcept { block_runner_ = runner; }

  // `runner` outlives this or its replacement; nullptr: syncs are done at once.
  void set_sync_runner(SyncRunner* runner) noexcept {
    runner_ = runner != nullptr ? runner : &at_once_;
  }
  // Begins to make everything appended so far durable; not while a sync is under way. An error
  // means that none is.
  Status begin_sync();
  bool syncing() const noexcept { return sync_ != nullptr; }
  // How the sync under way has ended; nullopt: there is none, or it has not.
  std::optional<Status> poll_sync();
  void wait_sync();  // until it has; poll_sync tells how
  Status sync();     // both halves
  bool unsynced() const noexcept;
  std::uint64_t unsynced_bytes() const noexcept;

  // Has the active segment reached its size, or is it to be ended before that?
  bool rotation_due() const noexcept;
  void want_rotation() noexcept { rotation_wanted_ = active_ != nullptr; }
  // Somebody waits for what is not durable yet, the catalog as a rule: the next sync is due at
  // once.
  void want_sync() noexcept { sync_wanted_ = true; }
  bool sync_wanted() const noexcept { return sync_wanted_; }
  // Ends the active segment, with no append on its way; not while another is being sealed. The next
  // sync that begins seals it.
  Status retire();
  bool sealing() const noexcept { return sealing_ != nullptr; }
  Status seal();  // the active one, if there is one, at once, and saves the catalog

  catalog::LaneCatalog& catalog() noexcept { return catalog_; }
  std::uint64_t listed_at_first() const noexcept { return listed_at_first_; }  // the last number
  Status save_catalog();
  // Changes the catalog; the next sync saves it.
  void change_catalog(const std::function<void(catalog::LaneCatalog&)>& how);
  // Is the catalog on disk this one? Then it lists all but the active segment and the one that is
  // being sealed.
  bool all_listed() const noexcept { return catalog_changes_ == catalog_saved_; }

  // Asks for so many numbers for segments that others are merged into. They are set aside where no
  // active segment stands between them and those before, so that all that is written later gets
  // larger numbers. nullopt: not yet, or not durably; ask again. Else they were, and every segment
  // with a smaller number is listed.
  std::optional<catalog::VoidNumbers> set_numbers_aside(std::uint64_t count);
  const std::optional<catalog::VoidNumbers>& pending_numbers() const noexcept { return numbers_; }

  struct Totals {
    std::uint64_t blocks = 0, segments_sealed = 0, syncs = 0;
    std::uint64_t raw_bytes = 0;  // of the blocks, before compression
    std::uint64_t bytes = 0;      // of the files: header, blocks, and in the end index and footer
    void add(const segment::SegmentWriter& segment) noexcept;
  };
  Totals totals() const noexcept;
  const WorkTimes& times() const noexcept { return times_; }

 private:
  void take_asked_numbers();
  void note_appended();
  Status fail_append(Status status);
  void end_before_rescue();
  std::string path_of(std::uint64_t number) const;
  struct Sync;
  Status begin_part(Sync& sync, std::size_t part, segment::SegmentWriter& segment);
  Status end_sync();
  void note_sealed(bool listed);
  Status settle_sealing();
  void give_up();
  Status rescue();
  Status carry_over(std::unique_ptr<segment::SegmentWriter>& segment,
                    segment::SegmentSummary& known, std::uint64_t number);
  Status finish_sealing();
  Status settle_names();
  Status check_room();

  io::FileSystem& fs_;
  base::Clock& clock_;
  catalog::LaneCatalog catalog_;
  const std::uint64_t listed_at_first_;
  const SegmentLogOptions options_;
  std::unique_ptr<segment::SegmentWriter> active_;
  segment::SegmentSummary active_summary_;  // number and id of active_
  // The segment before, while it is being sealed: finished, or failed and to be carried over.
  std::unique_ptr<segment::SegmentWriter> sealing_;
  segment::SegmentSummary sealing_summary_;
  std::uint64_t sealing_epoch_ = 0;
  std::uint64_t spare_number_ = 0;  // not 0: for carrying sealing_ over, below active_'s
  std::uint64_t names_ = 0, names_synced_ = 0;  // changes to the folder's names, and those durable
  std::uint64_t catalog_changes_ = 0, catalog_saved_ = 0;  // likewise of the catalog
  bool rotation_wanted_ = false, sync_wanted_ = false;
  std::uint64_t numbers_asked_ = 0;              // not set aside yet
  std::optional<catalog::VoidNumbers> numbers_;  // set aside, and not yet told of
  std::uint64_t disk_reserve_bytes_ = 0;
  std::optional<std::int64_t> room_checked_us_;  // nullopt: there was not enough
  segment::BlockRunner* block_runner_ = nullptr;
  std::deque<std::int64_t> begun_us_;  // when the appends on their way began
  std::size_t appended_ = 0;           // ended, and not yet told of
  Status append_failed_;               // likewise: those on their way are lost
  SyncAtOnce at_once_;
  SyncRunner* runner_ = &at_once_;
  std::unique_ptr<Sync> sync_;        // under way
  std::optional<Status> sync_ended_;  // not yet told of
  Status undurable_;  // not ok: some given-up segment was never synced, so `durable` stands still
  std::uint64_t epoch_ = 1;
  Totals totals_;  // bytes: of the segments before sealing_ and active_
  WorkTimes times_;
};

}  // namespace reel::writer
