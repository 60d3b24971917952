#include "segment/stream_page.hpp"

#include <array>

#include "base/bytes.hpp"
#include "segment/timestamp.hpp"
#include "segment/uuid_name.hpp"

namespace reel::segment {
namespace {

void take_flags(event::StreamFacts& f, unsigned flags) noexcept {
  f.has_events = (flags & kHasEvents) != 0;
  f.has_token_count = (flags & kHasTokenCount) != 0;
  f.has_start = (flags & kHasStart) != 0;
  f.has_end = (flags & kHasEnd) != 0;
  f.completed = (flags & kCompleted) != 0;
  f.has_error = (flags & kHasError) != 0;
  f.ends_in_error = (flags & kEndsInError) != 0;
}

}  // namespace

// Takes the columns one after another. Lengths are checked where they are taken; what was cut short
// gives zeros, and is found at the end.
class PageParser {
 public:
  PageParser(StreamPage& page, std::string& names, std::string_view plain, std::string_view columns)
      : page_(page), names_(names), plain_(plain), in_(columns) {}

  bool run(std::uint32_t blocks) {
    for (auto& e : page_.entries_) e.identity.incarnation = plain_.fixed<std::uint64_t>();
    take_facts();
    if (!take_links(blocks) || !take_stamps()) return false;
    return take_names() && plain_.ok() && plain_.at_end() && in_.ok() && in_.at_end();
  }

 private:
  using Entry = StreamPage::Entry;
  using PerStream = std::array<std::uint64_t, kPageStreamsMax>;

  std::uint64_t difference(std::uint64_t expected) noexcept {
    return expected + static_cast<std::uint64_t>(in_.signed_varint());
  }
  template <class Take>
  void each(const Take& take) {
    for (Entry& e : page_.entries_) take(e, e.facts);
  }

  void take_facts() {
    each([&](Entry&, auto& f) { take_flags(f, in_.fixed<std::uint8_t>()); });
    each([&](Entry& e, auto&) { e.stamps = in_.fixed<std::uint8_t>(); });
    std::uint64_t ordinal = 0;
    each([&](Entry& e, auto&) { e.identity.ordinal = ordinal = difference(ordinal + 1); });
    each([&](Entry&, auto& f) { f.first_seq = in_.varint(); });
    each([&](Entry&, auto& f) { f.event_count = in_.varint(); });
    each([&](Entry&, auto& f) { f.gap_records = in_.varint(); });
    each([&](Entry&, auto& f) { f.gap_events = in_.varint(); });
    each([&](Entry&, auto& f) {
      f.next_seq = difference(f.first_seq + f.event_count + f.gap_events);
    });
    each([&](Entry&, auto& f) {
      f.token_count = static_cast<std::int64_t>(difference(f.has_token_count ? f.next_seq : 0));
    });
    each([&](Entry& e, auto& f) { e.start_seq = difference(f.has_start ? f.first_seq : 0); });
  }

  bool take_links(std::uint32_t blocks) {
    std::uint64_t count = 0;
    for (Entry& e : page_.entries_) {
      const std::uint64_t own = in_.varint();
      if (own > in_.left()) return false;  // each takes two bytes
      e.end_link = static_cast<std::uint32_t>(count += own);
    }
    if (count > in_.left()) return false;
    page_.links_.resize(count);
    std::uint64_t first_block = 0;
    std::size_t at = 0;
    for (const Entry& e : page_.entries_) {
      for (std::uint64_t block = 0; at < e.end_link; ++at) {
        const bool first = at == page_.first_link(e);
        block = first ? first_block = difference(first_block) : block + 1 + in_.varint();
        if (block >= blocks) return false;
        page_.links_[at].block = static_cast<std::uint32_t>(block);
      }
    }
    at = 0;
    for (const Entry& e : page_.entries_) {
      for (std::uint32_t delta = 0; at < e.end_link; ++at) {
        page_.links_[at].seq_delta = delta += static_cast<std::uint32_t>(in_.varint());
      }
    }
    return true;
  }

  bool take_stamp(unsigned kind, double& ts_ms, std::int64_t& us, std::int64_t expected) noexcept {
    switch (static_cast<StampKind>(kind)) {
      case StampKind::zero:
        return true;
      case StampKind::us:
        us = static_cast<std::int64_t>(difference(static_cast<std::uint64_t>(expected)));
        ts_ms = ms_of_us(us);
        return true;
      case StampKind::raw:
        ts_ms = in_.fixed<double>();
        return true;
    }
    return false;
  }

  bool take_stamps() {
    std::int64_t us = 0;
    for (Entry& e : page_.entries_) {
      if (!take_stamp(e.stamps & kStampMask, e.facts.start_ts, us, us)) return false;
      e.start_us = us;
    }
    for (Entry& e : page_.entries_) {
      if (!take_stamp(e.stamps >> kEndStampShift, e.facts.end_ts, us, e.start_us)) return false;
    }
    return true;
  }

  // Views are made once all names are there, and do not move any more.
  bool take_names() {
    PerStream spaces{}, ids{};
    const std::size_t count = page_.entries_.size();
    for (std::size_t i = 0; i < count; ++i) spaces[i] = in_.varint();
    std::uint64_t uuids = 0;
    for (std::size_t i = 0; i < count; ++i) uuids += (ids[i] = in_.varint()) == 0;
    const PerStream times = take_times(ids);
    names_.reserve(in_.left() + uuids * kUuidNameBytes);
    if (!in_.ok()) return false;
    std::string_view space;
    for (std::size_t i = 0; i < count; ++i) {
      StreamIdentity& identity = page_.entries_[i].identity;
      if (spaces[i] != 0 && !take_text(spaces[i] - 1, space)) return false;
      identity.name_space = space;
      if (ids[i] == 0) {
        identity.id = put_uuid(times[i]);
      } else if (!take_text(ids[i] - 1, identity.id)) {
        return false;
      }
    }
    return true;
  }

  PerStream take_times(const PerStream& ids) {
    PerStream times{};
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < page_.entries_.size(); ++i) {
      if (ids[i] != 0) continue;
      const Entry& e = page_.entries_[i];
      const bool started = (e.stamps & kStampMask) == static_cast<unsigned>(StampKind::us);
      times[i] = last = difference(started ? uuid_time_at(e.start_us) : last) & kUuidTimeMask;
    }
    return times;
  }

  bool take_text(std::uint64_t bytes, std::string_view& to) {
    if (bytes > kNameBytesMax) return false;
    const std::string_view text = in_.bytes(bytes);
    const std::size_t from = names_.size();
    names_.append(text);
    to = std::string_view(names_).substr(from);
    return in_.ok();
  }

  std::string_view put_uuid(std::uint64_t time) {
    const std::uint64_t low_of_high = plain_.fixed<std::uint16_t>();
    const base::Uuid uuid{time << (64 - kUuidTimeBits) | low_of_high,
                          plain_.fixed<std::uint64_t>()};
    const auto name = uuid_name(uuid);
    const std::size_t from = names_.size();
    names_.append(name.data(), name.size());
    return std::string_view(names_).substr(from);
  }

  StreamPage& page_;
  std::string& names_;
  base::Input plain_, in_;
};

std::shared_ptr<const StreamPage> StreamPage::parse(std::uint32_t first, std::uint32_t count,
                                                    std::uint32_t blocks, std::string_view plain,
                                                    std::string_view columns) {
  if (count > kPageStreamsMax) return nullptr;
  auto page = std::make_shared<StreamPage>();
  page->first_ = first;
  page->entries_.resize(count);
  auto names = std::make_shared<std::string>();
  page->names_ = names;
  return PageParser(*page, *names, plain, columns).run(blocks) ? page : nullptr;
}

SegmentStream StreamPage::stream(std::uint32_t number) const {
  const Entry& e = entries_[number - first_];
  return {e.identity, number, e.facts, names_};
}

std::uint64_t StreamPage::start_seq(std::uint32_t number) const noexcept {
  return entries_[number - first_].start_seq;
}

std::vector<Link> StreamPage::links(std::uint32_t number) const {
  const Entry& e = entries_[number - first_];
  const auto at = [&](std::size_t i) { return links_.begin() + static_cast<std::ptrdiff_t>(i); };
  return {at(first_link(e)), at(e.end_link)};
}

}  // namespace reel::segment
