// RunReader: plain text tokens as events, many at a time and a column at a time.
#include <algorithm>

#include "segment/data_block.hpp"
#include "segment/row_tags.hpp"

namespace reel::segment {

std::size_t RunReader::take_plain_events(std::span<EnvelopeView> out, std::string* text) {
  if (damaged_ || left_ == 0 || !need_stamps()) return 0;
  if (but_for_stamp(tags_[at_.row]) != kTagPlainToken) return 0;
  const auto tag = static_cast<std::uint8_t>(tags_[at_.row]);
  const std::size_t limit = std::min<std::size_t>({left_, out.size(), kEventsAtOnce});
  out = out.first(
      rows_like(tags_ + at_.row, static_cast<std::uint32_t>(limit), UINT8_MAX, tag));
  out = out.first(set_texts(out, text));
  set_stamps(out, static_cast<TsKind>((tag >> kTagTsShift) & kTagTsMask));
  std::uint64_t number = prediction_.next_text();
  for (EnvelopeView& view : out) {
    view.seq = ++row_.seq;
    view.event.type = EventType::token;
    view.event.number = static_cast<std::int64_t>(number++);
    view.event.parts = {};
  }
  prediction_.set_next_text(number);
  at_.row += static_cast<std::uint32_t>(out.size());
  left_ -= static_cast<std::uint32_t>(out.size());
  return out.size();
}

std::uint32_t RunReader::set_texts(std::span<EnvelopeView> out, std::string* text) {
  const auto rows = static_cast<std::uint32_t>(out.size());
  EnvelopeView* view = out.data();
  const auto set = [&](std::string_view next) { (view++)->event.text = next; };
  if (text != nullptr) return append_short_texts(rows, *text, set);
  return take_texts_of(rows, [&](std::string_view next) {
    set(next);
    return true;
  });
}

void RunReader::set_stamps(std::span<EnvelopeView> out, TsKind kind) {
  if (ts_behind_ > 0) catch_up_ts();
  std::array<std::int32_t, kEventsAtOnce> deltas;
  for (std::size_t i = 0; i < out.size(); ++i) deltas[i] = small_delta(at_.row + i);
  const auto set = [&](TsKind same) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t delta = deltas[i];
      out[i].event.ts_ms = ts_.next(same, static_cast<std::uint64_t>(delta));
    }
  };
  kind == TsKind::us ? set(TsKind::us) : set(TsKind::x4096);
}

}  // namespace reel::segment
