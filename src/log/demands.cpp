#include "log/demands.hpp"

namespace reel::log {
namespace {

constexpr auto kLookAgain = std::chrono::microseconds(1000);

}  // namespace

Demands::Outcome Demands::wait_for(writer::Demand demand, std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  Tickets& tickets = demand == writer::Demand::sync ? sync_ : write_;
  const std::uint64_t ticket = ++tickets.wanted;
  wake_.notify_one();
  (void)done_.wait_for(lock, deadline, [&] { return tickets.done >= ticket || closed_; });
  if (tickets.done >= ticket) return Outcome::served;
  return closed_ ? Outcome::closed : Outcome::late;
}

bool Demands::call_when_synced(Callback done) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  callbacks_.push_back({sync_.wanted + 1, std::move(done)});
  ++sync_.wanted;
  wake_.notify_one();
  return true;
}

void Demands::poke() {
  const std::lock_guard lock(mutex_);
  poked_ = true;
  wake_.notify_one();
}

bool Demands::close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  closed_ = true;
  wake_.notify_all();
  done_.notify_all();
  return true;
}

std::optional<Demands::Round> Demands::next() {
  const std::lock_guard lock(mutex_);
  if (closed_) return std::nullopt;
  poked_ = false;
  Round round{writer::Demand::none, write_.wanted, sync_.wanted};
  if (write_.wanted > write_.done) round.demand = writer::Demand::write;
  if (sync_wanted()) round.demand = writer::Demand::sync;
  return round;
}

std::vector<Demands::Callback> Demands::served(const Round& round) {
  if (round.demand == writer::Demand::none) return {};
  const std::lock_guard lock(mutex_);
  write_.done = round.write;
  if (round.demand == writer::Demand::sync) sync_.done = sync_begun_ = round.sync;
  done_.notify_all();
  return take_due();
}

void Demands::written(const Round& round) {
  if (round.demand == writer::Demand::none) return;
  const std::lock_guard lock(mutex_);
  write_.done = round.write;
  done_.notify_all();
}

void Demands::sync_began(const Round& round) {
  const std::lock_guard lock(mutex_);
  sync_begun_ = round.sync;
}

std::vector<Demands::Callback> Demands::sync_ended(bool ok) {
  const std::lock_guard lock(mutex_);
  if (ok) {
    sync_.done = sync_begun_;
  } else {
    sync_begun_ = sync_.done;
  }
  done_.notify_all();
  return take_due();
}

// With the lock held.
std::vector<Demands::Callback> Demands::take_due() {
  std::vector<Callback> due;
  auto later = callbacks_.begin();
  for (; later != callbacks_.end() && later->ticket <= sync_.done; ++later) {
    due.push_back(std::move(later->done));
  }
  callbacks_.erase(callbacks_.begin(), later);
  return due;
}

std::vector<Demands::Callback> Demands::take_unserved() {
  const std::lock_guard lock(mutex_);
  std::vector<Callback> all;
  for (Waiting& waiting : callbacks_) all.push_back(std::move(waiting.done));
  callbacks_.clear();
  return all;
}

void Demands::rest(bool ok, bool settled, std::chrono::microseconds idle) {
  std::unique_lock lock(mutex_);
  if (!wanted() || !ok) {
    wake_.wait_for(lock, idle, [&] { return closed_ || poked_ || (ok && wanted()); });
  } else if (!settled) {
    // An event that comes before those taken is about to be committed, or a sync that nobody waited
    // for is under way: look again soon.
    wake_.wait_for(lock, kLookAgain, [&] { return closed_ || poked_; });
  }
}

void call_all(const std::vector<Demands::Callback>& callbacks, const Status& status) {
  for (const auto& done : callbacks) {
    try {
      done(status);
    } catch (...) {  // the host's own affair; the writer goes on
    }
  }
}

}  // namespace reel::log
