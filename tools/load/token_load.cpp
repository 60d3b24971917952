#include "load/token_load.hpp"

#include <algorithm>

namespace reel::load {
namespace {

constexpr std::int64_t kFirstUs = 1'700'000'000'000'000;
constexpr std::uint32_t kGapUs = 25'000;  // between two tokens of a stream, on average
constexpr std::size_t kTextTokens = 1024;

// The same words, cut anew.
std::shared_ptr<const Texts> cut_texts(const Texts& from, std::uint32_t min, std::uint32_t max,
                                       Random random) {
  std::string bytes;
  for (std::size_t i = 0; i < from.size(); ++i) bytes += from.text(i).prefix(from.text(i).tokens);
  while (bytes.size() < max) bytes += std::string(bytes);
  auto texts = std::make_shared<Texts>();
  std::size_t at = 0;
  for (std::size_t tokens = 0;; ++tokens) {
    const std::size_t size = min + random.below(max - min + 1);
    if (at + size > bytes.size()) break;
    if (tokens % kTextTokens == 0) texts->begin_text("cut");
    texts->add_token(std::string_view(bytes).substr(at, size));
    at += size;
  }
  return texts;
}

}  // namespace

Result<TokenLoad> TokenLoad::make(const TokenLoadOptions& options) {
  std::shared_ptr<const Texts> texts;
  if (options.texts.empty()) {
    texts = make_texts(options.seed);
  } else {
    Result<std::shared_ptr<const Texts>> read = read_texts(options.texts);
    if (!read) return read.status();
    texts = *read;
  }
  if (options.bytes_max > 0) {
    texts = cut_texts(*texts, options.bytes_min, options.bytes_max, Random(options.seed, 0xc07));
  }
  return TokenLoad(options, std::move(texts));
}

TokenLoad::TokenLoad(const TokenLoadOptions& options, std::shared_ptr<const Texts> texts)
    : options_(options),
      texts_(std::move(texts)),
      random_(options.seed, 0x70cE),
      places_(std::max(options.streams, 1U)),
      now_us_(kFirstUs) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i].text = i % texts_->size();
    places_[i].id = "tokens-" + std::to_string(options.seed) + '-' + std::to_string(i);
  }
}

bool TokenLoad::next(LoadEvent& out) {
  if (options_.events > 0 && events_ >= options_.events) return false;
  ++events_;
  Place& place = places_[next_];
  const Texts::Text text = texts_->text(place.text);
  out = {};
  out.stream = next_;
  out.stream_id = place.id;
  out.opens = place.index == 0;
  opened_ += out.opens ? 1 : 0;
  out.event.type = EventType::token;
  out.event.text = text.token(place.token);
  out.event.number = place.index++;
  // Evenly spread around the mean, whole microseconds: what arrives has no pattern to compress.
  const auto mean = static_cast<std::uint32_t>(kGapUs / places_.size());
  now_us_ += random_.below(2 * mean + 1);
  out.event.ts_ms = static_cast<double>(now_us_) / 1000;
  if (++place.token >= text.tokens) {
    place.token = 0;
    place.text = (place.text + 1) % texts_->size();
  }
  if (++next_ == places_.size()) next_ = 0;
  return true;
}

}  // namespace reel::load
