#include "segment/index_encoder.hpp"

#include <span>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "segment/compression.hpp"
#include "segment/index_format.hpp"
#include "segment/name_lookup.hpp"
#include "segment/page_builder.hpp"

namespace reel::segment {
namespace {

// All pages, one behind the other, and their directory.
class Pages {
 public:
  explicit Pages(int zstd_level) : compressor_(zstd_level) {}

  bool add(const StreamIdentity& identity, const StreamRecord& record,
           std::span<const Link> links) {
    builder_.add(identity, record, links);
    return !builder_.full() || end_page();
  }
  bool end_page() {
    if (builder_.streams() == 0) return true;
    if (builder_.bytes() > kPageBytesMax) return false;
    PageEntry entry;
    entry.offset = static_cast<std::uint32_t>(bytes_.size());
    entry.first_stream = std::exchange(next_stream_, next_stream_ + builder_.streams());
    const PageBuilder::Parts parts = builder_.take();
    entry.plain_bytes = static_cast<std::uint32_t>(parts.plain.size());
    entry.column_bytes = static_cast<std::uint32_t>(parts.columns.size());
    bytes_.append(parts.plain);
    put_columns(parts.columns);
    entry.checksum = checksum(std::string_view(bytes_).substr(entry.offset));
    entries_.push_back(entry);
    return bytes_.size() <= UINT32_MAX;
  }
  const std::string& bytes() const noexcept { return bytes_; }
  const std::vector<PageEntry>& entries() const noexcept { return entries_; }

 private:
  // One zstd frame when that is smaller, else as they are.
  void put_columns(std::string_view columns) {
    const std::size_t from = bytes_.size();
    bytes_.resize(from + Compressor::room(columns.size()));
    const std::size_t packed = compressor_.compress(columns, bytes_.data() + from);
    bytes_.resize(from + packed);
    if (packed == 0) bytes_.append(columns);
  }

  PageBuilder builder_;
  Compressor compressor_;
  std::string bytes_;
  std::vector<PageEntry> entries_;
  std::uint32_t next_stream_ = 0;
};

template <class T>
void append_array(std::string& out, const std::vector<T>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

bool encode_streams(const StreamTable& table, Pages& pages, IndexHeader& header,
                    std::vector<std::uint64_t>& hashes) {
  std::vector<Link> links;
  for (std::uint32_t number = 0; number < table.size(); ++number) {
    const StreamIdentity identity = table.identity(number);
    const StreamRecord& record = table.record(number);
    table.links(number, links);
    if (!pages.add(identity, record, links)) return false;
    hashes.push_back(stream_hash(identity.name_space, identity.id));
    header.gap_records += record.facts.gap_records;
    header.gap_events += record.facts.gap_events;
  }
  return pages.end_page();
}

}  // namespace

std::optional<std::string> encode_index(const StreamTable& table, int zstd_level) {
  IndexHeader header;
  header.events = table.events();
  header.streams = table.size();
  header.blocks = static_cast<std::uint32_t>(table.blocks().size());
  Pages pages(zstd_level);
  std::vector<std::uint64_t> hashes;
  hashes.reserve(table.size());
  if (!encode_streams(table, pages, header, hashes)) return std::nullopt;
  const std::vector<SnapshotEntry> snapshots = table.sorted_snapshots();
  header.snapshots = static_cast<std::uint32_t>(snapshots.size());
  header.pages = static_cast<std::uint32_t>(pages.entries().size());
  header.page_bytes = static_cast<std::uint32_t>(pages.bytes().size());

  std::string out(sizeof header, '\0');
  append_array(out, table.blocks());
  append_array(out, snapshots);
  append_array(out, pages.entries());
  const std::size_t front = out.size();
  append_lookup(out, hashes, header);
  out.append(pages.bytes());
  if (out.size() > UINT32_MAX) return std::nullopt;
  base::store(out.data(), header);
  constexpr std::size_t kFrom = sizeof header.front_checksum;
  header.front_checksum = checksum(std::string_view(out).substr(kFrom, front - kFrom));
  base::store(out.data(), header);
  return out;
}

}  // namespace reel::segment
