// Pace: when each event of a replay is due. One thread.
#pragma once

#include <optional>

namespace reel::detail {

class Pace {
 public:
  explicit Pace(double speed) noexcept : speed_(speed) {}

  // Milliseconds after the first event at which the next one, stamped so, is due: as many as were
  // recorded between them, divided by the speed (not above 0: 0). A step back counts for nothing.
  double due_ms(double ts_ms) noexcept;
  // The next event is the first.
  void restart() noexcept;

 private:
  double speed_;
  std::optional<double> previous_ts_ms_;
  double recorded_ms_ = 0;
};

}  // namespace reel::detail
