#include "time_text.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>

namespace reel::tool {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kMinuteUs = 60 * kSecondUs, kHourUs = 60 * kMinuteUs, kDayUs = 24 * kHourUs;
// Far beyond any stamp, and nothing overflows: the year 9999 ends at 2.6e17.
constexpr std::int64_t kLargestUs = std::int64_t{1} << 60;

struct Unit {
  std::string_view name;
  std::int64_t us;
};
constexpr Unit kAgeUnits[] = {{"w", 7 * kDayUs},         {"d", kDayUs},      {"h", kHourUs},
                              {"m", kMinuteUs},          {"min", kMinuteUs}, {"s", kSecondUs},
                              {"ms", std::int64_t{1000}}};
constexpr Unit kUnixUnits[] = {{"", kSecondUs}, {"s", kSecondUs}, {"ms", 1000}, {"us", 1}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from its front.
class Reading {
 public:
  explicit Reading(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_any(std::string_view chars) {
    if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly so many digits, no more than `max` in value.
  std::optional<std::int64_t> digits(std::size_t count, std::int64_t max) {
    std::size_t there = 0;
    while (there < rest_.size() && is_digit(rest_[there])) ++there;
    if (there != count) return std::nullopt;
    const auto number = this->number();
    return number && *number <= max ? number : std::nullopt;
  }
  std::optional<std::int64_t> number() {
    std::int64_t number = 0;
    const char* const end = rest_.data() + rest_.size();
    if (rest_.empty() || !is_digit(rest_.front())) return std::nullopt;
    const auto [at, error] = std::from_chars(rest_.data(), end, number);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()));
    return number;
  }
  // Digits behind a point, as millionths; what is finer is cut off.
  std::optional<std::int64_t> millionths() {
    std::int64_t value = 0, place = 100'000;
    if (rest_.empty() || !is_digit(rest_.front())) return std::nullopt;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), place /= 10) {
      value += place * (rest_.front() - '0');
    }
    return value;
  }
  std::string_view letters() {
    std::size_t there = 0;
    while (there < rest_.size() && rest_[there] >= 'a' && rest_[there] <= 'z') ++there;
    const std::string_view word = rest_.substr(0, there);
    rest_.remove_prefix(there);
    return word;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

template <std::size_t Count>
std::optional<std::int64_t> unit_us(const Unit (&units)[Count], std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.us;
  }
  return std::nullopt;
}

// `number` and `millionths` of it, times `factor`; nullopt when that is out of all bounds.
std::optional<std::int64_t> scaled(std::int64_t number, std::int64_t millionths,
                                   std::int64_t factor) {
  if (number > kLargestUs / factor) return std::nullopt;
  return number * factor + millionths * factor / 1'000'000;
}

std::optional<std::int64_t> date_us(Reading& text) {
  const auto year = text.digits(4, 9999);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.digits(2, 12);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.digits(2, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kDayUs;
}

std::optional<std::int64_t> clock_us(Reading& text) {
  const auto hour = text.digits(2, 23);
  if (!hour || !text.take(':')) return std::nullopt;
  const auto minute = text.digits(2, 59);
  if (!minute) return std::nullopt;
  std::int64_t us = *hour * kHourUs + *minute * kMinuteUs;
  if (!text.take(':')) return us;
  const auto second = text.digits(2, 60);  // 60: a leap second, the first of the next minute
  if (!second) return std::nullopt;
  us += *second * kSecondUs;
  if (!text.take('.')) return us;
  const auto fraction = text.millionths();
  if (!fraction) return std::nullopt;
  return us + *fraction;
}

// What to take off to come to UTC.
std::optional<std::int64_t> zone_us(Reading& text) {
  if (text.done() || text.take_any("Zz")) return 0;
  const bool east = text.take('+');
  if (!east && !text.take('-')) return std::nullopt;
  const auto hour = text.digits(2, 23);
  if (!hour || !text.take(':')) return std::nullopt;
  const auto minute = text.digits(2, 59);
  if (!minute) return std::nullopt;
  const std::int64_t us = *hour * kHourUs + *minute * kMinuteUs;
  return east ? us : -us;
}

std::optional<std::int64_t> calendar_us(Reading text) {
  const auto date = date_us(text);
  if (!date || text.done()) return date;
  if (!text.take_any("Tt ")) return std::nullopt;
  const auto clock = clock_us(text);
  if (!clock) return std::nullopt;
  const auto zone = zone_us(text);
  if (!zone || !text.done()) return std::nullopt;
  return *date + *clock - *zone;
}

std::optional<std::int64_t> unix_us(Reading text) {
  if (!text.take('@')) return std::nullopt;
  const auto number = text.number();
  if (!number) return std::nullopt;
  std::int64_t fraction = 0;
  if (text.take('.')) {
    const auto millionths = text.millionths();
    if (!millionths) return std::nullopt;
    fraction = *millionths;
  }
  const auto factor = unit_us(kUnixUnits, text.letters());
  if (!factor || !text.done()) return std::nullopt;
  return scaled(*number, fraction, *factor);
}

std::optional<std::int64_t> age_us(Reading text) {
  std::int64_t age = 0;
  do {
    const auto number = text.number();
    if (!number) return std::nullopt;
    const auto factor = unit_us(kAgeUnits, text.letters());
    const auto part = factor ? scaled(*number, 0, *factor) : std::nullopt;
    if (!part || age > kLargestUs - *part) return std::nullopt;
    age += *part;
  } while (!text.done() && text.rest() != " ago");
  return age;
}

std::optional<std::int64_t> time_us(std::string_view text, std::int64_t now_us) {
  const std::int64_t today = now_us - (now_us % kDayUs + kDayUs) % kDayUs;
  if (text == "now") return now_us;
  if (text == "today") return today;
  if (text == "yesterday") return today - kDayUs;
  if (const auto us = calendar_us(Reading(text))) return us;
  if (const auto us = unix_us(Reading(text))) return us;
  if (const auto age = age_us(Reading(text))) return now_us - *age;
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_time(std::string_view text, double now_ms) {
  const auto us = time_us(text, static_cast<std::int64_t>(now_ms * 1000));
  // Divided as stamps are: one of the clock's is met exactly.
  return us ? std::optional(static_cast<double>(*us) / 1000.0) : std::nullopt;
}

std::optional<double> parse_age_ms(std::string_view text) {
  constexpr double kUsPerMs = 1000;
  const auto age = age_us(Reading(text));
  if (!age) return std::nullopt;
  return static_cast<double>(*age) / kUsPerMs;
}

}  // namespace reel::tool
