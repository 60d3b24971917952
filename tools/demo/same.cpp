#include "demo/same.hpp"

#include <bit>
#include <cstdint>
#include <tuple>
#include <variant>

namespace reel::demo {
namespace {

auto fields(const Start& e) { return std::tie(e.options); }
auto fields(const Token& e) { return std::tie(e.value, e.index, e.channel, e.call); }
auto fields(const Checkpoint& e) { return std::tie(e.content, e.at); }
auto fields(const Guardrail& e) { return std::tie(e.result, e.at, e.check_type); }
auto fields(const Drift& e) { return std::tie(e.result, e.at); }
auto fields(const Retry& e) {
  return std::tie(e.reason, e.attempt, e.counts_toward_limit, e.delay);
}
auto fields(const Fallback& e) { return std::tie(e.to, e.from, e.reason); }
auto fields(const Continuation& e) { return std::tie(e.checkpoint, e.at); }
auto fields(const Complete& e) { return std::tie(e.content, e.token_count); }
auto fields(const ErrorEvent& e) {
  return std::tie(e.error, e.failure_type, e.recovery_strategy, e.policy);
}
auto fields(const Opaque& e) { return std::tie(e.type_name); }
auto fields(const Gap& e) { return std::tie(e.count, e.cause); }

}  // namespace

bool same(const Event& a, const Event& b) {
  if (a.body.index() != b.body.index()) return false;
  if (std::bit_cast<std::uint64_t>(a.ts_ms) != std::bit_cast<std::uint64_t>(b.ts_ms)) return false;
  if (a.extra != b.extra || a.envelope_extra != b.envelope_extra) return false;
  return std::visit(
      [&b](const auto& body) {
        return fields(body) == fields(std::get<std::decay_t<decltype(body)>>(b.body));
      },
      a.body);
}

}  // namespace reel::demo
