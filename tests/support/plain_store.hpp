// A store in memory with nothing but what EventStore asks for.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reel/store.hpp"

namespace reel::test {

// As little as the interface allows.
class PlainStore : public EventStoreWithSnapshots {
 public:
  // An event with the seq it has elsewhere, above those that are there.
  void put(Envelope envelope) { streams_[envelope.stream_id].push_back(std::move(envelope)); }

  using EventStore::append;
  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected) override {
    std::vector<Envelope>& events = streams_[std::string(id)];
    const std::uint64_t seq = events.empty() ? 0 : events.back().seq + 1;
    if (expected && *expected != seq) return Error{ErrorCode::sequence, 0, "", 0, "not the next"};
    events.push_back({std::string(id), seq, event});
    return seq;
  }
  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    const auto found = streams_.find(id);
    return found == streams_.end() ? std::vector<Envelope>() : found->second;
  }
  Result<bool> exists(std::string_view id) override { return streams_.contains(id); }
  Result<bool> delete_stream(std::string_view id) override {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return false;
    streams_.erase(found);
    return true;
  }
  Result<std::vector<std::string>> list_streams(std::string_view) override {
    return std::vector<std::string>();
  }
  Status save_snapshot(const Snapshot& snapshot) override {
    saved_.push_back(snapshot);
    return {};
  }
  Result<std::optional<Snapshot>> get_snapshot(std::string_view) override {
    return saved_.empty() ? std::optional<Snapshot>() : saved_.back();
  }
  Result<std::optional<Snapshot>> get_snapshot_before(std::string_view,
                                                      std::uint64_t seq) override {
    std::optional<Snapshot> best;
    for (const Snapshot& one : saved_) {
      if (one.seq <= seq && (!best || one.seq >= best->seq)) best = one;
    }
    return best;
  }

 private:
  std::map<std::string, std::vector<Envelope>, std::less<>> streams_;
  std::vector<Snapshot> saved_;
};

}  // namespace reel::test
