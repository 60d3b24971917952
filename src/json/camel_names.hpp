// Members as L0's TypeScript package names them.
#pragma once

#include <string_view>

namespace reel::json {

// The other name of an envelope's, event's or snapshot's member; "" where both packages use the
// same. Names inside free-form objects are nobody's business here: they stay as they are.
constexpr std::string_view camel_name(std::string_view name) noexcept {
  constexpr std::string_view kNames[][2] = {
      {"stream_id", "streamId"},
      {"token_count", "tokenCount"},
      {"check_type", "checkType"},
      {"counts_toward_limit", "countsTowardLimit"},
      {"to", "toIndex"},
      {"from", "fromIndex"},
      {"failure_type", "failureType"},
      {"recovery_strategy", "recoveryStrategy"},
      {"drift_detected", "driftDetected"},
      {"retry_attempts", "retryAttempts"},
      {"network_retry_count", "networkRetryCount"},
      {"fallback_index", "fallbackIndex"},
      {"start_ts", "startTs"},
      {"end_ts", "endTs"},
  };
  for (const auto& [snake, camel] : kNames) {
    if (snake == name) return camel;
  }
  return {};
}

}  // namespace reel::json
