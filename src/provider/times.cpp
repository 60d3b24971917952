// RFC 3339 times, as Ollama and Gemini write them.
#include <charconv>
#include <chrono>

#include "provider/emitter.hpp"

namespace reel::provider {
namespace {

// A number of exactly `width` digits at the front of `text`, which is taken off; -1 if there is
// none.
int take_digits(std::string_view& text, std::size_t width) {
  int value = -1;
  if (text.size() < width) return -1;
  const auto read = std::from_chars(text.data(), text.data() + width, value);
  if (read.ec != std::errc() || read.ptr != text.data() + width || value < 0) return -1;
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// ".314639" in nanoseconds; digits beyond the ninth are dropped. -1 for a point without digits.
std::int64_t take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  constexpr std::size_t kNanosecondDigits = 9;
  std::int64_t value = 0;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < kNanosecondDigits) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (std::size_t i = digits; i < kNanosecondDigits; ++i) value *= 10;
  return digits == 0 ? -1 : value;
}

// "Z" or "+02:00" in minutes east; nullopt for anything else.
std::optional<int> take_zone(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (hours < 0 || !take(text, ':')) return std::nullopt;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || !text.empty()) return std::nullopt;
  constexpr int kMinutesPerHour = 60;
  return (west ? -1 : 1) * (hours * kMinutesPerHour + minutes);
}

}  // namespace

std::optional<double> parse_time(std::string_view text) {
  const int year = take_digits(text, 4);
  if (!take(text, '-')) return std::nullopt;
  const int month = take_digits(text, 2);
  if (!take(text, '-')) return std::nullopt;
  const int day = take_digits(text, 2);
  if (!take(text, 'T')) return std::nullopt;
  const int hour = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int second = take_digits(text, 2);
  const std::int64_t fraction = take_fraction(text);
  const std::optional<int> zone = take_zone(text);
  if (year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0 || fraction < 0 ||
      !zone)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::chrono::seconds since =
      std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
      std::chrono::minutes(minute - *zone) + std::chrono::seconds(second);
  constexpr double kMillisecondsPerSecond = 1e3, kNanosecondsPerMillisecond = 1e6;
  return static_cast<double>(since.count()) * kMillisecondsPerSecond +
         static_cast<double>(fraction) / kNanosecondsPerMillisecond;
}

}  // namespace reel::provider
