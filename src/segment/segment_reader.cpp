#include "segment/segment_reader.hpp"

#include <algorithm>
#include <utility>

#include "segment/block_walk.hpp"
#include "segment/segment_file.hpp"
#include "segment/stream_cursor.hpp"
#include "segment/verify.hpp"

namespace reel::segment {
namespace {

class FileSegmentReader final : public SegmentReader {
 public:
  explicit FileSegmentReader(SegmentFile file) : file_(std::move(file)) {}

  Status refresh() override { return file_.load(); }

  const SegmentOptions& header() const override { return file_.options(); }
  bool sealed() const override { return file_.sealed(); }
  std::uint64_t torn_bytes() const override { return file_.file().size() - file_.whole_bytes(); }
  std::uint64_t front_bytes() const override { return file_.front_bytes(); }
  std::uint64_t events() const override { return file_.events(); }
  std::uint64_t gap_records() const override { return file_.gap_records(); }
  std::uint64_t gap_events() const override { return file_.gap_events(); }
  SegmentSummary summary() const override;

  std::uint32_t stream_count() const override { return file_.streams(); }
  SegmentStream stream(std::uint32_t number) const override { return file_.stream(number); }
  std::vector<std::uint32_t> find(std::string_view name_space, std::string_view id) const override {
    return file_.find(name_space, id);
  }
  double latest_ms() const override;
  double latest_ms(std::uint32_t number) const override;
  Result<std::optional<std::string>> options(std::uint32_t number) const override;
  Facet facet(std::uint32_t number, std::string_view key) const override {
    return file_.facet(number, key);
  }

  std::unique_ptr<SegmentCursor> cursor(std::uint32_t number, std::uint64_t from_seq,
                                        bool strict) const override {
    return std::make_unique<StreamCursor>(file_, number, from_seq, strict);
  }
  std::size_t text_bytes_at(std::uint32_t number, std::uint64_t to_seq) const override {
    return segment::text_bytes_at(file_.snapshots(number), to_seq);
  }
  std::unique_ptr<SegmentWalk> walk(bool strict) const override {
    return std::make_unique<BlockWalk>(file_, strict);
  }
  std::unique_ptr<SegmentWalk> walk(std::span<const std::uint32_t> numbers,
                                    bool strict) const override {
    return std::make_unique<BlockWalk>(file_, numbers, strict);
  }
  std::optional<Lineage> lineage() const override { return file_.lineage(); }
  std::shared_ptr<const SegmentBlocks> data_blocks(bool with_words) const override {
    return file_.data_blocks(with_words);
  }
  const std::vector<Damage>& damage() const override { return file_.damage(); }
  std::shared_ptr<const io::FileView> bytes() const override {
    return file_.front(file_.file().size());
  }
  void verify(VerifyReport& report) const override { verify_segment(file_, report); }

 private:
  std::optional<std::string> options_in_front(std::uint32_t number, std::uint64_t seq) const;

  SegmentFile file_;
};

SegmentSummary FileSegmentReader::summary() const {
  SegmentSummary summary;
  summary.number = file_.options().number;
  summary.segment_id = file_.options().segment_id;
  summary.bytes = file_.whole_bytes();
  summary.digest = file_.sealed() ? file_.footer()->digest : 0;
  summary.events = file_.events();
  summary.streams = file_.streams();
  summary.sealed = file_.sealed();
  return summary;
}

double FileSegmentReader::latest_ms() const {
  double latest = 0;
  for (std::uint32_t ordinal = 0; ordinal < file_.blocks(); ++ordinal) {
    if (file_.holds_events(ordinal)) latest = std::max(latest, file_.block_latest_ms(ordinal));
  }
  return latest;
}

double FileSegmentReader::latest_ms(std::uint32_t number) const {
  double latest = 0;
  for (const Link& link : file_.links(number)) {
    if (link.block < file_.blocks()) latest = std::max(latest, file_.block_latest_ms(link.block));
  }
  return latest;
}

// Of a START that is its stream's first row in a block, as nearly all are; nullopt: of another one.
std::optional<std::string> FileSegmentReader::options_in_front(std::uint32_t number,
                                                               std::uint64_t seq) const {
  const std::uint64_t delta = seq - file_.stream(number).facts.first_seq;
  for (const Link& link : file_.links(number)) {
    if (link.seq_delta != delta || delta >= kSeqDeltaMax) continue;
    const auto block = file_.data_block(link.block);
    const std::size_t run = block != nullptr ? block->find_stream(number) : 0;
    if (block == nullptr || run == block->run_count()) return std::nullopt;
    if (block->runs()[run].first_seq != seq) return std::nullopt;
    const auto parts = block->parts_of_start(run);
    if (!parts) return std::nullopt;
    EventView start;
    start.type = EventType::start;
    start.parts = *parts;
    return std::string(start.part(Part::options).value_or("{}"));
  }
  return std::nullopt;
}

Result<std::optional<std::string>> FileSegmentReader::options(std::uint32_t number) const {
  if (!file_.stream(number).facts.has_start) return std::optional<std::string>();
  const std::uint64_t seq = file_.start_seq(number);
  if (auto options = options_in_front(number, seq)) return options;
  StreamCursor cursor(file_, number, seq, true);
  if (!cursor.next()) {
    if (!cursor.status().ok()) return cursor.status();
    return file_.note_damage(0, 0, "a START named by the index");
  }
  if (cursor.seq() != seq || cursor.event().type != EventType::start) {
    return file_.note_damage(0, 0, "a START named by the index");
  }
  const std::string_view text = cursor.event().part(Part::options).value_or("{}");
  return std::optional<std::string>(text);
}

}  // namespace

std::shared_ptr<BlockCache> make_block_cache() { return std::make_shared<BlockCache>(); }

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(io::FileSystem& fs,
                                                           const std::string& path,
                                                           const SegmentOpen& open) {
  SegmentFile file(fs, path, open);
  if (Status s = file.load(); !s.ok()) return s;
  return std::unique_ptr<SegmentReader>(std::make_unique<FileSegmentReader>(std::move(file)));
}

}  // namespace reel::segment
