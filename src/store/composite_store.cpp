// Writing to several stores.
//
// An event's seq is settled first: the one that follows the last event of the store that has the
// most. A store that lacks events refuses it then, and one that takes it at another seq is told
// off.
#include <algorithm>
#include <utility>

#include "event/frame.hpp"
#include "store/composite.hpp"
#include "store/guard.hpp"
#include "store/refusals.hpp"

namespace reel {
namespace store {
namespace {

void note(CompositeReport& report, std::size_t index, Status status) {
  if (status.ok()) {
    report.succeeded_indices.push_back(index);
  } else {
    report.failed_indices.push_back(index);
    report.errors.push_back(std::move(status).error());
  }
}

// Nothing was stored because every store has another next seq.
bool none_goes_on_there(const CompositeReport& report) {
  return report.succeeded_indices.empty() &&
         std::all_of(report.errors.begin(), report.errors.end(),
                     [](const Error& error) { return error.code == ErrorCode::sequence; });
}

}  // namespace

Result<std::uint64_t> Composite::append_to(std::size_t index, std::string_view id,
                                           const Event& event,
                                           std::optional<std::uint64_t> seq) const {
  auto stored = guarded(kAStore, [&] { return stores_[index]->append(id, event, seq); });
  if (!stored || !seq || *stored == *seq) return stored;
  return Error{ErrorCode::contradiction, 0, "", 0,
               "the store was told seq " + std::to_string(*seq) + " and stored the event at " +
                   std::to_string(*stored)};
}

CompositeReport Composite::write(std::string_view id, const Event& event, std::uint64_t seq) const {
  CompositeReport report;
  report.seq = seq;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    note(report, i, append_to(i, id, event, seq).status());
  }
  return report;
}

CompositeReport Composite::write_as_primary_says(std::string_view id, const Event& event) const {
  CompositeReport report;
  const auto given = append_to(primary_, id, event, std::nullopt);
  report.seq = given ? *given : 0;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    note(report, i,
         i == primary_ || !given ? given.status() : append_to(i, id, event, *given).status());
  }
  return report;
}

CompositeReport Composite::refuse(std::string_view id, std::uint64_t next_seq,
                                  std::uint64_t expected_seq) const {
  CompositeReport report;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    note(report, i, sequence_error(id, next_seq, expected_seq));
  }
  return report;
}

Result<std::uint64_t> Composite::ask_next(std::size_t index, std::string_view id) const {
  const auto last = guarded(kAStore, [&] { return stores_[index]->get_last_event(id); });
  if (!last) return last.status();
  return *last ? (*last)->seq + 1 : 0;
}

// One that does not answer has no say: it will not take the event either.
std::uint64_t Composite::ask_all(std::string_view id) const {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    if (const auto answer = ask_next(i, id)) next = std::max(next, *answer);
  }
  return next;
}

void Composite::remember(Shard& shard, std::string_view id, const Event& event,
                         const CompositeReport& report) {
  const bool ends = event.type() == EventType::complete || event.type() == EventType::error;
  if (ends || report.succeeded_indices.empty()) {
    shard.next_seqs.erase(std::string(id));
    return;
  }
  if (shard.next_seqs.size() >= kNextSeqsMax) shard.next_seqs.clear();
  std::string parts;
  shard.next_seqs[std::string(id)] = report.seq + event::view_of(event, parts).seqs();
}

CompositeReport Composite::append_to_all(std::string_view id, const Event& event,
                                         std::optional<std::uint64_t> expected_seq) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto known = shard.next_seqs.find(std::string(id));
  const bool asked = known == shard.next_seqs.end();
  std::uint64_t next = asked ? ask_all(id) : known->second;
  if (expected_seq && *expected_seq != next) {
    if (!asked) next = ask_all(id);
    if (*expected_seq < next) return refuse(id, next, *expected_seq);
    // Above it: a store may hide events from us, though not from itself. So let them say.
    next = *expected_seq;
  }
  CompositeReport report = write(id, event, next);
  if (none_goes_on_there(report) && !expected_seq) {
    // Somebody else appends to these stores, or all of them hide their last events.
    const std::uint64_t now = ask_all(id);
    report = now != next ? write(id, event, now) : write_as_primary_says(id, event);
  }
  remember(shard, id, event, report);
  return report;
}

CompositeReport Composite::delete_from_all(std::string_view id, bool& existed) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  shard.next_seqs.erase(std::string(id));
  CompositeReport report;
  report.action = "deleting from";
  existed = false;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    const auto deleted = guarded(kAStore, [&] { return stores_[i]->delete_stream(id); });
    existed = existed || (deleted && *deleted);
    note(report, i, deleted.status());
  }
  return report;
}

}  // namespace store

Status CompositeReport::status() const {
  if (ok()) return {};
  Error error{ErrorCode::partial, 0, "", 0, "Partial failure "};
  const std::size_t failed = failed_indices.size();
  error.message += action;
  error.message += " CompositeEventStore: " + std::to_string(failed) + '/' +
                   std::to_string(failed + succeeded_indices.size()) + " stores failed";
  bool same_code = true;
  for (std::size_t i = 0; i < failed; ++i) {
    error.message += (i == 0 ? " (store " : "; store ") + std::to_string(failed_indices[i]) + ": " +
                     errors[i].to_string();
    same_code = same_code && errors[i].code == errors[0].code;
  }
  error.message += ')';
  if (succeeded_indices.empty() && same_code) error.code = errors[0].code;
  return error;
}

Result<std::shared_ptr<CompositeStore>> composite_store(
    std::vector<std::shared_ptr<EventStore>> stores, std::size_t primary_index) {
  if (stores.empty()) return store::bad_argument("a composite needs at least one store");
  if (std::find(stores.begin(), stores.end(), nullptr) != stores.end()) {
    return store::bad_argument("a composite was given a store that is null");
  }
  if (primary_index >= stores.size()) {
    return store::bad_argument("primary_index is " + std::to_string(primary_index) + ", but of " +
                               std::to_string(stores.size()) + " stores the last is " +
                               std::to_string(stores.size() - 1));
  }
  return std::shared_ptr<CompositeStore>(
      std::make_shared<store::Composite>(std::move(stores), primary_index));
}

}  // namespace reel
