// One stream of the load: what it says next, and when.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/random.hpp"
#include "load/texts.hpp"
#include "load/trace.hpp"
#include "reel/event.hpp"

namespace reel::load {

// Shared by all streams of a load.
struct StreamShape {
  LogNormal gap_within{0.35};
  bool l0_stamps = false;
};

class LoadStream {
 public:
  // Begins stream `number` of the load with `seed`.
  void open(std::uint64_t seed, std::uint32_t number, const Request& request,
            const Texts::Text& text, const StreamShape& shape);

  std::int64_t next_us() const noexcept { return next_us_; }
  std::string_view id() const noexcept { return id_; }
  // The event due at next_us(). Valid until the stream is opened anew or moved.
  EventView view() noexcept;
  // Goes on to the event after it; false when there is none.
  bool advance() noexcept;

 private:
  void decide_fate();
  void set_names(std::uint64_t seed, std::uint32_t number, const Request& request);
  EventType after_token() noexcept;
  EventType after_extras() noexcept;
  std::int64_t wait_before(EventType type) noexcept;
  double stamp() noexcept;

  const StreamShape* shape_ = nullptr;
  Texts::Text text_;
  Random random_;
  double gap_median_us_ = 0;
  std::int64_t next_us_ = 0;
  EventType type_ = EventType::start;
  std::uint32_t said_ = 0;                     // tokens so far
  std::uint32_t limit_ = 0;                    // tokens in all
  std::uint32_t retry_at_ = 0, error_at_ = 0;  // after so many tokens; kNever
  std::string id_;
  std::string options_;  // the parts of START
};

}  // namespace reel::load
