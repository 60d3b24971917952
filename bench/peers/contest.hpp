// The contest of reel_peers: every contestant records the same token events, text and stamps alike,
// in a folder of its own, in three ways:
//
//   batches   16 calls between two reads of the cycle counter, for the p50 of calls that are too
//             short to be timed one by one
//   singles   each call between two fenced reads, for the p99.9; what they cost is taken off
//   sustained as many as there are, flat out, until all of them are where `drain` leaves them
//
// Before the first, as many calls again are not timed: files grow, pages are touched, caches warm.
//
// In the first two everyone may drain after each 4,096 calls, untimed: they ask what a call costs
// where the rest keeps up. The third asks whether it does.
//
// A contestant is a class with a constructor from a folder, `record(const Token&)` and `drain()`:
// to hand everything recorded so far to the operating system. Calls are inlined: there is no
// virtual call in the loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samples.hpp"

namespace reel::peers {

struct Token {
  std::string_view text;
  std::int64_t index = 0;  // in its stream
  double ts_ms = 0;
  std::uint32_t stream = 0;  // below kStreams
};

inline constexpr std::uint32_t kStreams = 100;
inline constexpr std::size_t kBatchCalls = 16;
inline constexpr std::size_t kDrainCalls = 4096;
static_assert(kDrainCalls % kBatchCalls == 0);

struct Tokens {
  std::vector<Token> warm_up, batches, singles,
      sustained;  // of one and the same load, in this order
};

struct Round {
  double p50_ns = 0, p999_ns = 0, events_per_s = 0;
};

struct Contestant {
  std::string name;
  std::string survives;  // of what was recorded, when the process is killed as the call returns
  Round (*run)(const Tokens& tokens, const std::string& folder);
  bool stores = true;  // false: a bare limit, which keeps nothing
};

template <class Peer>
Round run_round(const Tokens& tokens, const std::string& folder) {
  Peer peer(folder);
  Round round;
  for (const Token& token : tokens.warm_up) peer.record(token);
  Samples batches(tokens.batches.size() / kBatchCalls);
  for (std::size_t at = 0; at + kBatchCalls <= tokens.batches.size(); at += kBatchCalls) {
    if (at % kDrainCalls == 0) peer.drain();
    const std::uint64_t from = plain_ticks();
    for (std::size_t i = at; i < at + kBatchCalls; ++i) peer.record(tokens.batches[i]);
    batches.add(plain_ticks() - from);
  }
  round.p50_ns = batches.quantile_ns(0.5) / static_cast<double>(kBatchCalls);
  Samples singles(tokens.singles.size());
  for (std::size_t i = 0; i < tokens.singles.size(); ++i) {
    if (i % kDrainCalls == 0) peer.drain();
    const std::uint64_t from = fenced_ticks();
    peer.record(tokens.singles[i]);
    singles.add(fenced_ticks() - from);
  }
  round.p999_ns = singles.quantile_ns(0.999, fenced_ticks_cost());
  peer.drain();
  const double from = now_seconds();
  for (const Token& token : tokens.sustained) peer.record(token);
  peer.drain();
  round.events_per_s = static_cast<double>(tokens.sustained.size()) / (now_seconds() - from);
  return round;
}

// One for each file; those that are not built are not declared to be there.
Contestant reel_with_callers_stamp();
Contestant reel_with_own_stamp();
Contestant plain_fwrite();
Contestant unlocked_fwrite();
Contestant bare_clock();
Contestant bare_store();
Contestant bare_queue();
Contestant spdlog_async();
Contestant sqlite_wal();
Contestant rocksdb_wal();
Contestant lmdb_batches();

// What cannot go on says so and ends the program.
[[noreturn]] void give_up(std::string_view who, std::string_view why);

}  // namespace reel::peers
