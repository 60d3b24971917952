// Rank: which events give way to which while the arena is short, under Overflow::drop.
//
// A few chunks, the reserve, are never filled with TOKENs. Events of middle rank may take a part of
// it, those that say how a stream began, ended or was stopped may take all. An open chunk has a
// rank too: the lowest one that may fill it, so that what the reserve gave to a COMPLETE is not
// eaten by the TOKENs that the same thread records next.
#pragma once

#include <algorithm>
#include <cstdint>

#include "reel/event.hpp"

namespace reel::record {

enum class Rank : std::uint8_t { token, middle, last };

constexpr Rank rank_of(EventType type) noexcept {
  switch (type) {
    case EventType::token:
      return Rank::token;
    case EventType::start:
    case EventType::guardrail:
    case EventType::complete:
    case EventType::error:
      return Rank::last;
    default:
      return Rank::middle;
  }
}
constexpr Rank next_rank(Rank rank) noexcept {
  return rank == Rank::token ? Rank::middle : Rank::last;
}

inline constexpr std::uint32_t kReserveChunksMin = 2, kReserveChunksMax = 64;

// Of an arena of so many chunks.
constexpr std::uint32_t reserve_chunks(std::uint32_t chunk_count) noexcept {
  return std::clamp(chunk_count / 16, kReserveChunksMin, kReserveChunksMax);
}

// Free chunks that an event of `rank` leaves to those above it.
constexpr std::uint32_t chunks_kept_from(Rank rank, std::uint32_t reserve) noexcept {
  if (rank == Rank::last) return 0;
  return rank == Rank::token ? reserve : reserve / 2;
}

}  // namespace reel::record
