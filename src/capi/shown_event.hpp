// The event that a Cursor or a Follower is at, as C sees it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "reel/event.hpp"
#include "reel/reel.h"
#include "reel/status.hpp"

namespace reel::capi {

class ShownEvent {
 public:
  explicit ShownEvent(std::string_view name_space) : name_space_(name_space) {}

  // Views into `envelope` are kept until the next call.
  const reel_event* show(const EnvelopeView& envelope) noexcept;
  void clear() noexcept { envelope_ = nullptr; }

  // Its line of JSON, until the next call of any function here. not_found: there is none.
  Status json(const char** text, std::size_t* bytes);
  // Appends it to `out`; false for a GAP.
  bool append_line(std::string& out, const EnvelopeView& envelope) const;

 private:
  std::string name_space_;
  const EnvelopeView* envelope_ = nullptr;
  reel_event event_ = {};
  std::string json_;
};

}  // namespace reel::capi
