#include "merge/stripping.hpp"

#include <string>

#include "event/gap.hpp"

namespace reel::merge {

void StrippedRun::add(const EnvelopeView& event, std::uint32_t stream, RowBuffer& rows) {
  if (count_ != 0 && event.seq != first_seq_ + count_) end(stream, rows);
  if (count_ == 0) first_seq_ = event.seq;
  ++count_;
  ts_ms_ = event.event.ts_ms;
}

void StrippedRun::end(std::uint32_t stream, RowBuffer& rows) {
  if (count_ == 0) return;
  std::string parts;
  EnvelopeView gap;
  gap.seq = first_seq_;
  gap.event = event::gap_view(event::kCauseRetention, count_, parts);
  gap.event.ts_ms = ts_ms_;
  rows.add(stream, gap);
  count_ = 0;
}

}  // namespace reel::merge
