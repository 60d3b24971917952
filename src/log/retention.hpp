// What a Retention comes to for a whole store, whoever records in it meanwhile.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "io/file_system.hpp"
#include "merge/retention_plan.hpp"

namespace reel::log {

struct RetentionContext {
  io::FileSystem& fs;
  std::string store;  // the store's folder
  base::Uuid store_uuid;
};

// Reads indexes, and where something would go also the segments that are being written. Errors: io,
// busy (somebody records where it cannot be seen from here: then nothing may go).
Result<merge::RetentionPlan> plan_retention(const RetentionContext& context,
                                            const Retention& retention, std::int64_t now_us);

// busy: one of these streams has become younger, or is recorded in again.
Status confirm_expired(const RetentionContext& context, const Retention& retention,
                       std::int64_t now_us, std::span<const std::uint64_t> expired);

// Incarnations of streams that were deleted at least `settled_us` ago, ascending. While somebody
// records, a younger deletion may still be taken back.
Result<std::vector<std::uint64_t>> settled_deletions(io::FileSystem& fs, const std::string& store,
                                                     std::int64_t now_us, std::int64_t settled_us);
inline constexpr std::int64_t kDeletionSettledUs = 60'000'000;

}  // namespace reel::log
