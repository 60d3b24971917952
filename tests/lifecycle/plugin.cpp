// A plugin that records, linked with reel: for tests/lifecycle/ends.cpp to load and to unload.
#include "reel/log.hpp"

extern "C" int record_into(const char* path) {
  constexpr int kEvents = 10;
  reel::LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  auto log = reel::Log::open(path, options);
  if (!log) return 0;
  auto recorder = log->recorder("s");
  if (!recorder) return 0;
  int recorded = 0;
  for (int i = 0; i < kEvents; ++i) recorded += recorder->record_token("x", i) == reel::Append::ok;
  recorder->close();
  return log->close().status.ok() ? recorded : 0;
}
