#include "segment/page_builder.hpp"

#include "base/bytes.hpp"
#include "segment/timestamp.hpp"
#include "segment/uuid_name.hpp"

namespace reel::segment {
namespace {

std::uint8_t flags_of(const event::StreamFacts& f) noexcept {
  const unsigned flags = (f.has_events ? kHasEvents : 0U) |
                         (f.has_token_count ? kHasTokenCount : 0U) |
                         (f.has_start ? kHasStart : 0U) | (f.has_end ? kHasEnd : 0U) |
                         (f.completed ? kCompleted : 0U) | (f.has_error ? kHasError : 0U) |
                         (f.ends_in_error ? kEndsInError : 0U);
  return static_cast<std::uint8_t>(flags);
}

}  // namespace

std::size_t PageBuilder::bytes() const noexcept {
  std::size_t sum = incarnations_.size() + uuids_.size();
  for (const std::string& column : columns_) sum += column.size();
  return sum;
}

void PageBuilder::add(const StreamIdentity& identity, const StreamRecord& record,
                      std::span<const Link> links) {
  base::append_le(incarnations_, identity.incarnation);
  put_difference(PageColumn::ordinal, identity.ordinal, last_.ordinal + 1);
  last_.ordinal = identity.ordinal;
  put_facts(record.facts, record.start_seq);
  put_links(links);
  put_names(identity);
  ++streams_;
}

// Differences wrap; small ones of either sign are short.
void PageBuilder::put_difference(PageColumn to, std::uint64_t value, std::uint64_t expected) {
  put(to, base::zigzag(static_cast<std::int64_t>(value - expected)));
}

void PageBuilder::put_facts(const event::StreamFacts& f, std::uint64_t start_seq) {
  column(PageColumn::flags).push_back(static_cast<char>(flags_of(f)));
  put(PageColumn::first_seq, f.first_seq);
  put(PageColumn::events, f.event_count);
  put(PageColumn::gaps, f.gap_records);
  put(PageColumn::gap_events, f.gap_events);
  put_difference(PageColumn::next_seq, f.next_seq, f.first_seq + f.event_count + f.gap_events);
  put_difference(PageColumn::tokens, static_cast<std::uint64_t>(f.token_count),
                 f.has_token_count ? f.next_seq : 0);
  put_difference(PageColumn::start_seq, start_seq, f.has_start ? f.first_seq : 0);
  put_stamps(f);
}

void PageBuilder::put_stamps(const event::StreamFacts& f) {
  const auto start = static_cast<unsigned>(put_stamp(PageColumn::starts, f.start_ts));
  const auto end = static_cast<unsigned>(put_stamp(PageColumn::ends, f.end_ts));
  column(PageColumn::stamps).push_back(static_cast<char>(start | end << kEndStampShift));
}

StampKind PageBuilder::put_stamp(PageColumn to, double ts_ms) {
  if (same_bits(ts_ms, 0.0)) return StampKind::zero;
  const auto us = exact_us(ts_ms);
  if (!us) {
    base::append_le(column(to), ts_ms);
    return StampKind::raw;
  }
  put_difference(to, static_cast<std::uint64_t>(*us), static_cast<std::uint64_t>(last_.start_us));
  if (to == PageColumn::starts) last_.start_us = *us;
  return StampKind::us;
}

void PageBuilder::put_links(std::span<const Link> links) {
  put(PageColumn::links, links.size());
  if (links.empty()) return;
  put_difference(PageColumn::blocks, links.front().block, last_.first_block);
  last_.first_block = links.front().block;
  std::uint32_t seq_delta = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (i != 0) put(PageColumn::blocks, links[i].block - links[i - 1].block - 1);
    put(PageColumn::link_seqs, links[i].seq_delta - seq_delta);
    seq_delta = links[i].seq_delta;
  }
}

void PageBuilder::put_names(const StreamIdentity& identity) {
  std::string& text = column(PageColumn::text);
  const bool same = streams_ != 0 && identity.name_space == last_.name_space;
  put(PageColumn::spaces, same ? 0 : identity.name_space.size() + 1);
  if (!same) text.append(identity.name_space);
  last_.name_space = identity.name_space;
  const auto uuid = parse_uuid_name(identity.id);
  put(PageColumn::ids, uuid ? 0 : identity.id.size() + 1);
  if (uuid) {
    put_uuid(*uuid);
  } else {
    text.append(identity.id);
  }
}

void PageBuilder::put_uuid(const base::Uuid& uuid) {
  const std::uint64_t time = uuid.high >> (64 - kUuidTimeBits);
  const auto kinds = static_cast<unsigned char>(column(PageColumn::stamps).back());
  const bool started = (kinds & kStampMask) == static_cast<unsigned>(StampKind::us);
  put_difference(PageColumn::times, time, started ? uuid_time_at(last_.start_us) : last_.uuid_time);
  last_.uuid_time = time;
  base::append_le(uuids_, static_cast<std::uint16_t>(uuid.high));
  base::append_le(uuids_, uuid.low);
}

PageBuilder::Parts PageBuilder::take() {
  plain_.assign(incarnations_).append(uuids_);
  whole_.clear();
  for (std::string& column : columns_) {
    whole_.append(column);
    column.clear();
  }
  incarnations_.clear();
  uuids_.clear();
  last_ = {};
  streams_ = 0;
  return {plain_, whole_};
}

}  // namespace reel::segment
