// Hooks that hide one secret, and a stream that goes through them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reel/json.hpp"
#include "reel/log.hpp"
#include "reel/redaction.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"

namespace reel::test {

inline constexpr std::string_view kSecret = "sk-123";

// Replaces the secret by [key]; holds back what may be its beginning.
class KeyFilter final : public TokenRedactor {
 public:
  std::size_t next(std::string_view text, std::string& out) override {
    held_ += text;
    for (;;) {
      const std::size_t at = held_.find(kSecret);
      if (at == std::string::npos) break;
      out += held_.substr(0, at) + "[key]";
      held_.erase(0, at + kSecret.size());
    }
    std::size_t tail = std::min(held_.size(), kSecret.size() - 1);
    while (tail > 0 && !kSecret.starts_with(std::string_view(held_).substr(held_.size() - tail))) {
      --tail;
    }
    out += held_.substr(0, held_.size() - tail);
    held_.erase(0, held_.size() - tail);
    return tail;
  }
  void finish(std::string& out) override { out += std::exchange(held_, {}); }

 private:
  std::string held_;
};

inline Redact hide_key(const Payload& payload, std::string& replacement) {
  const std::size_t at = payload.text.find(kSecret);
  if (at == std::string_view::npos) return Redact::keep;
  replacement = payload.text;
  replacement.replace(at, kSecret.size(), "[key]");
  return Redact::replace;
}

inline LogOptions redacting() {
  LogOptions options = stepped_options();
  options.redact = hide_key;
  options.redact_tokens = [](auto, auto) { return std::make_unique<KeyFilter>(); };
  return options;
}

// A stream of a stepped Log, recorded to as by a Recorder.
struct Stream {
  explicit Stream(const LogOptions& options = redacting()) : core(opened(fs, clock, options)) {
    auto opened = core->recorder("s", kDefaultNamespace);
    REQUIRE(opened.ok());
    state = *std::move(opened);
  }
  Append token(std::string value, std::int64_t index, std::string channel = {}) {
    Event event;
    event.ts_ms = 1000 + static_cast<double>(index);
    event.body = Token{std::move(value), index, std::move(channel), {}};
    return record_event(*state, event);
  }
  Append record(EventBody body) {
    Event event;
    event.ts_ms = 5000;
    event.body = std::move(body);
    return record_event(*state, event);
  }
  std::vector<std::pair<std::uint64_t, Event>> stored() {
    state->lane->release_stream(*state);
    REQUIRE(core->close(1000).status.ok());
    return read_back(fs, "/store").at("s").events;
  }

  io::MemoryFileSystem fs;
  TestClock clock;
  Core core;
  std::unique_ptr<detail::RecorderState> state;
};

inline std::vector<std::string> texts(const std::vector<std::pair<std::uint64_t, Event>>& events) {
  std::vector<std::string> all;
  for (const auto& [seq, event] : events) all.push_back(std::get<Token>(event.body).value);
  return all;
}

}  // namespace reel::test
