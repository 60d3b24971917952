// What the reading verbs share: opening a store, walking streams, telling what was missing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "output.hpp"
#include "progress.hpp"
#include "reel/reader.hpp"
#include "verbs.hpp"

namespace reel::tool {

// The store for reading; nullopt after a complaint.
std::optional<Reader> open_reader(const Common& common);

// Is there such a stream? Complains when not.
bool require_stream(const Reader& reader, const Common& common, const std::string& stream_id);

// The streams asked for, or all of the namespace in order of first appearance. Missing ones are
// complained about, left out, and make `code` at least `found`.
std::vector<std::string> choose_streams(const Reader& reader, const Common& common,
                                        const std::vector<std::string>& asked, ExitCode& code);

// Every event of one stream in seq order, GAPs included, until `each` answers false.
ExitCode walk_stream(const Reader& reader, const Common& common, const std::string& stream_id,
                     const std::function<bool(const EnvelopeView&)>& each);

// The progress of a verb that prints every event of some streams (none named: of all).
class WalkProgress {
 public:
  WalkProgress(const Reader& reader, const Common& common, const std::vector<std::string>& asked);
  WalkProgress(const WalkProgress&) = delete;
  WalkProgress& operator=(const WalkProgress&) = delete;
  ~WalkProgress() { progress_.advance(0, events_); }

  void step() {  // one event more
    constexpr std::uint64_t kBetweenLooks = 256;
    if (++events_ % kBetweenLooks == 0) progress_.advance(0, events_);
  }
  void steps(std::uint64_t events) { progress_.advance(0, events_ += events); }

 private:
  Progress progress_;
  std::uint64_t events_ = 0;
};

// Complains about damage this Reader met; `found` when there was some.
ExitCode tell_damage(const Reader& reader);

}  // namespace reel::tool
