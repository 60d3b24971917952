// How a lane that is recorded in erases streams: it is asked to by whoever erases (a file, see
// catalog/erasure_request.hpp), and answers when nothing is left in its segments and its arena.
#include <algorithm>
#include <exception>

#include "catalog/erasure_request.hpp"
#include "catalog/tombstone.hpp"
#include "io/thread_priority.hpp"
#include "log/log_core.hpp"

namespace reel::detail {
namespace {

constexpr std::int64_t kLookUs = 1'000'000;
constexpr std::int64_t kLongestPauseUs = 10'000'000;
constexpr std::int64_t kPauseUs = 5000;
constexpr int kPausesMax = 400;
constexpr std::uint32_t kWriteMs = 2000;

bool is_in_a_slot(arena::Arena& arena, std::span<const std::uint64_t> incarnations) {
  const std::uint32_t used = arena.header().slots_used.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < used; ++i) {
    const std::uint64_t one = arena.slot(i).incarnation.load(std::memory_order_acquire);
    if (std::binary_search(incarnations.begin(), incarnations.end(), one)) return true;
  }
  return false;
}

}  // namespace

bool LogCore::erasures_due() {
  const std::int64_t now = environment_.clock->monotonic_us();
  if (now < erasures_at_us_) return false;
  erasures_at_us_ = now + kLookUs;
  const auto asked = catalog::erasures_asked(fs_, place_, lane());
  return asked && !asked->empty();
}

void LogCore::hear_erasures() noexcept {
  try {
    if (!erasures_due()) return;
    upkeep_thread_->start();
    upkeep_thread_->poke(false);
  } catch (const std::exception&) {  // no memory, or no thread: the next look may have some
  }
}

// Who steps the log by himself does this, too.
void LogCore::erase_in_step() {
  if (erasing_ || !erasures_due()) return;
  upkeep_rest_ = [this](std::int64_t) { return step().ok(); };
  (void)note_upkeep(erase_what_is_asked());
}

Status LogCore::erase_what_is_asked() {
  auto asked = catalog::erasures_asked(fs_, place_, lane());
  if (!asked || asked->empty()) return asked.status();
  // Nothing is erased that was not deleted before: what has no tombstone may be recorded any time.
  std::vector<std::uint64_t> deleted;
  for (const std::uint64_t incarnation : *asked) {
    const auto is_deleted = catalog::is_deleted(fs_, place_, incarnation);
    if (!is_deleted) return is_deleted.status();
    if (*is_deleted) deleted.push_back(incarnation);
    if (*is_deleted) continue;
    Status status = catalog::forget_erasure(fs_, place_, {lane(), incarnation});
    if (!status) return status;
  }
  const std::int64_t now = environment_.clock->monotonic_us();
  if (deleted.empty() || now < erase_again_at_us_) return {};
  erasing_ = true;
  Status status = erase(deleted);
  erasing_ = false;
  // What fails is not tried every second: it costs a segment each time.
  erase_pause_us_ = status ? kLookUs : std::min(2 * erase_pause_us_, kLongestPauseUs);
  if (!status) erase_again_at_us_ = environment_.clock->monotonic_us() + erase_pause_us_;
  return !status && status.error().code == ErrorCode::closed ? Status() : status;
}

// Of a stream that was closed events may be on their way, and a GAP that it ended with; with its
// slot given up there is nothing any more.
Status LogCore::erase(std::span<const std::uint64_t> incarnations) {
  const io::PromptSection prompt;  // somebody waits
  if (Status status = wait_for(writer::Demand::write, kWriteMs); !status) return status;
  if (Status status = wait_given_up(incarnations); !status) return status;
  if (Status status = wait_for(writer::Demand::write, kWriteMs); !status) return status;
  const auto erased = upkeep_->erase(incarnations);
  if (!erased) return erased.status();
  {
    // Free chunks and slots are empty: what is left lies in chunks that threads still fill.
    const std::lock_guard stepping(step_mutex_);
    open_.writer->clear_frames(incarnations);
  }
  catalog::ErasureAnswer answer{erased->events, erased->segments, environment_.clock->wall_us()};
  for (const std::uint64_t incarnation : incarnations) {
    Status status = catalog::answer_erasure(fs_, place_, {lane(), incarnation}, answer);
    if (!status) return status;
    answer.events = answer.segments = 0;  // of all together, told once
  }
  return {};
}

Status LogCore::wait_given_up(std::span<const std::uint64_t> incarnations) {
  for (int i = 0; i < kPausesMax; ++i) {
    {
      const std::lock_guard stepping(step_mutex_);
      if (!is_in_a_slot(open_.lane->arena(), incarnations)) return {};
    }
    demands_.poke();
    if (!upkeep_rest_(kPauseUs)) {
      return Error{ErrorCode::closed, 0, path_, 0, "the log was closed before a stream was erased"};
    }
  }
  return Error{ErrorCode::busy, 0, path_, 0,
               "a stream that is to be erased was not given up by the writer yet; it is tried "
               "again"};
}

}  // namespace reel::detail
