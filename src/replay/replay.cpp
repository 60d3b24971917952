#include "reel/replay.hpp"

#include <algorithm>
#include <cmath>

#include "replay/replay_core.hpp"

namespace reel {

Replay::Replay(std::unique_ptr<detail::ReplayCore> core) noexcept : core_(std::move(core)) {}
Replay::Replay(Replay&&) noexcept = default;
Replay& Replay::operator=(Replay&&) noexcept = default;
Replay::~Replay() = default;

Replay::iterator Replay::begin() {
  core_->begin();
  core_->next();
  return iterator(core_.get());
}

const EnvelopeView& Replay::iterator::operator*() const noexcept { return core_->view(); }
Replay::iterator& Replay::iterator::operator++() {
  core_->next();
  return *this;
}
bool Replay::iterator::operator==(std::default_sentinel_t) const noexcept {
  return core_ == nullptr || core_->at_end();
}

const State& Replay::state() const noexcept { return core_->state(); }
const Status& Replay::status() const noexcept { return core_->status(); }
const EnvelopeView& Replay::view() const noexcept { return core_->view(); }
void Replay::set_callbacks(ReplayCallbacks callbacks) {
  core_->set_callbacks(std::move(callbacks));
}

void Replay::pause() { core_->transport().pause(); }
void Replay::resume() { core_->transport().resume(); }
void Replay::step() { core_->transport().step(); }
void Replay::seek(std::int64_t seq) {
  core_->transport().seek(static_cast<std::uint64_t>(std::max<std::int64_t>(seq, 0)));
}
void Replay::stop() { core_->transport().stop(); }
Replay::Poll Replay::poll() { return core_->poll(); }

TokenReplay::iterator::iterator(Replay::iterator at) : at_(at) { skip(); }
TokenReplay::iterator& TokenReplay::iterator::operator++() {
  ++at_;
  skip();
  return *this;
}
void TokenReplay::iterator::skip() {
  while (at_ != std::default_sentinel && !(*at_).event.is_text_token()) ++at_;
}

namespace {

Status check(const EventStore* store, double speed) {
  if (store == nullptr) {
    return Error{ErrorCode::invalid_argument, 0, "", 0,
                 "a Replayer needs a store: this one's is null"};
  }
  if (std::isnan(speed)) {
    return Error{ErrorCode::invalid_argument, 0, "", 0,
                 "the speed of a replay must be a number: 0 is at once, 1 as recorded"};
  }
  return {};
}

}  // namespace

Result<Replay> Replayer::replay(std::string_view stream_id, ReplayOptions options) const {
  if (Status status = check(store_.get(), options.speed); !status) return status;
  return Replay(std::make_unique<detail::ReplayCore>(store_, std::string(stream_id), options));
}

Result<TokenReplay> Replayer::replay_tokens(std::string_view stream_id,
                                            ReplayOptions options) const {
  auto made = replay(stream_id, std::move(options));
  if (!made) return made.status();
  return TokenReplay(*std::move(made));
}

Result<State> Replayer::replay_to_state(std::string_view stream_id, FoldMode mode) const {
  if (Status status = check(store_.get(), 0); !status) return status;
  return store_->fold(stream_id, {}, mode);
}

Result<State> Replayer::state_at(std::string_view stream_id, std::int64_t seq,
                                 FoldMode mode) const {
  if (Status status = check(store_.get(), 0); !status) return status;
  if (seq < 0) return State();
  return store_->fold(stream_id, {0, static_cast<std::uint64_t>(seq)}, mode);
}

}  // namespace reel
