#include "reel/reader.hpp"

#include <algorithm>

#include "event/frame.hpp"
#include "reader/reader_core.hpp"
#include "reader/stream_options.hpp"

namespace reel {

Reader::Reader(std::shared_ptr<detail::ReaderCore> core) noexcept : core_(std::move(core)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::string& path, ReaderOptions options) {
  auto core = detail::ReaderCore::open(io::posix(), path, options);
  if (!core) return core.status();
  return Reader(*std::move(core));
}

Status Reader::refresh() { return core_->refresh(); }
StoreInfo Reader::info() const { return core_->info(); }
const std::vector<Damage>& Reader::damage() const noexcept { return core_->damage(); }

std::vector<std::string> Reader::list_streams(std::string_view prefix,
                                              std::string_view name_space) const {
  std::vector<std::string> ids;
  for (const reader::StreamParts& parts : core_->streams()) {
    if (parts.name_space == name_space && parts.id.starts_with(prefix)) ids.emplace_back(parts.id);
  }
  return ids;
}

std::vector<std::string> Reader::list_namespaces() const {
  std::vector<std::string> names;
  for (const reader::StreamParts& parts : core_->streams()) {
    if (!names.empty() && names.back() == parts.name_space) continue;
    if (std::find(names.begin(), names.end(), parts.name_space) == names.end()) {
      names.emplace_back(parts.name_space);
    }
  }
  return names;
}

Result<std::vector<StreamMetadata>> Reader::list_metadata(std::string_view prefix,
                                                          std::string_view name_space) const {
  std::vector<StreamMetadata> list;
  for (const reader::StreamParts& parts : core_->streams()) {
    if (parts.name_space != name_space || !parts.id.starts_with(prefix)) continue;
    auto metadata = reader::metadata_of(parts, core_->strict());
    if (!metadata) return metadata.status();
    list.push_back(*std::move(metadata));
  }
  return list;
}

Result<std::vector<std::optional<std::string>>> Reader::list_option(
    std::string_view path, std::string_view prefix, std::string_view name_space) const {
  std::vector<std::optional<std::string>> values;
  for (const reader::StreamParts& parts : core_->streams()) {
    if (parts.name_space != name_space || !parts.id.starts_with(prefix)) continue;
    auto value = reader::last_option(parts, path, core_->strict());
    if (!value) return value.status();
    values.push_back(*std::move(value));
  }
  return values;
}

bool Reader::exists(std::string_view stream_id, std::string_view name_space) const {
  return core_->find(name_space, stream_id).has_value();
}

Result<std::optional<StreamMetadata>> Reader::metadata(std::string_view stream_id,
                                                       std::string_view name_space) const {
  const auto parts = core_->find(name_space, stream_id);
  if (!parts) return std::optional<StreamMetadata>();
  auto metadata = reader::metadata_of(*parts, core_->strict());
  if (!metadata) return metadata.status();
  return std::optional<StreamMetadata>(*std::move(metadata));
}

Result<Cursor> Reader::cursor(std::string_view stream_id, std::string_view name_space,
                              std::uint64_t from_seq, std::uint64_t to_seq) const {
  return Cursor(core_->cursor(stream_id, name_space, {from_seq, to_seq}));
}

Scan Reader::scan(std::optional<std::string_view> name_space) const {
  return Scan(core_->scan(name_space));
}

std::vector<ColumnScan> Reader::scan_columns(const ColumnOptions& options) const {
  std::vector<ColumnScan> scans;
  for (auto& core : core_->scan_columns(options)) scans.push_back(ColumnScan(std::move(core)));
  return scans;
}

void Reader::newest(const Newest& asked,
                    const std::function<bool(const EnvelopeView&)>& each) const {
  std::string parts;
  for (const Envelope& envelope : core_->newest(asked)) {
    if (!each({envelope.stream_id, envelope.seq, event::view_of(envelope.event, parts)})) return;
  }
}

}  // namespace reel
