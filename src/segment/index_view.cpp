#include "segment/index_view.hpp"

#include "base/bytes.hpp"
#include "segment/compression.hpp"

namespace reel::segment {
namespace {

template <class T>
T element(std::string_view array, std::uint32_t i) noexcept {
  return base::load<T>(array.data() + std::size_t{i} * sizeof(T));
}

// The first of `count` for which `is_before` does not hold; it holds for all before that.
template <class IsBefore>
std::uint32_t partition(std::uint32_t count, const IsBefore& is_before) {
  std::uint32_t low = 0;
  while (low < count) {
    const std::uint32_t middle = low + (count - low) / 2;
    if (is_before(middle)) {
      low = middle + 1;
    } else {
      count = middle;
    }
  }
  return low;
}

}  // namespace

std::optional<IndexView> IndexView::parse(std::string_view payload) {
  if (payload.size() < sizeof(IndexHeader)) return std::nullopt;
  IndexView view;
  view.header_ = base::load<IndexHeader>(payload.data());
  const IndexHeader& h = view.header_;
  base::Input input(payload.substr(sizeof h));
  view.blocks_ = input.bytes(std::uint64_t{h.blocks} * sizeof(BlockEntry));
  view.snapshots_ = input.bytes(std::uint64_t{h.snapshots} * sizeof(SnapshotEntry));
  view.entries_ = input.bytes(std::uint64_t{h.pages} * sizeof(PageEntry));
  if (!input.ok() || h.zero != 0) return std::nullopt;
  const std::size_t front = payload.size() - input.left();
  constexpr std::size_t kFrom = sizeof h.front_checksum;
  if (checksum(payload.substr(kFrom, front - kFrom)) != h.front_checksum) return std::nullopt;
  std::string_view rest = payload.substr(front);
  view.lookup_ = NameLookup::parse(h, rest);
  if (!view.lookup_ || rest.size() != h.page_bytes || (h.pages == 0 && h.streams != 0)) {
    return std::nullopt;
  }
  view.pages_ = rest;
  return view;
}

BlockEntry IndexView::block(std::uint32_t ordinal) const noexcept {
  return element<BlockEntry>(blocks_, ordinal);
}

std::vector<SnapshotEntry> IndexView::snapshots(std::uint32_t number) const {
  const auto at = [&](std::uint32_t i) { return element<SnapshotEntry>(snapshots_, i); };
  std::vector<SnapshotEntry> own;
  for (std::uint32_t i =
           partition(header_.snapshots, [&](std::uint32_t n) { return at(n).stream < number; });
       i < header_.snapshots && at(i).stream == number; ++i) {
    own.push_back(at(i));
  }
  return own;
}

PageEntry IndexView::entry(std::uint32_t page) const noexcept {
  return element<PageEntry>(entries_, page);
}

std::uint32_t IndexView::page_of(std::uint32_t number) const noexcept {
  const std::uint32_t after =
      partition(header_.pages, [&](std::uint32_t i) { return entry(i).first_stream <= number; });
  return after == 0 ? 0 : after - 1;
}

std::uint32_t IndexView::end_stream(std::uint32_t page) const noexcept {
  return page + 1 < header_.pages ? entry(page + 1).first_stream : header_.streams;
}

std::optional<IndexView::Parts> IndexView::parts(std::uint32_t page) const {
  const PageEntry e = entry(page);
  const std::uint32_t end = page + 1 < header_.pages ? entry(page + 1).offset : header_.page_bytes;
  if (e.offset > end || end > pages_.size()) return std::nullopt;
  const std::string_view stored = pages_.substr(e.offset, end - e.offset);
  if (e.plain_bytes > stored.size() || e.column_bytes > kPageBytesMax) return std::nullopt;
  if (checksum(stored) != e.checksum) return std::nullopt;
  const std::string_view columns = stored.substr(e.plain_bytes);
  Parts parts{stored.substr(0, e.plain_bytes), {}};
  if (columns.size() == e.column_bytes) {
    parts.columns = columns;
    return parts;
  }
  parts.columns.resize(e.column_bytes);
  if (!decompress(columns, parts.columns)) return std::nullopt;
  return parts;
}

std::shared_ptr<const StreamPage> IndexView::page(std::uint32_t page) const {
  const std::uint32_t first = entry(page).first_stream, end = end_stream(page);
  if (end < first || end - first > kPageStreamsMax) return nullptr;
  const auto found = parts(page);
  if (!found) return nullptr;
  return StreamPage::parse(first, end - first, header_.blocks, found->plain, found->columns);
}

bool IndexView::says_the_same(const IndexView& other) const {
  const IndexHeader &a = header_, &b = other.header_;
  if (a.events != b.events || a.gap_records != b.gap_records || a.gap_events != b.gap_events ||
      a.streams != b.streams || a.pages != b.pages || blocks_ != other.blocks_ ||
      snapshots_ != other.snapshots_ || lookup_->bytes() != other.lookup_->bytes() ||
      !lookup_->intact()) {
    return false;
  }
  for (std::uint32_t page = 0; page < a.pages; ++page) {
    const auto mine = parts(page), theirs = other.parts(page);
    if (!mine || !theirs || entry(page).first_stream != other.entry(page).first_stream ||
        mine->plain != theirs->plain || mine->columns != theirs->columns) {
      return false;
    }
  }
  return true;
}

}  // namespace reel::segment
