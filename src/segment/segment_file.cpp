#include "segment/segment_file.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "segment/block_codec.hpp"

namespace reel::segment {
namespace {

bool header_intact(const SegmentHeader& header) noexcept {
  const std::string_view bytes(reinterpret_cast<const char*>(&header), sizeof header);
  return header.magic == kHeaderMagic &&
         checksum(bytes.substr(0, offsetof(SegmentHeader, checksum))) == header.checksum;
}

bool all_zero(std::string_view bytes) noexcept {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

std::optional<SegmentFooter> read_footer(const io::FileView& file) {
  if (file.size() < sizeof(SegmentHeader) + sizeof(SegmentFooter)) return std::nullopt;
  const std::uint64_t at = file.size() - sizeof(SegmentFooter);
  const auto read = file.bytes(at, sizeof(SegmentFooter));
  if (!read) return std::nullopt;
  const std::string_view bytes = read->view;
  const auto footer = base::load<SegmentFooter>(bytes.data());
  if (footer.magic != kFooterMagic ||
      checksum(bytes.substr(0, offsetof(SegmentFooter, checksum))) != footer.checksum) {
    return std::nullopt;
  }
  if (footer.index_offset > at || footer.index_bytes != at - footer.index_offset ||
      !header_intact(footer.header) || footer.zero != 0) {
    return std::nullopt;
  }
  return footer;
}

SegmentFile::SegmentFile(io::FileSystem& fs, std::string path, const SegmentOpen& open)
    : fs_(&fs),
      path_(std::move(path)),
      open_(open),
      cache_(open.cache != nullptr ? open.cache : make_block_cache()) {}

Status SegmentFile::load() {
  if (sealed()) return {};
  auto file = io::view_file(*fs_, path_, open_.access, open_.valid_bytes);
  if (!file.ok()) return file.error();
  if ((*file)->size() < whole_bytes()) {
    return Error{ErrorCode::damaged, 0, path_, (*file)->size(), "the segment has become shorter"};
  }
  file_ = *std::move(file);
  footer_ = read_footer(*file_);
  if (Status s = load_header(); !s.ok()) return s;
  if (!has_header_) return {};
  if (footer_ && load_index()) return {};
  scan(footer_.has_value());
  return {};
}

void SegmentFile::take_header(const SegmentHeader& h) {
  header_ = h;
  has_header_ = true;
  options_.store = {h.store_high, h.store_low};
  options_.segment_id = h.segment_id;
  options_.lane = h.lane;
  options_.number = h.number;
  options_.created_us = h.created_us;
  options_.elision_key = {h.elision_key_high, h.elision_key_low};
  options_.after_number = h.after_number;
  options_.after_bytes = h.after_bytes;
  options_.zstd_level = h.zstd_level;
}

Status SegmentFile::check_version() const {
  const auto refuse = [&](const std::string& what) {
    return Error{ErrorCode::not_a_store, 0, path_, 0, what + "; read it with a newer reel"};
  };
  if (header_.version != kFormatVersion) {
    return refuse("this segment is of format " + std::to_string(header_.version) + '.' +
                  std::to_string(header_.minor) + ", this reel reads " +
                  std::to_string(kFormatVersion) + ".x");
  }
  const std::uint32_t unknown = header_.features & ~kFeaturesKnown;
  if (unknown == 0) return {};
  std::string bits;
  for (unsigned bit = 0; bit < 32; ++bit) {
    if ((unknown >> bit & 1) != 0) bits += (bits.empty() ? "" : ", ") + std::to_string(bit);
  }
  return refuse("this segment of format " + std::to_string(header_.version) + '.' +
                std::to_string(header_.minor) + " uses features that this reel does not know (" +
                bits + ")");
}

Status SegmentFile::load_header() {
  const auto read = file_->bytes(0, std::min<std::uint64_t>(file_->size(), sizeof(SegmentHeader)));
  if (!read) return read.status();
  const std::string_view front = read->view;
  // A crash right after the file was made leaves a front that was never written.
  if (!footer_ && (front.size() < sizeof(SegmentHeader) || all_zero(front))) return {};
  const auto header = base::load<SegmentHeader>(front.data());
  const bool intact = header_intact(header);
  if (!intact && !footer_) {
    return Error{ErrorCode::damaged, 0, path_, 0,
                 "this is no segment, or its header is damaged; keep it and run verify"};
  }
  if (!intact ||
      (footer_ && checksum(front) != checksum({reinterpret_cast<const char*>(&footer_->header),
                                               sizeof footer_->header}))) {
    (void)note_damage(0, sizeof header, "segment header");
  }
  take_header(intact ? header : footer_->header);
  return check_version();
}

// Its payload is not checked as a whole: whoever opens a segment needs the index's front alone.
bool SegmentFile::load_index() {
  const auto header = read_block_header(*file_, footer_->index_offset, header_.segment_id);
  if (header && header->kind == BlockKind::index && block_bytes(*header) == footer_->index_bytes) {
    auto read = file_->bytes(header->offset + sizeof *header, header->stored_bytes);
    if (read) index_ = IndexView::parse(read->view);
    if (index_) index_bytes_ = std::move(read->keep);
    if (index_) return true;
  }
  note_index_damage();
  return false;
}

bool SegmentFile::index_intact() const {
  const auto header = read_block_header(*file_, footer_->index_offset, header_.segment_id);
  return index_ && header && read_block(*file_, *header);
}

void SegmentFile::note_index_damage() const {
  (void)note_damage(footer_->index_offset, footer_->index_bytes, "index");
}

void SegmentFile::scan(bool past_damage) const {
  if (scan_ == nullptr) {
    SegmentScan::Options options;
    options.segment_id = header_.segment_id;
    options.digest = header_.checksum;
    options.elision_key = options_.elision_key;
    scan_ = std::make_unique<SegmentScan>(options);
  }
  if (past_damage) scan_->go_past_damage();
  scan_->run(footer_ ? *io::front_of(file_, footer_->index_offset) : *file_);
  take_findings();
}

void SegmentFile::take_findings() const {
  const auto& findings = scan_->findings();
  for (; findings_taken_ < findings.size(); ++findings_taken_) {
    const SegmentScan::Finding& f = findings[findings_taken_];
    (void)note_damage(f.offset, f.bytes, f.what);
  }
}

std::uint64_t SegmentFile::whole_bytes() const noexcept {
  if (footer_) return file_->size();
  return scan_ != nullptr ? scan_->end() : 0;
}

std::uint64_t SegmentFile::front_bytes() const {
  if (!footer_) return whole_bytes();
  std::uint64_t at = sizeof(SegmentHeader);
  while (at < footer_->index_offset) {
    const auto header = read_block_header(*file_, at, header_.segment_id);
    if (!header || !read_block(*file_, *header)) return at;
    at += block_bytes(*header);
  }
  return index_intact() ? file_->size() : at;
}

BlockEntry SegmentFile::block(std::uint32_t ordinal) const {
  return index_ ? index_->block(ordinal) : scan_->table().blocks()[ordinal];
}

std::uint32_t SegmentFile::blocks() const {
  if (index_) return index_->header().blocks;
  return scan_ != nullptr ? static_cast<std::uint32_t>(scan_->table().blocks().size()) : 0;
}

bool SegmentFile::holds_events(std::uint32_t ordinal) const {
  return block(ordinal).kind == static_cast<std::uint32_t>(BlockKind::data);
}

std::uint64_t SegmentFile::block_offset(std::uint32_t ordinal) const {
  return ordinal < blocks() ? block(ordinal).offset : 0;
}

std::shared_ptr<const DataBlock> SegmentFile::data_block(std::uint32_t ordinal) const {
  if (ordinal >= blocks()) return nullptr;
  if (auto kept = cache_.find(ordinal)) return kept;
  auto block = unpack_block(ordinal);
  if (block != nullptr) cache_.put(ordinal, block);
  return block;
}

// nullopt: it is damaged, which is noted.
std::optional<StoredBlock> SegmentFile::intact_block(std::uint32_t ordinal, BlockKind kind) const {
  const BlockEntry entry = block(ordinal);
  BlockDamage damaged;
  auto block = whole_block(*file_, header_.segment_id, entry, kind, ordinal, damaged);
  if (!block) (void)note_damage(entry.offset, damaged.bytes, damaged.what);
  return block;
}

std::shared_ptr<const SegmentBlocks> SegmentFile::data_blocks(bool with_words) const {
  SegmentBlocks::Source source;
  source.path = path_;
  source.file = file_;
  source.segment_id = header_.segment_id;
  for (std::uint32_t ordinal = 0; ordinal < blocks(); ++ordinal) {
    if (holds_events(ordinal)) source.blocks.emplace_back(ordinal, block(ordinal));
  }
  source.words = with_words ? words() : std::make_shared<Words>();
  return std::make_shared<const SegmentBlocks>(std::move(source));
}

std::shared_ptr<const DataBlock> SegmentFile::unpack_block(std::uint32_t ordinal) const {
  const BlockEntry entry = block(ordinal);
  BlockDamage damaged;
  auto unpacked = read_data_block(*file_, header_.segment_id, ordinal, entry, words(), damaged);
  if (unpacked == nullptr) (void)note_damage(entry.offset, damaged.bytes, damaged.what);
  return unpacked;
}

const std::shared_ptr<Words>& SegmentFile::words() const {
  if (!index_) return scan_->words();
  if (words_ == nullptr) {
    auto words = std::make_shared<Words>();
    if (!load_dictionary(*words)) gather_words(words);
    words_ = std::move(words);
  }
  return words_;
}

// From the last dictionary block; true too where there is none.
bool SegmentFile::load_dictionary(Words& words) const {
  const std::size_t damage_before = damage_.size();
  const auto found = unpack_last(BlockKind::dictionary, "dictionary");
  if (!found) return damage_.size() == damage_before;
  if (words.add_dictionary(found->bytes())) return true;
  const BlockHeader& header = found->block.header;
  (void)note_damage(header.offset, block_bytes(header), "dictionary");
  return false;
}

// From all data blocks that are whole: what the others define is lost with the dictionary.
void SegmentFile::gather_words(const std::shared_ptr<Words>& words) const {
  for (std::uint32_t ordinal = 0; ordinal < blocks(); ++ordinal) {
    if (!holds_events(ordinal)) continue;
    const auto stored = intact_block(ordinal, BlockKind::data);
    if (!stored) continue;
    const auto parsed =
        DataBlock::parse(stored->payload(), stored->header.raw_bytes, stored->keep, words);
    if (parsed != nullptr) (void)take_words(*parsed, *words);
  }
}

std::string SegmentFile::take_buffer() const {
  std::string buffer = std::move(buffer_);
  buffer_ = {};
  buffer.clear();
  return buffer;
}

void SegmentFile::give_buffer(std::string buffer) const noexcept {
  constexpr std::size_t kKeptBytesMax = std::size_t{16} << 20;
  if (buffer.capacity() > buffer_.capacity() && buffer.capacity() <= kKeptBytesMax) {
    buffer_ = std::move(buffer);
  }
}

Error SegmentFile::note_damage(std::uint64_t offset, std::uint64_t bytes, std::string what) const {
  const auto known = [&](const Damage& d) { return d.offset == offset && d.what == what; };
  if (std::none_of(damage_.begin(), damage_.end(), known)) {
    damage_.push_back({path_, offset, bytes, what});
  }
  return Error{ErrorCode::damaged, 0, path_, offset, what + " is damaged"};
}

}  // namespace reel::segment
