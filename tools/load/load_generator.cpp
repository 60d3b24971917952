#include "load/load_generator.hpp"

#include <cmath>
#include <limits>

#include "load/bad_input.hpp"

namespace reel::load {
namespace {

constexpr std::uint64_t kStreamsMax = std::numeric_limits<std::uint32_t>::max();

Result<Requests> requests_of(const LoadOptions& options) {
  if (options.trace.empty()) return Requests(options.seed, options.speedup);
  auto trace = read_trace(options.trace);
  if (!trace) return trace.status();
  return Requests(*std::move(trace), options.speedup);
}

Result<std::shared_ptr<const Texts>> texts_of(const LoadOptions& options) {
  if (options.texts.empty()) return make_texts(options.seed);
  return read_texts(options.texts);
}

}  // namespace

Result<LoadGenerator> LoadGenerator::make(LoadOptions options) {
  if (!(options.speedup > 0) || !std::isfinite(options.speedup)) {
    return bad_input({}, "the speedup must be a positive number");
  }
  if (options.trace.empty() && options.streams == 0 && options.events == 0) {
    return bad_input({}, "without a trace the load has no end; say how many streams or events");
  }
  if (options.streams > kStreamsMax) return bad_input({}, "so many streams cannot be numbered");
  auto requests = requests_of(options);
  if (!requests) return requests.status();
  auto texts = texts_of(options);
  if (!texts) return texts.status();
  return LoadGenerator(std::move(options), *std::move(texts), *std::move(requests));
}

LoadGenerator::LoadGenerator(LoadOptions options, std::shared_ptr<const Texts> texts,
                             Requests requests)
    : options_(std::move(options)), texts_(std::move(texts)), requests_(std::move(requests)) {
  auto shape = std::make_unique<StreamShape>();
  shape->l0_stamps = options_.l0_stamps;
  shape_ = std::move(shape);
  take_request();
}

bool LoadGenerator::next(LoadEvent& out) {
  settle_last();
  if (options_.events != 0 && events_ == options_.events) return false;
  open_arrivals();
  if (queue_->empty()) return false;
  last_ = queue_->front();
  LoadStream& stream = slots_[last_.slot];
  out.stream = last_.number;
  out.stream_id = stream.id();
  out.event = stream.view();
  out.opens = out.event.type == EventType::start;
  out.closes = last_closed_ = !stream.advance();
  last_pending_ = true;
  ++events_;
  return true;
}

// Puts the stream that spoke last back in its place; its views were in use until now.
void LoadGenerator::settle_last() {
  if (!last_pending_) return;
  last_pending_ = false;
  queue_->pop();
  if (last_closed_) {
    free_slots_.push_back(last_.slot);
  } else {
    queue_->push({slots_[last_.slot].next_us(), last_.number, last_.slot});
  }
}

void LoadGenerator::open_arrivals() {
  while (has_upcoming_ && (queue_->empty() || upcoming_.arrival_us <= queue_->front().us)) {
    if (free_slots_.empty()) {
      free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    slots_[slot].open(options_.seed, opened_, upcoming_, texts_->text(opened_ % texts_->size()),
                      *shape_);
    queue_->push({upcoming_.arrival_us, opened_, slot});
    ++opened_;
    take_request();
  }
}

void LoadGenerator::take_request() {
  const std::uint64_t limit = options_.streams != 0 ? options_.streams : kStreamsMax;
  has_upcoming_ = opened_ < limit && requests_.has_next();
  if (has_upcoming_) upcoming_ = requests_.next();
}

}  // namespace reel::load
