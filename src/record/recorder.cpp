// The caller's side. record_token is the hot path: everything it needs lies in the Recorder's cache
// line, the thread's Producer and the chunk; the rest of the file is the general way.
#include "reel/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/thread_own.hpp"
#include "record/lane.hpp"
#include "record/token_text.hpp"
#include "reel/json.hpp"

namespace reel {
namespace {

using detail::RecorderState;

constexpr const char* kAppendNames[] = {"ok",   "dropped", "full",   "too_large", "closed",
                                        "busy", "held",    "forked", "invalid"};

std::int64_t bits_of(double ts_ms) noexcept { return base::load<std::int64_t>(&ts_ms); }

// Of a chunk that is not there, too: null has no bytes behind it, its address has.
std::uintptr_t address(const char* place) noexcept {
  return reinterpret_cast<std::uintptr_t>(place);
}

// The type and the flags of a plain TOKEN's header, as they lie there.
constexpr std::uint32_t token_kind(std::uint8_t flags) noexcept {
  return static_cast<std::uint32_t>(EventType::token) | std::uint32_t{flags} << 8;
}
enum class TokenKind : std::uint32_t {
  ts_us = token_kind(event::kNumber),
  ts_double = token_kind(event::kNumber | event::kTsDouble),
};

struct TokenPlace {
  record::Producer* producer = nullptr;
  char* to = nullptr;
};

constexpr std::size_t token_bytes(std::size_t text_bytes) noexcept {
  return event::frame_aligned(event::kFrameHeaderBytes + text_bytes);
}

// Not inlined, and called last: the fast way then has few registers to save.
[[gnu::noinline]] Append record_token_slowly(RecorderState& s, std::string_view value,
                                             std::int64_t index, std::int64_t ts,
                                             TokenKind kind) noexcept {
  EventView view;
  view.type = EventType::token;
  view.text = value;
  view.number = index;
  return s.lane->record(s, view, ts, kind == TokenKind::ts_double);
}

// One plain TOKEN: 36 bytes of header and the text, straight into the thread's open chunk. Here is
// all that comes before the text; no producer: it has to go the general way. What rarely keeps a token
// from going this way is folded into what is looked at anyway: no lane has the id of a thread
// without a Producer, a closed lane has no plain texts, and `end` stands where nothing fits while
// the chunk is kept from TOKENs. All that is stored is loaded first: the bytes of a frame might
// else be the Recorder's own, for all the compiler knows.
[[gnu::always_inline]] inline TokenPlace begin_token(RecorderState& s, std::size_t text_bytes,
                                                     std::int64_t index, std::int64_t ts,
                                                     TokenKind kind) noexcept {
  const record::CurrentProducer current = record::current_producer;
  record::Producer* const p = current.producer;
  const auto number = static_cast<std::int32_t>(index);
  const bool plain = current.lane_id == s.lane->id() && s.special == 0 && number == index &&
                     text_bytes < s.lane->plain_text_end();
  if (!plain) [[unlikely]] return {};
  char* const to = p->at;
  if (address(to) + token_bytes(text_bytes) > address(p->end)) [[unlikely]] return {};
  const std::uint64_t seq = s.next_seq;
  const std::uint64_t stream = s.slot_index | std::uint64_t{s.incarnation} << 32;
  base::store(to, static_cast<std::uint32_t>(text_bytes));
  base::store(to + 4, kind);  // type and flags
  base::store(to + 8, stream);  // slot and incarnation
  base::store(to + 16, seq);
  base::store(to + 24, ts);
  base::store(to + 32, number);
  return {p, to};
}

// And what comes after it.
[[gnu::always_inline]] inline Append end_token(RecorderState& s, TokenPlace place,
                                               std::size_t text_bytes) noexcept {
  record::Producer* const p = place.producer;
  char* const at = place.to + token_bytes(text_bytes);
  const std::uint64_t seq = s.next_seq;
  p->at = at;
  p->header->committed.store(static_cast<std::uint32_t>(at - p->begin), std::memory_order_release);
  s.next_seq = seq + 1;
  p->events.store(p->events.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return Append::ok;
}

#if REEL_MASKS
const bool masks = record::has_masks();  // false until it is known

[[REEL_WITH_MASKS, gnu::noinline]] Append put_token_masked(RecorderState& s,
                                                                  std::string_view value,
                                                                  std::int64_t index,
                                                                  std::int64_t ts,
                                                                  TokenKind kind) noexcept {
  const TokenPlace place = begin_token(s, value.size(), index, ts, kind);
  if (place.producer == nullptr) [[unlikely]] return record_token_slowly(s, value, index, ts, kind);
  record::copy_text_masked(place.to + event::kFrameHeaderBytes, value.data(), value.size());
  return end_token(s, place, value.size());
}
#endif

inline Append put_token(RecorderState& s, std::string_view value, std::int64_t index,
                        std::int64_t ts, TokenKind kind) noexcept {
#if REEL_MASKS
  if (masks) [[likely]] return put_token_masked(s, value, index, ts, kind);
#endif
  const TokenPlace place = begin_token(s, value.size(), index, ts, kind);
  if (place.producer == nullptr) [[unlikely]] return record_token_slowly(s, value, index, ts, kind);
  record::copy_text(place.to + event::kFrameHeaderBytes, value.data(), value.size());
  return end_token(s, place, value.size());
}

[[gnu::noinline]] Append record_token_by_system(RecorderState& s, std::string_view value,
                                                std::int64_t index) noexcept {
  return put_token(s, value, index, s.lane->stamp(s), TokenKind::ts_us);
}

Append record_event(RecorderState* s, const Event& event, bool own_ts) noexcept try {
  if (s == nullptr) return Append::closed;
  if (own_ts && !std::isfinite(event.ts_ms)) return Append::invalid;
  std::string parts;
  const EventView view = event::view_of(event, parts);
  if (own_ts) return s->lane->record(*s, view, bits_of(event.ts_ms), true);
  return s->lane->record(*s, view, s->lane->stamp(*s), false);
} catch (...) {  // no memory for the parts
  return Append::full;
}

// Checked, and without insignificant whitespace; false when it is no JSON object.
bool check_json(std::string& text) {
  if (text.empty()) return true;
  struct Recorded;
  auto checked = base::thread_own<json::Parser, Recorded>().check_object(text);
  if (!checked) return false;
  text = std::move(*checked);
  return true;
}

template <class Body>
Append record_checked(RecorderState* s, Body body, std::string Body::*json_text) noexcept try {
  if (s == nullptr) return Append::closed;
  if (!check_json(body.*json_text)) return Append::invalid;
  Event event;
  event.body = std::move(body);
  return record_event(s, event, false);
} catch (...) {
  return Append::full;
}

template <class Body>
Append record_body(RecorderState* s, Body body) noexcept try {
  Event event;
  event.body = std::move(body);
  return record_event(s, event, false);
} catch (...) {
  return Append::full;
}

Append record_text(RecorderState* s, EventType type, std::string_view text,
                   std::int64_t number) noexcept {
  if (s == nullptr) return Append::closed;
  EventView view;
  view.type = type;
  view.text = text;
  view.number = number;
  return s->lane->record(*s, view, s->lane->stamp(*s), false);
}

}  // namespace

const char* append_name(Append answer) noexcept {
  const auto index = static_cast<std::size_t>(answer);
  return index < std::size(kAppendNames) ? kAppendNames[index] : "unknown";
}

Recorder::Recorder() noexcept = default;
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&& other) noexcept {
  close();
  state_ = std::move(other.state_);
  return *this;
}
Recorder::~Recorder() { close(); }
Recorder::Recorder(std::unique_ptr<RecorderState> state) noexcept : state_(std::move(state)) {}

bool Recorder::wanted() const noexcept {
  return state_ != nullptr && state_->slot->wanted.load(std::memory_order_relaxed) != 0;
}

void Recorder::close() noexcept {
  if (state_ == nullptr) return;
  state_->lane->release_stream(*state_);
  state_.reset();
}

Append Recorder::record_token(std::string_view value, std::int64_t index) noexcept {
  if (state_ == nullptr) return Append::closed;
  RecorderState& s = *state_;
  const record::StampClock& clock = s.lane->clock();
  std::int64_t now = 0;
  if (clock.kind() == ClockKind::tsc) [[likely]] {
    now = clock.tsc_us();
  } else if (clock.kind() == ClockKind::ticker) {
    now = clock.ticked_us();
  } else {
    return record_token_by_system(s, value, index);
  }
  s.last_us = std::max(s.last_us, now);
  return put_token(s, value, index, s.last_us, TokenKind::ts_us);
}

Append Recorder::record_token(std::string_view value, std::int64_t index, double ts_ms) noexcept {
  if (state_ == nullptr) return Append::closed;
  if (!std::isfinite(ts_ms)) return Append::invalid;
  return put_token(*state_, value, index, bits_of(ts_ms), TokenKind::ts_double);
}

Append Recorder::record(const Event& event) noexcept {
  return record_event(state_.get(), event, true);
}
Append Recorder::record_start(std::string_view options_json) noexcept try {
  return record_checked(state_.get(), Start{std::string(options_json)}, &Start::options);
} catch (...) {
  return Append::full;
}
Append Recorder::record_checkpoint(std::string_view content, std::int64_t at) noexcept {
  return record_text(state_.get(), EventType::checkpoint, content, at);
}
Append Recorder::record_guardrail(const Guardrail& guardrail) noexcept try {
  return record_checked(state_.get(), Guardrail(guardrail), &Guardrail::result);
} catch (...) {
  return Append::full;
}
Append Recorder::record_drift(const Drift& drift) noexcept try {
  return record_checked(state_.get(), Drift(drift), &Drift::result);
} catch (...) {
  return Append::full;
}
Append Recorder::record_retry(const Retry& retry) noexcept try {
  return record_body(state_.get(), Retry(retry));
} catch (...) {
  return Append::full;
}
Append Recorder::record_fallback(const Fallback& fallback) noexcept try {
  return record_body(state_.get(), Fallback(fallback));
} catch (...) {
  return Append::full;
}
Append Recorder::record_continuation(std::string_view checkpoint, std::int64_t at) noexcept {
  return record_text(state_.get(), EventType::continuation, checkpoint, at);
}
Append Recorder::record_complete(std::string_view content, std::int64_t token_count) noexcept {
  return record_text(state_.get(), EventType::complete, content, token_count);
}
Append Recorder::record_error(const ErrorEvent& error) noexcept try {
  return record_checked(state_.get(), ErrorEvent(error), &ErrorEvent::error);
} catch (...) {
  return Append::full;
}

std::string_view Recorder::stream_id() const noexcept {
  if (state_ == nullptr) return {};
  const std::string_view name = state_->lane->arena().name_of(*state_->slot);
  return name.substr(state_->slot->name_space_bytes);
}

std::uint64_t Recorder::next_seq() const noexcept {
  if (state_ == nullptr) return 0;
  return state_->next_seq +
         (state_->is(RecorderState::redacts) ? state_->redaction->held_seqs() : 0);
}

// In this order, so that what moves meanwhile cannot turn the order of the three around.
StreamWatermarks Recorder::watermarks() const noexcept {
  if (state_ == nullptr) return {};
  StreamWatermarks marks;
  marks.durable = state_->slot->durable_seq.load(std::memory_order_acquire);
  marks.written =
      std::max(state_->slot->written_seq.load(std::memory_order_acquire), marks.durable);
  marks.recorded = state_->next_seq;
  // What was dropped last is not recorded until its GAP is. A GAP that is made meanwhile makes this
  // an older answer, not a wrong one.
  if (state_->slot->gap_count.load(std::memory_order_acquire) != 0) {
    marks.recorded = state_->slot->gap_first.load(std::memory_order_acquire);
  }
  marks.recorded = std::max(marks.recorded, marks.written);
  return marks;
}

}  // namespace reel
