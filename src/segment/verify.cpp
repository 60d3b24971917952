#include "segment/verify.hpp"

#include <string>
#include <utility>

#include "segment/block_codec.hpp"
#include "segment/index_encoder.hpp"
#include "segment/index_view.hpp"

namespace reel::segment {
namespace {

class Verification {
 public:
  Verification(const SegmentFile& file, VerifyReport& report) : file_(file), report_(report) {}

  void run() {
    ++report_.files;
    report_.bytes += file_.file().size();
    for (const Damage& d : file_.damage()) find(d.offset, d.bytes, d.what);
    SegmentScan::Options options;
    options.segment_id = file_.options().segment_id;
    options.digest = file_.header().checksum;
    options.elision_key = file_.options().elision_key;
    options.past_damage = file_.sealed();
    options.check_contents = true;
    SegmentScan scan(options);
    const auto& footer = file_.footer();
    scan.run(footer ? *file_.front(footer->index_offset) : file_.file());
    for (const SegmentScan::Finding& f : scan.findings()) find(f.offset, f.bytes, f.what);
    report_.blocks += scan.blocks_seen();
    report_.events += scan.table().events();
    if (footer) {
      check_sealed(*footer, scan);
    } else {
      check_tail(scan);
    }
  }

 private:
  void find(std::uint64_t offset, std::uint64_t bytes, std::string what) {
    for (const Damage& d : report_.damage) {
      if (d.file == file_.path() && d.offset == offset && d.what == what) return;
    }
    report_.damage.push_back({file_.path(), offset, bytes, std::move(what)});
    clean_ = false;
  }

  void check_sealed(const SegmentFooter& footer, const SegmentScan& scan) {
    const io::FileView& file = file_.file();
    const auto header = read_block_header(file, footer.index_offset, file_.options().segment_id);
    const bool is_index =
        header && header->kind == BlockKind::index && block_bytes(*header) == footer.index_bytes;
    const auto index = is_index ? read_block(file, *header) : std::nullopt;
    if (!index) find(footer.index_offset, footer.index_bytes, "index");
    // Where blocks are damaged the rest cannot agree: one report is enough.
    if (!clean_) return;
    ++report_.blocks;
    const std::uint64_t footer_at = file.size() - sizeof footer;
    if (scan.end() != footer.index_offset || scan.index()) {
      find(scan.end(), footer.index_offset - scan.end(), "bytes between blocks and index");
    }
    if (!says(index->payload(), scan.table())) {
      find(footer.index_offset, footer.index_bytes, "index: it does not agree with the blocks");
    }
    if (digest_step(scan.digest(), header->header_checksum) != footer.digest ||
        footer.events != scan.table().events() || footer.streams != scan.table().size() ||
        footer.blocks != scan.table().blocks().size()) {
      find(footer_at, sizeof footer, "footer: it does not agree with the blocks");
    }
  }

  // Pages may be compressed in many ways; what they say may not differ.
  static bool says(std::string_view index, const StreamTable& table) {
    constexpr int kFastLevel = 1;
    const auto found = IndexView::parse(index);
    const auto expected = encode_index(table, kFastLevel);
    return found && expected && found->says_the_same(*IndexView::parse(*expected));
  }

  // Bytes behind the last whole block are what a crash leaves; but not in front of what the
  // catalog vouches for, and not a whole footer's worth behind an index.
  void check_tail(const SegmentScan& scan) {
    const io::FileView& file = file_.file();
    const std::uint64_t end = scan.end();
    if (file_.valid_bytes() && end < *file_.valid_bytes()) {
      find(end, *file_.valid_bytes() - end, "blocks are missing");
      return;
    }
    if (scan.index() && read_block(file, *scan.index())) {
      const std::uint64_t from = end + block_bytes(*scan.index());
      const auto rest = file.bytes(from, file.size() - from);
      if (rest && rest->view.size() >= sizeof(SegmentFooter) &&
          rest->view.find_first_not_of('\0') != std::string_view::npos) {
        find(from, rest->view.size(), "footer");
        return;
      }
    }
    if (end < file.size()) {
      report_.notes.push_back(file_.path() + ": " + std::to_string(file.size() - end) +
                              " bytes of an unfinished block at the end");
    }
  }

  const SegmentFile& file_;
  VerifyReport& report_;
  bool clean_ = true;
};

}  // namespace

void verify_segment(const SegmentFile& file, VerifyReport& report) {
  Verification(file, report).run();
}

}  // namespace reel::segment
