#include "store/ttl.hpp"

#include <utility>

#include "base/clock.hpp"

namespace reel::store {
namespace {

class VisibleCursor final : public EventCursor {
 public:
  VisibleCursor(std::unique_ptr<EventCursor> cursor, TtlFilter filter) noexcept
      : cursor_(std::move(cursor)), filter_(filter) {}

  bool next() override {
    while (cursor_->next()) {
      if (!filter_.hides(cursor_->view().event.ts_ms)) return true;
    }
    return false;
  }
  const EnvelopeView& view() const noexcept override { return cursor_->view(); }
  const Status& status() const noexcept override { return cursor_->status(); }

 private:
  std::unique_ptr<EventCursor> cursor_;
  TtlFilter filter_;
};

}  // namespace

double now_ms(const NowMs& now) {
  return now ? now() : static_cast<double>(base::system_clock().wall_us()) / 1000.0;
}

std::unique_ptr<EventCursor> visible(std::unique_ptr<EventCursor> cursor, TtlFilter filter) {
  return std::make_unique<VisibleCursor>(std::move(cursor), filter);
}

}  // namespace reel::store
