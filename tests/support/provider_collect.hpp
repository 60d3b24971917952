// Runs a Capture over bytes and keeps what came out.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reel/provider.hpp"

namespace reel::test {

using Strings = std::vector<std::string>;

struct Collected {
  std::vector<std::pair<std::uint32_t, Event>> events;
  Status status;
  Strings warnings;
  std::string dialect, response_id;
  std::uint64_t lines = 0, counted = 0;

  // The values of one channel's tokens, in order.
  Strings channel(std::string_view name, std::uint32_t choice = 0) const {
    Strings values;
    for (const auto& [number, event] : events) {
      const auto* token = std::get_if<Token>(&event.body);
      if (token != nullptr && number == choice && token->channel == name)
        values.push_back(token->value);
    }
    return values;
  }
  Strings text(std::uint32_t choice = 0) const { return channel("", choice); }
  // "call|value|other members" of each token that belongs to a tool call, in order.
  Strings tools(std::uint32_t choice = 0) const;
  // The options of the last START; "none" when there is none.
  std::string options(std::uint32_t choice = 0) const;
  // The last COMPLETE; fails the running test when there is none.
  const Complete& complete(std::uint32_t choice = 0) const;
  // What was kept as it came: the members of each opaque event.
  Strings notes() const;

  // The only event of that kind, or of a choice's several the last; nullptr when there is none.
  template <class Body>
  const Event* last(std::uint32_t choice = 0) const {
    const Event* found = nullptr;
    for (const auto& [number, event] : events) {
      if (number == choice && std::holds_alternative<Body>(event.body)) found = &event;
    }
    return found;
  }
  template <class Body>
  std::size_t count() const {
    std::size_t count = 0;
    for (const auto& entry : events) count += std::holds_alternative<Body>(entry.second.body);
    return count;
  }

  // One line per event, everything in it: for comparing two runs.
  std::string describe() const;
};

// A body of `data:` lines, each with its empty line.
std::string sse(const Strings& payloads);

// Feeds `bytes` in pieces of `piece` bytes (0: all at once).
Collected collect(std::string_view bytes, std::size_t piece = 0,
                  provider::CaptureOptions options = {});

}  // namespace reel::test
