// Composite: several stores behind one. What it adds to them is the knowledge which seq each event
// has in all of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reel/stores.hpp"

namespace reel::store {

inline constexpr const char* kAStore = "a store of the composite";  // who threw

class Composite final : public CompositeStore {
 public:
  // Preconditions: none is null, primary < stores.size().
  Composite(std::vector<std::shared_ptr<EventStore>> stores, std::size_t primary)
      : stores_(std::move(stores)), primary_(primary) {}

  CompositeReport append_to_all(std::string_view id, const Event& event,
                                std::optional<std::uint64_t> expected_seq) override;
  CompositeReport delete_from_all(std::string_view id, bool& existed) override;
  RepairReport repair(std::string_view id) override;
  RepairReport repair() override;

  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected_seq) override {
    const CompositeReport report = append_to_all(id, event, expected_seq);
    if (!report.ok()) return report.status();
    return report.seq;
  }
  Result<bool> delete_stream(std::string_view id) override {
    bool existed = false;
    const CompositeReport report = delete_from_all(id, existed);
    if (!report.ok()) return report.status();
    return existed;
  }

  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    return primary().get_events(id);
  }
  Result<bool> exists(std::string_view id) override { return primary().exists(id); }
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    return primary().list_streams(prefix);
  }
  Result<std::unique_ptr<EventCursor>> read(std::string_view id, SeqRange range) override {
    return primary().read(id, range);
  }
  Result<std::optional<Envelope>> get_last_event(std::string_view id) override {
    return primary().get_last_event(id);
  }
  Result<std::vector<Envelope>> get_events_after(std::string_view id,
                                                 std::uint64_t after_seq) override {
    return primary().get_events_after(id, after_seq);
  }
  Result<std::optional<StreamMetadata>> metadata(std::string_view id) override {
    return primary().metadata(id);
  }
  Result<State> fold(std::string_view id, SeqRange range, FoldMode mode) override {
    return primary().fold(id, range, mode);
  }

 private:
  // Streams by hash: whoever writes one holds its shard's lock until every store has answered.
  struct alignas(64) Shard {
    std::mutex mutex;
    // Of streams that were appended to and have not ended. Losing one costs a question to each
    // store, so the table is emptied when it has grown to its limit.
    std::unordered_map<std::string, std::uint64_t> next_seqs;
  };
  static constexpr std::size_t kShards = 128;
  static constexpr std::size_t kNextSeqsMax = 1024;  // of one shard

  EventStore& primary() const noexcept { return *stores_[primary_]; }
  Shard& shard_of(std::string_view id) noexcept {
    return shards_[std::hash<std::string_view>()(id) % kShards];
  }

  // The seq after a store's last event, as far as it shows one.
  Result<std::uint64_t> ask_next(std::size_t index, std::string_view id) const;
  // The highest that any store answers.
  std::uint64_t ask_all(std::string_view id) const;
  void remember(Shard& shard, std::string_view id, const Event& event,
                const CompositeReport& report);

  CompositeReport write(std::string_view id, const Event& event, std::uint64_t seq) const;
  CompositeReport write_as_primary_says(std::string_view id, const Event& event) const;
  CompositeReport refuse(std::string_view id, std::uint64_t next_seq,
                         std::uint64_t expected_seq) const;
  Result<std::uint64_t> append_to(std::size_t index, std::string_view id, const Event& event,
                                  std::optional<std::uint64_t> seq) const;

  Status bring_up(std::size_t source, std::size_t target, std::string_view id,
                  std::uint64_t target_next, std::uint64_t& resent) const;

  std::vector<std::shared_ptr<EventStore>> stores_;
  std::size_t primary_;
  std::array<Shard, kShards> shards_;
};

}  // namespace reel::store
