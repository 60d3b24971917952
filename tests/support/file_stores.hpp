// Stores in a folder, and short ways to fill and ask them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reel/stores.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"
#include "support/temp_dir.hpp"

namespace reel::test {

inline LogOptions small_log() {
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  return options;
}

inline std::shared_ptr<FileStore> store_at(const std::string& path, std::string prefix = "l0") {
  FileStoreOptions options;
  options.base_path = path;
  options.prefix = std::move(prefix);
  options.log = small_log();
  return file_store(std::move(options));
}

inline std::uint64_t appended(EventStore& store, std::string_view id, const std::string& text,
                              std::int64_t index = 0) {
  const auto seq = store.append(id, token_at(1000, text, index));
  INFO(seq.status().to_string());
  REQUIRE(seq.ok());
  return *seq;
}

// The texts of a stream, each with its seq.
inline std::vector<std::string> texts(EventStore& store, std::string_view id) {
  const auto events = store.get_events(id);
  INFO(events.status().to_string());
  REQUIRE(events.ok());
  std::vector<std::string> found;
  for (const Envelope& envelope : *events) {
    CHECK(envelope.stream_id == id);
    found.push_back(std::to_string(envelope.seq) + std::get<Token>(envelope.event.body).value);
  }
  return found;
}

using Texts = std::vector<std::string>;

template <class T>
ErrorCode code_of(const Result<T>& result) {
  return result.ok() ? ErrorCode::ok : result.error().code;
}

}  // namespace reel::test
