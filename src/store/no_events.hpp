// The cursor of a stream that is not there.
#pragma once

#include <memory>

#include "reel/store.hpp"

namespace reel::store {

class NoEvents final : public EventCursor {
 public:
  bool next() override { return false; }
  const EnvelopeView& view() const noexcept override { return view_; }
  const Status& status() const noexcept override { return status_; }

 private:
  EnvelopeView view_;
  Status status_;
};

inline std::unique_ptr<EventCursor> no_events() { return std::make_unique<NoEvents>(); }

}  // namespace reel::store
