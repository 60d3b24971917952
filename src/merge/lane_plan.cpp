#include "merge/lane_plan.hpp"

#include <algorithm>

#include "catalog/open_listed.hpp"
#include "merge/stripping.hpp"

namespace reel::merge {

LanePlan::LanePlan(io::FileSystem& fs, const LaneJob& job)
    : fs_(fs), job_(job), cache_(segment::make_block_cache()) {}

Status LanePlan::open_inputs() {
  for (const segment::SegmentSummary& listed : listed_) {
    auto reader = catalog::open_same(fs_, job_.directory, listed, cache_);
    if (reader.ok()) {
      is_merged_ &=
          (*reader)->lineage().has_value() && (*reader)->header().zstd_level == job_.zstd_level;
      inputs_.push_back(std::move(*reader));
      summaries_.push_back(listed);
    } else if (!job_.salvage || reader.error().code == ErrorCode::io) {
      return reader.error();
    } else {
      outcome_.damage.push_back({catalog::segment_file(job_.directory, listed.number), 0,
                                 listed.bytes, reader.error().message});
    }
    ++outcome_.before.segments;
    outcome_.before.bytes += listed.bytes;
  }
  return {};
}

Fate LanePlan::fate_of(const MergeStream& stream) const noexcept {
  const std::uint64_t incarnation = stream.identity.incarnation;
  if (std::binary_search(job_.deleted.begin(), job_.deleted.end(), incarnation)) {
    return Fate::deleted;
  }
  return job_.retention == nullptr ? Fate::kept : job_.retention->fate(incarnation);
}

void LanePlan::judge(const MergeStream& stream) {
  const std::uint64_t events = stream.events();
  for (std::span<const MergePart> rest = stream.parts; !rest.empty(); rest = rest.subspan(1)) {
    is_merged_ &= piece_length(rest) == 1;
  }
  ++outcome_.before.streams;
  outcome_.before.events += events;
  const Fate fate = fate_of(stream);
  for (const MergePart& part : stream.parts) {
    if (fate == Fate::kept || fate == Fate::stripped) ++kept_[part.input];
    if (fate == Fate::stripped) stripped_[part.input].push_back(part.number);
    if (fate == Fate::expired) expired_by_[part.input].push_back(stream.identity.incarnation);
  }
  if (fate == Fate::expired && stream.parts.size() > 1) {
    std::vector<std::uint32_t>& inputs = torn_.emplace_back();
    for (const MergePart& part : stream.parts) inputs.push_back(part.input);
  }
  if (fate == Fate::kept || fate == Fate::stripped) return;
  ++(fate == Fate::deleted ? outcome_.deleted_streams : outcome_.expired_streams);
  outcome_.dropped_events += events;
}

// Streams that were stripped before have none.
Status LanePlan::count_content() {
  for (std::size_t input = 0; input < inputs_.size(); ++input) {
    if (stripped_[input].empty()) continue;
    const auto walk = inputs_[input]->walk(stripped_[input], !job_.salvage);
    std::vector<bool> has_content(inputs_[input]->stream_count());
    for (auto batch = walk->next_batch(); !batch.empty(); batch = walk->next_batch()) {
      const auto content = std::count_if(batch.begin(), batch.end(), [](const EnvelopeView& view) {
        return is_content(view.event.type);
      });
      outcome_.dropped_events += static_cast<std::uint64_t>(content);
      if (content == 0 || has_content[walk->number()]) continue;
      has_content[walk->number()] = true;
      ++outcome_.stripped_streams;
    }
    if (!walk->status().ok()) return walk->status();
  }
  return {};
}

// No part of a stream goes with its segment while another stays: its beginning would be missing.
void LanePlan::keep_together() {
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& inputs : torn_) {
      const auto stays = [&](std::uint32_t input) { return kept_[input] != 0; };
      if (std::none_of(inputs.begin(), inputs.end(), stays)) continue;
      for (const std::uint32_t input : inputs) {
        changed |= !stays(input);
        kept_[input] = std::max<std::uint64_t>(kept_[input], 1);
      }
    }
  }
  torn_ = {};
}

void LanePlan::find_unneeded() {
  for (std::size_t input = 0; input < inputs_.size(); ++input) {
    if (kept_[input] != 0) continue;
    unneeded_.push_back(summaries_[input]);
    expired_.insert(expired_.end(), expired_by_[input].begin(), expired_by_[input].end());
  }
  expired_by_ = {};
  std::sort(expired_.begin(), expired_.end());
  expired_.erase(std::unique(expired_.begin(), expired_.end()), expired_.end());
  if (!job_.only_drop) return;
  // The others that are past their time stay for now.
  outcome_.deleted_streams = outcome_.stripped_streams = outcome_.dropped_events = 0;
  outcome_.expired_streams = expired_.size();
  for (const auto& one : unneeded_) outcome_.dropped_events += one.events;
}

// Reads indexes only, but for streams whose content goes.
Status LanePlan::make(const catalog::LaneCatalog& catalog) {
  for (const segment::SegmentSummary& listed : catalog.segments) {
    const bool is_below = !job_.numbers || listed.number < job_.numbers->first;
    if (is_below && listed.number >= job_.first_input) listed_.push_back(listed);
  }
  if (Status status = open_inputs(); !status.ok()) return status;
  kept_.resize(inputs_.size());
  stripped_.resize(inputs_.size());
  expired_by_.resize(inputs_.size());
  MergeOrder order(inputs_);
  while (const auto stream = order.next()) judge(*stream);
  if (Status status = count_content(); !status.ok()) return status;
  keep_together();
  find_unneeded();
  outcome_.after.streams =
      outcome_.before.streams - outcome_.deleted_streams - outcome_.expired_streams;
  outcome_.after.events = outcome_.before.events - outcome_.dropped_events;
  return {};
}

bool LanePlan::has_gain() const noexcept {
  if (job_.only_drop) return !unneeded_.empty();
  return !is_merged_ || outcome_.dropped_events != 0 || !outcome_.damage.empty();
}

// Index pages that are damaged do not stop a reader, which reads the blocks instead; here nothing
// may be gone past that nobody was told of.
void LanePlan::note_damage() {
  for (const auto& input : inputs_) {
    const auto& found = input->damage();
    outcome_.damage.insert(outcome_.damage.end(), found.begin(), found.end());
  }
}

bool LanePlan::has_damage(std::uint64_t number) const {
  const std::string path = catalog::segment_file(job_.directory, number);
  return std::any_of(outcome_.damage.begin(), outcome_.damage.end(),
                     [&](const Damage& damage) { return damage.file == path; });
}

}  // namespace reel::merge
