#include "reader/column_scan.hpp"

#include <algorithm>
#include <utility>

namespace reel {
namespace detail {

ColumnScanCore::ColumnScanCore(std::shared_ptr<const ColumnPlan> plan, Share share)
    : plan_(std::move(plan)),
      share_(share),
      columns_({plan_->options.stamps, plan_->options.token_bytes}) {
  // To the first block of the share.
  while (source_ < plan_->sources.size() && block_number_ < share_.first_block) {
    const std::size_t count = plan_->sources[source_].blocks->count();
    const std::size_t steps = std::min(count, share_.first_block - block_number_);
    block_number_ += steps;
    block_in_source_ = steps;
    if (steps == count) {
      ++source_;
      block_in_source_ = 0;
    }
  }
}

std::uint32_t ColumnScanCore::streams() const noexcept {
  return static_cast<std::uint32_t>(plan_->streams.size());
}

void ColumnScanCore::set_names(std::uint32_t stream) {
  run_.stream = stream;
  run_.name_space = plan_->streams[stream].name_space;
  run_.stream_id = plan_->streams[stream].id;
}

void ColumnScanCore::pass_over(const Damage& damage) {
  block_ = nullptr;
  damage_.push_back(damage);
  if (!plan_->strict) return;
  status_ = Error{ErrorCode::damaged, 0, damage.file, damage.offset, damage.what + " is damaged"};
}

// The next block of the share that is whole.
bool ColumnScanCore::next_block() {
  while (status_.ok() && block_number_ < share_.end_block) {
    at_ = &plan_->sources[source_];
    if (block_in_source_ == at_->blocks->count()) {
      ++source_;
      block_in_source_ = 0;
      continue;
    }
    ++block_number_;
    Damage damage;
    block_ = at_->blocks->read(block_in_source_++, damage);
    next_run_ = 0;
    if (block_ == nullptr) {
      pass_over(damage);
    } else if (!columns_.load(*block_)) {
      pass_over(at_->blocks->damaged(block_in_source_ - 1));
    } else {
      return true;
    }
  }
  block_ = nullptr;
  return false;
}

bool ColumnScanCore::next_in_block() {
  for (;;) {
    while (block_ != nullptr && next_run_ < block_->run_count()) {
      const segment::BlockRun& found = block_->runs()[next_run_++];
      // A number of no stream, in a block that was forged.
      if (found.stream >= at_->places.size()) continue;
      const ColumnPlan::Place& place = at_->places[found.stream];
      if (place.stream == ColumnPlan::kNobody || found.first_seq + found.count <= place.from_seq) {
        continue;
      }
      const std::uint64_t known =
          place.from_seq > found.first_seq ? place.from_seq - found.first_seq : 0;
      const std::size_t row = found.row + known, rows = found.count - known;
      set_names(place.stream);
      run_.first_seq = found.first_seq + known;
      run_.types = std::span(columns_.types()).subspan(row, rows);
      if (plan_->options.stamps) run_.ts_ms = std::span(columns_.stamps()).subspan(row, rows);
      if (plan_->options.token_bytes) {
        run_.token_bytes = std::span(columns_.token_bytes()).subspan(row, rows);
      }
      return true;
    }
    if (!next_block()) return false;
  }
}

// Events of cursor_ that follow each other.
void ColumnScanCore::gather() {
  types_.clear();
  stamps_.clear();
  token_bytes_.clear();
  while (types_.size() < kGatheredMax) {
    const EnvelopeView& view = cursor_->view();
    const bool gap = view.event.type == EventType::gap;
    if (types_.empty()) run_.first_seq = view.seq;
    types_.push_back(view.event.type);
    if (plan_->options.stamps) stamps_.push_back(view.event.ts_ms);
    if (plan_->options.token_bytes) {
      const std::size_t bytes = view.event.type == EventType::token ? view.event.text.size() : 0;
      token_bytes_.push_back(static_cast<std::uint32_t>(std::min<std::size_t>(bytes, UINT32_MAX)));
    }
    const std::uint64_t after = view.seq + 1;
    if (!cursor_->next()) {
      status_ = cursor_->status();
      cursor_.reset();
      break;
    }
    if (gap || cursor_->view().seq != after) break;
  }
  run_.types = types_;
  run_.ts_ms = stamps_;
  run_.token_bytes = token_bytes_;
}

bool ColumnScanCore::next_of_rest() {
  while (cursor_ == nullptr) {
    if (next_rest_ == plan_->rest.size()) return false;
    const ColumnPlan::Rest& rest = plan_->rest[next_rest_++];
    set_names(rest.stream);
    cursor_ = std::make_unique<CursorCore>(plan_->view, plan_->streams[rest.stream],
                                           CursorCore::Range{rest.from_seq, UINT64_MAX},
                                           plan_->strict);
    if (cursor_->next()) break;
    status_ = cursor_->status();
    cursor_.reset();
    if (!status_.ok()) return false;
  }
  gather();
  return true;
}

bool ColumnScanCore::next() {
  if (!status_.ok()) return false;
  if (next_in_block()) return true;
  return status_.ok() && share_.rest && next_of_rest();
}

}  // namespace detail

ColumnScan::ColumnScan(std::unique_ptr<detail::ColumnScanCore> core) noexcept
    : core_(std::move(core)) {}
ColumnScan::ColumnScan(ColumnScan&&) noexcept = default;
ColumnScan& ColumnScan::operator=(ColumnScan&&) noexcept = default;
ColumnScan::~ColumnScan() = default;
bool ColumnScan::next() { return core_->next(); }
const ColumnRun& ColumnScan::run() const noexcept { return core_->run(); }
const Status& ColumnScan::status() const noexcept { return core_->status(); }
std::uint32_t ColumnScan::streams() const noexcept { return core_->streams(); }
const std::vector<Damage>& ColumnScan::damage() const noexcept { return core_->damage(); }

}  // namespace reel
