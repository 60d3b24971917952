#include "load/load_stream.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

namespace reel::load {
namespace {

constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kCheckpointTokens = 20;
constexpr double kGapMedianUs = 25'000, kGapSigma = 0.3;  // among streams
constexpr double kBurstChance = 0.03;
constexpr std::uint32_t kBurstUsMin = 2, kBurstUsMax = 62;
constexpr double kFirstTokenMedian = 12;       // in gaps: about 300 ms
constexpr double kGuardrailPerToken = 0.0327;  // which makes 3 % of all events
constexpr double kRetryChance = 0.02, kErrorChance = 0.01;
constexpr std::uint32_t kRetryUsMin = 250'000, kRetryUsMax = 1'000'000;
constexpr std::uint32_t kExtraUsMin = 1, kExtraUsMax = 24;  // a checkpoint after its token

// Parts as EventView has them: (id, varint length, bytes), ids ascending.
void append_part(std::string& out, Part id, std::string_view bytes) {
  out += static_cast<char>(id);
  std::size_t length = bytes.size();
  for (; length >= 0x80; length >>= 7) out += static_cast<char>(length | 0x80);
  out += static_cast<char>(length);
  out += bytes;
}

struct PartValue {
  Part id;
  std::string_view bytes;
};
std::string make_parts(std::initializer_list<PartValue> values) {
  std::string parts;
  for (const PartValue& value : values) append_part(parts, value.id, value.bytes);
  return parts;
}

// What guardrails find: nothing 31 times in 32.
const std::array<std::string, 32>& guardrail_results() {
  static const auto* const kResults = [] {
    auto* results = new std::array<std::string, 32>;
    results->fill(make_parts(
        {{Part::result, R"({"violations":[],"should_retry":false,"should_halt":false})"}}));
    results->back() = make_parts(
        {{Part::result, R"({"violations":[{"rule":"unclosed_fence","severity":"warning",)"
                        R"("message":"A code fence is still open","recoverable":true}],)"
                        R"("should_retry":false,"should_halt":false})"}});
    return results;
  }();
  return *kResults;
}

const std::array<std::string, 3>& retry_reasons() {
  constexpr std::string_view kNo("\0", 1), kYes("\1", 1);
  static const auto* const kReasons = new std::array<std::string, 3>{
      make_parts({{Part::reason, "network_error"}, {Part::counts_toward_limit, kNo}}),
      make_parts(
          {{Part::reason, "rate_limit"}, {Part::delay, "500"}, {Part::counts_toward_limit, kNo}}),
      make_parts({{Part::reason, "zero_output"}, {Part::counts_toward_limit, kYes}})};
  return *kReasons;
}

const std::array<std::string, 2>& errors() {
  static const auto* const kErrors = new std::array<std::string, 2>{
      make_parts({{Part::error, R"({"name":"TimeoutError","message":"No token within 30 s",)"
                                R"("code":"INTER_TOKEN_TIMEOUT","stack":null,"metadata":null})"},
                  {Part::failure_type, "timeout"},
                  {Part::recovery_strategy, "halt"}}),
      make_parts({{Part::error, R"({"name":"NetworkError","message":"Connection reset by peer",)"
                                R"("code":"NETWORK_ERROR","stack":null,"metadata":{"retries":3}})"},
                  {Part::failure_type, "network"},
                  {Part::recovery_strategy, "halt"}})};
  return *kErrors;
}

std::uint32_t between(Random& random, std::uint32_t min, std::uint32_t max) {
  return min + random.below(max - min + 1);
}

}  // namespace

void LoadStream::open(std::uint64_t seed, std::uint32_t number, const Request& request,
                      const Texts::Text& text, const StreamShape& shape) {
  shape_ = &shape;
  text_ = text;
  random_ = Random(seed, number);
  gap_median_us_ = kGapMedianUs * std::exp(kGapSigma * random_.normal());
  next_us_ = request.arrival_us;
  type_ = EventType::start;
  said_ = 0;
  limit_ = std::min(request.tokens, text.tokens);
  decide_fate();
  set_names(seed, number, request);
}

void LoadStream::decide_fate() {
  const auto somewhere = [&] { return limit_ == 0 ? 0 : random_.below(limit_); };
  retry_at_ = random_.chance(kRetryChance) ? somewhere() : kNever;
  error_at_ = random_.chance(kErrorChance) ? somewhere() : kNever;
  // A stream that fails before its retry would have none.
  if (retry_at_ != kNever && error_at_ != kNever) error_at_ = std::max(retry_at_, error_at_);
}

void LoadStream::set_names(std::uint64_t seed, std::uint32_t number, const Request& request) {
  Random names(seed ^ 0x1d5, number);
  const auto ms = static_cast<unsigned long long>(request.arrival_us / 1000);
  const std::uint64_t low = names.next(), high = names.next();
  char text[64];
  std::snprintf(text, sizeof text, "%08llx-%04llx-7%03x-%04x-%012llx", ms >> 16, ms & 0xffff,
                static_cast<unsigned>(high & 0xfff),
                static_cast<unsigned>(0x8000 | ((high >> 12) & 0x3fff)),
                static_cast<unsigned long long>(low >> 16));
  id_ = text;
  std::string json = R"({"model":")";
  json += text_.model;
  std::snprintf(text, sizeof text, R"(","temperature":0.%u,"prompt_tokens":%u,)",
                1 + names.below(9), request.prompt_tokens);
  json += text;
  std::snprintf(text, sizeof text, R"("request_id":"req_%016llx","user_id":"user-%05u",)",
                static_cast<unsigned long long>(names.next()), names.below(5'000));
  json += text;
  json += R"("metadata":null,"detect_drift":false})";
  options_.clear();
  append_part(options_, Part::options, json);
}

EventView LoadStream::view() noexcept {
  EventView event;
  event.type = type_;
  event.ts_ms = stamp();
  switch (type_) {
    case EventType::start:
      event.parts = options_;
      break;
    case EventType::token:
      event.text = text_.token(said_);
      event.number = said_;
      break;
    case EventType::checkpoint:
    case EventType::complete:
      event.text = text_.prefix(said_);
      event.number = said_;
      break;
    case EventType::guardrail:
      event.parts = guardrail_results()[random_.below(32)];
      event.number = said_;
      break;
    case EventType::retry:
      event.parts = retry_reasons()[random_.below(3)];
      event.number = 1;
      break;
    default:
      event.parts = errors()[random_.below(2)];
      break;
  }
  return event;
}

bool LoadStream::advance() noexcept {
  switch (type_) {
    case EventType::token:
      ++said_;
      type_ = after_token();
      break;
    case EventType::checkpoint:
      type_ = random_.chance(kGuardrailPerToken) ? EventType::guardrail : after_extras();
      break;
    case EventType::complete:
    case EventType::error:
      return false;
    default:
      type_ = after_extras();
      break;
  }
  next_us_ += wait_before(type_);
  return true;
}

EventType LoadStream::after_token() noexcept {
  if (said_ % kCheckpointTokens == 0) return EventType::checkpoint;
  return random_.chance(kGuardrailPerToken) ? EventType::guardrail : after_extras();
}

EventType LoadStream::after_extras() noexcept {
  if (retry_at_ == said_) {
    retry_at_ = kNever;
    return EventType::retry;
  }
  if (error_at_ == said_) return EventType::error;
  return said_ == limit_ ? EventType::complete : EventType::token;
}

std::int64_t LoadStream::wait_before(EventType type) noexcept {
  if (type == EventType::retry) return between(random_, kRetryUsMin, kRetryUsMax);
  if (type != EventType::token) return between(random_, kExtraUsMin, kExtraUsMax);
  const std::uint64_t bits = random_.next();
  const bool burst = static_cast<double>(bits & 0xffff) < kBurstChance * 0x10000;
  if (burst && said_ > 0) return between(random_, kBurstUsMin, kBurstUsMax);
  const double gap = gap_median_us_ * shape_->gap_within(random_.next());
  return static_cast<std::int64_t>(said_ == 0 ? gap * kFirstTokenMedian : gap);
}

double LoadStream::stamp() noexcept {
  if (!shape_->l0_stamps) return static_cast<double>(next_us_) / 1000.0;
  // As Python's time.time() * 1000 makes them: seconds from nanoseconds, then milliseconds.
  const std::int64_t ns = next_us_ * 1000 + random_.below(1000);
  return static_cast<double>(ns) / 1e9 * 1000.0;
}

}  // namespace reel::load
