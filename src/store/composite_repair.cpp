// Sending stores of a composite what they missed.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "store/composite.hpp"
#include "store/guard.hpp"

namespace reel::store {
namespace {

bool holds(const std::vector<std::size_t>& indices, std::size_t index) {
  return std::find(indices.begin(), indices.end(), index) != indices.end();
}

void fail(RepairReport& report, std::size_t index, Error error) {
  std::erase(report.repaired_indices, index);
  if (holds(report.failed_indices, index)) return;  // its first error says enough
  report.failed_indices.push_back(index);
  report.errors.push_back(std::move(error));
}

void repaired(RepairReport& report, std::size_t index) {
  if (holds(report.failed_indices, index) || holds(report.repaired_indices, index)) return;
  report.repaired_indices.push_back(index);
}

void add(RepairReport& report, RepairReport one) {
  report.events_resent += one.events_resent;
  for (const std::size_t index : one.repaired_indices) repaired(report, index);
  for (std::size_t i = 0; i < one.failed_indices.size(); ++i) {
    fail(report, one.failed_indices[i], std::move(one.errors[i]));
  }
}

Error contradiction(std::string_view id, std::uint64_t seq, std::size_t source) {
  return {ErrorCode::contradiction, 0, "", 0,
          "seq " + std::to_string(seq) + " of stream \"" + std::string(id) +
              "\" is another event than in store " + std::to_string(source) +
              "; delete the stream from one of the two"};
}

// Walks what the target has beside what the source has.
class Beside {
 public:
  explicit Beside(std::unique_ptr<EventCursor> cursor)
      : cursor_(std::move(cursor)), more_(cursor_->next()) {}
  // Is there another event at the same seq?
  bool contradicts(const EnvelopeView& envelope) {
    while (more_ && cursor_->view().seq < envelope.seq) more_ = cursor_->next();
    return more_ && cursor_->view().seq == envelope.seq &&
           !same_event(cursor_->view().event, envelope.event);
  }
  const Status& status() const noexcept { return cursor_->status(); }

 private:
  std::unique_ptr<EventCursor> cursor_;
  bool more_;
};

}  // namespace

Status Composite::bring_up(std::size_t source, std::size_t target, std::string_view id,
                           std::uint64_t target_next, std::uint64_t& resent) const {
  return guarded(kAStore, [&]() -> Status {
    auto from = stores_[source]->read(id);
    if (!from) return from.status();
    auto has = stores_[target]->read(id);
    if (!has) return has.status();
    Beside beside(*std::move(has));
    while ((*from)->next()) {
      const EnvelopeView& envelope = (*from)->view();
      if (beside.contradicts(envelope)) return contradiction(id, envelope.seq, source);
      if (!beside.status()) return beside.status();
      if (envelope.seq < target_next) continue;
      const auto sent = append_to(target, id, to_event(envelope.event), envelope.seq);
      if (!sent) return sent.status();
      ++resent;
    }
    return (*from)->status();
  });
}

RepairReport Composite::repair(std::string_view id) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  shard.next_seqs.erase(std::string(id));
  RepairReport report;
  std::vector<std::optional<std::uint64_t>> nexts(stores_.size());
  std::size_t source = primary_;  // of those that have the most the first, the primary before all
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    const auto answer = ask_next(i, id);
    if (answer) nexts[i] = *answer;
    if (!answer) fail(report, i, answer.error());
  }
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    if (nexts[i].value_or(0) > nexts[source].value_or(0)) source = i;
  }
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    if (i == source || !nexts[i]) continue;
    std::uint64_t resent = 0;
    const Status status = bring_up(source, i, id, *nexts[i], resent);
    report.events_resent += resent;
    if (!status) {
      fail(report, i, status.error());
    } else if (resent > 0) {
      repaired(report, i);
    }
  }
  return report;
}

RepairReport Composite::repair() {
  RepairReport report;
  std::vector<std::string> ids;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    auto listed = guarded(kAStore, [&] { return stores_[i]->list_streams(); });
    if (!listed) {
      fail(report, i, listed.error());
      continue;
    }
    for (std::string& id : *listed) {
      if (seen.insert(id).second) ids.push_back(std::move(id));
    }
  }
  for (const std::string& id : ids) add(report, repair(id));
  return report;
}

}  // namespace reel::store
