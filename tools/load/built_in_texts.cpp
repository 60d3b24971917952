// Texts for the load that needs no file. Two properties of real output matter to a log: tokens of
// 4 to 5 bytes whose frequencies fall like 1/rank (Zipf), and phrases that come again (what zstd
// finds). The second comes from giving each token a few favourite successors.
#include <algorithm>
#include <cmath>

#include "load/random.hpp"
#include "load/texts.hpp"

namespace reel::load {
namespace {

constexpr std::size_t kTexts = 2048;
constexpr std::size_t kVocabulary = 12'000;
constexpr double kTokensMedian = 330;
constexpr double kTokensSigma = 0.6;
constexpr std::uint32_t kTokensMax = 1'800;
constexpr double kFavourite = 0.62;  // chance that a token is followed by one of its favourites
constexpr std::uint32_t kFavourites = 6;
constexpr std::string_view kModels[] = {"built-in-large", "built-in-small"};

// The most frequent tokens, most frequent first; everything rarer is built from syllables.
constexpr std::string_view kFrequent[] = {
    ",",        ".",       " the",    " and",      " of",      " to",        " a",     " in",
    "\n\n",     " is",     " that",   " for",      ":",        " you",       " with",  " it",
    " as",      " or",     "-",       " are",      " on",      "**",         " can",   " be",
    " your",    "\n",      "'s",      " this",     " an",      " by",        " from",  "1",
    " not",     "2",       " have",   " their",    " at",      " more",      " which", " will",
    " has",     "3",       " these",  " also",     " may",     " such",      "s",      " use",
    " time",    " one",    " other",  " but",      " they",    " about",     " all",   " its",
    " I",       " some",   " into",   " if",       " how",     " was",       "0",      "5",
    " people",  " make",   " like",   " new",      " when",    " would",     " work",  " most",
    " many",    " way",    " well",   " what",     " help",    " different", " need",  "ing",
    " world",   " should", " system", " between",  " data",    " important", " good",  " first",
    " example", " so",     "4",       " each",     " up",      " used",      "ed",     " know",
    " life",    " no",     " part",   " being",    " process", " over",      " any",   " water",
    " (",       ")",       " \"",     "\"",        "?",        "!",          " while", " through",
    " model",   " over",   " within", " question", " because", " following", " often", " including",
};

constexpr std::string_view kOnsets[] = {"b", "c", "d", "f", "g",  "h",  "l",  "m",  "n",  "p",
                                        "r", "s", "t", "v", "br", "ch", "pr", "st", "th", "tr"};
constexpr std::string_view kVowels[] = {"a", "e", "i", "o", "u", "ea", "io", "ou"};
constexpr std::string_view kCodas[] = {"", "", "n", "r", "s", "t", "l", "nd", "ng", "st"};

template <std::size_t N>
std::string_view pick(const std::string_view (&from)[N], Random& random) {
  return from[random.below(N)];
}

std::vector<std::string> make_vocabulary(Random& random) {
  std::vector<std::string> tokens(std::begin(kFrequent), std::end(kFrequent));
  while (tokens.size() < kVocabulary) {
    std::string token = random.chance(0.7) ? " " : "";
    for (std::uint32_t syllables = random.chance(0.36) ? 2 : 1; syllables > 0; --syllables) {
      token += pick(kOnsets, random);
      token += pick(kVowels, random);
      token += pick(kCodas, random);
    }
    tokens.push_back(std::move(token));
  }
  return tokens;
}

// Ranks with frequency 1 / (rank + 2).
class Zipf {
 public:
  explicit Zipf(std::size_t ranks) {
    double sum = 0;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      sum += 1.0 / (static_cast<double>(rank) + 2);
      until_.push_back(sum);
    }
  }
  std::size_t operator()(Random& random) const {
    const double at = random.uniform() * until_.back();
    const auto found = std::upper_bound(until_.begin(), until_.end(), at);
    return std::min(static_cast<std::size_t>(found - until_.begin()), until_.size() - 1);
  }

 private:
  std::vector<double> until_;
};

std::uint32_t text_length(Random& random) {
  const double length = kTokensMedian * std::exp(kTokensSigma * random.normal());
  return std::clamp(static_cast<std::uint32_t>(length), 1U, kTokensMax);
}

}  // namespace

std::shared_ptr<const Texts> make_texts(std::uint64_t seed) {
  Random random(seed, 0x7e47);
  const std::vector<std::string> vocabulary = make_vocabulary(random);
  const Zipf zipf(vocabulary.size());
  std::vector<std::size_t> favourites(vocabulary.size() * kFavourites);
  for (std::size_t& favourite : favourites) favourite = zipf(random);
  auto texts = std::make_shared<Texts>();
  for (std::size_t i = 0; i < kTexts; ++i) {
    texts->begin_text(kModels[i < kTexts / 2 ? 0 : 1]);
    std::size_t token = zipf(random);
    for (std::uint32_t left = text_length(random); left > 0; --left) {
      texts->add_token(vocabulary[token]);
      token = random.chance(kFavourite)
                  ? favourites[token * kFavourites + random.below(kFavourites)]
                  : zipf(random);
    }
  }
  return texts;
}

}  // namespace reel::load
