// LogCore: one lane open for writing, with everything in it, and the one thread that serves it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "io/file_system.hpp"
#include "log/block_pool.hpp"
#include "log/child_log.hpp"
#include "log/demands.hpp"
#include "log/live_catalog.hpp"
#include "log/open_lane.hpp"
#include "log/store_upkeep.hpp"
#include "log/sync_thread.hpp"
#include "log/upkeep_thread.hpp"
#include "reel/log.hpp"
#include "reel/metrics.hpp"

namespace reel::detail {

class LogCore {
 public:
  static Result<std::shared_ptr<LogCore>> open(const std::string& path, LogOptions options,
                                               log::Environment environment);
  ~LogCore();

  Result<std::unique_ptr<RecorderState>> recorder(std::string_view id, std::string_view name_space);
  Result<bool> delete_stream(std::string_view id, std::string_view name_space);
  Status wait_for(writer::Demand demand, std::uint32_t deadline_ms);
  Status step();
  CloseReport close(std::uint32_t deadline_ms);
  Status when_durable(std::function<void(const Status&)> done);
  Watermarks watermarks() const noexcept;
  LogStats stats() const;
  Metrics metrics() const;
  const RecoveryReport& recovery() const noexcept { return open_.recovery; }
  const std::string& path() const noexcept { return path_; }
  bool shared() const { return open_.registry->anybody_else(); }
  bool made(const RecorderState& recorder) const noexcept { return recorder.lane == open_.lane; }
  std::uint32_t lane() const noexcept { return open_.lane->arena().header().lane; }
  // One look of upkeep, from one thread at a time; `rest` goes on with the writer's work and rests
  // so long, false: stop.
  Status look_after(bool urgent, const std::function<bool(std::int64_t us)>& rest);
  // Is this process a fork of the one that opened the log? Then only these three may be called, and
  // what only reads: here() gives the child's own log, opened if need be, here_so_far() what there
  // is of it, and end_child() closes it.
  bool forked() const noexcept { return open_.lane->forked(); }
  Result<LogCore*> here();
  LogCore* here_so_far() noexcept;
  void end_child() noexcept { child_.end(); }

 private:
  LogCore(std::string path, LogOptions options, log::Environment environment, log::OpenLane open);
  void start();
  void run();
  void doze();
  void tick();  // the ticker's thread
  // What a step came to, and how the writer stands after it.
  struct Outcome {
    Status status;
    bool busy = false, settled = false, all_durable = false;
    bool sync_began = false, sync_ended = false;
  };
  Outcome step_once(writer::Demand demand);
  writer::Demand hear_others(writer::Demand demand);
  bool serve(const log::Demands::Round& round, const Outcome& outcome);
  void give_up(const char* why) noexcept;  // with step_mutex_ held
  Status refusal() const;                  // ok while this process may use the log
  void note_error(const Status& status);
  void publish_segments();
  void tell_sealed(const segment::SegmentSummary& segment);
  void start_upkeep();
  Status note_upkeep(Status status);  // tells of an error that is new
  bool erasures_due();
  void hear_erasures() noexcept;  // of the writer's thread
  void erase_in_step();
  Status erase_what_is_asked();
  Status erase(std::span<const std::uint64_t> incarnations);
  Status wait_given_up(std::span<const std::uint64_t> incarnations);
  Status finish(std::uint32_t deadline_ms);

  const std::string path_;
  const LogOptions options_;
  const log::Environment environment_;
  io::FileSystem& fs_;
  const std::string place_;  // path_ as it was when the log was opened, wherever the host goes
  log::OpenLane open_;
  log::ChildLog child_;
  std::uint64_t published_number_ = 0;  // segments up to it are known to the registry

  std::uint32_t asks_ = 0;           // of other lanes, heard so far; of whoever makes the rounds
  std::int64_t erasures_at_us_ = 0;  // no look for requests before; likewise
  // Of whoever looks after the lane.
  std::int64_t erase_again_at_us_ = 0, erase_pause_us_ = 0;
  bool erasing_ = false;

  std::mutex turn_mutex_;  // without a thread: one caller at a time steps and tells who waited
  std::mutex step_mutex_;  // one step at a time: the thread's, or a caller's
  Status broken_;          // not ok: the writer met an exception and does nothing more

  log::Demands demands_;
  std::atomic<std::uint64_t> written_{0}, durable_{0};  // events

  mutable std::mutex mutex_;  // guards what follows
  Status last_error_;
  std::string last_upkeep_error_;
  LogStats stats_;           // the writer's part, copied after every step, and upkeep's
  writer::WorkTimes times_;  // likewise
  std::uint64_t bytes_in_ = 0;
  std::unique_ptr<log::SyncThread> sync_thread_;
  std::unique_ptr<log::BlockPool> block_pool_;  // nullptr: the writer's thread compresses
  std::unique_ptr<std::thread> thread_, ticker_;
  std::function<bool(std::int64_t us)> upkeep_rest_;  // of the look under way
  std::unique_ptr<log::LiveCatalog> live_catalog_;
  std::unique_ptr<log::StoreUpkeep> upkeep_;
  std::unique_ptr<log::UpkeepThread> upkeep_thread_;  // nullptr without a writer's thread
};

}  // namespace reel::detail
