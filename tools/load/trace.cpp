#include "load/trace.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <string_view>
#include <tuple>

#include "load/bad_input.hpp"

namespace reel::load {
namespace {

// The Azure conversation trace of 2023: 5.53 requests a second, tokens as below.
constexpr std::int64_t kFirstArrivalUs = 1'700'000'000'000'000;
constexpr double kArrivalGapUs = 180'800;
constexpr double kTokensMedian = 150, kTokensSigma = 0.85;
constexpr double kPromptMedian = 700, kPromptSigma = 1.0;
constexpr double kTokensMax = 1000, kPromptMax = 16'000;

// Takes numbers and separators off the front of a line; ok() once all of it was as it should be.
class Fields {
 public:
  explicit Fields(std::string_view line) : at_(line.data()), end_(line.data() + line.size()) {}
  std::int64_t number(char then) {
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(at_, end_, value);
    ok_ = ok_ && error == std::errc{} && value >= 0;
    at_ = rest;
    skip(then);
    return value;
  }
  // The digits of a fraction of a second, as microseconds.
  std::int64_t fraction_us(char then) {
    std::int64_t value = 0, unit = 100'000;
    for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_, unit /= 10)
      value += (*at_ - '0') * unit;
    skip(then);
    return value;
  }
  bool ok() const { return ok_ && at_ == end_; }

 private:
  void skip(char then) {
    if (then == '\0') return;
    ok_ = ok_ && at_ != end_ && *at_ == then;
    if (ok_) ++at_;
  }
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

bool parse_line(std::string_view line, Request& out) {
  Fields in(line);
  const auto year = static_cast<int>(in.number('-'));
  const auto month = static_cast<unsigned>(in.number('-'));
  const auto day = static_cast<unsigned>(in.number(' '));
  const std::int64_t hours = in.number(':'), minutes = in.number(':'), seconds = in.number('.');
  const std::int64_t fraction_us = in.fraction_us(',');
  const std::int64_t prompt = in.number(','), tokens = in.number('\0');
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!in.ok() || !date.ok() || prompt > 0xffff'ffff || tokens > 0xffff'ffff) return false;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  out.arrival_us = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1'000'000 + fraction_us;
  out.prompt_tokens = static_cast<std::uint32_t>(prompt);
  out.tokens = static_cast<std::uint32_t>(tokens);
  return true;
}

std::uint32_t log_normal(Random& random, double median, double sigma, double max) {
  return static_cast<std::uint32_t>(
      std::clamp(median * std::exp(sigma * random.normal()), 1.0, max));
}

}  // namespace

Result<std::vector<Request>> read_trace(const std::string& path) {
  std::ifstream in(path);
  if (!in) return bad_input(path, "this trace cannot be read; check --trace");
  std::vector<Request> requests;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || number == 1) continue;  // the first line names the columns
    Request request;
    if (!parse_line(line, request)) {
      return bad_input(path, "line " + std::to_string(number) +
                                 " is not TIMESTAMP,ContextTokens,GeneratedTokens");
    }
    requests.push_back(request);
  }
  if (requests.empty()) return bad_input(path, "this trace holds no request; check --trace");
  std::sort(requests.begin(), requests.end(), [](const Request& a, const Request& b) {
    return std::tie(a.arrival_us, a.prompt_tokens, a.tokens) <
           std::tie(b.arrival_us, b.prompt_tokens, b.tokens);
  });
  return requests;
}

Requests::Requests(std::vector<Request> trace, double speedup)
    : trace_(std::move(trace)), speedup_(speedup) {}

Requests::Requests(std::uint64_t seed, double speedup) : speedup_(speedup), random_(seed, 0x7ace) {}

Request Requests::next() {
  if (trace_.empty()) return make();
  Request request = trace_[at_++];
  const std::int64_t first = trace_.front().arrival_us;
  const auto after = static_cast<double>(request.arrival_us - first);
  request.arrival_us = first + std::llround(after / speedup_);
  return request;
}

Request Requests::make() {
  Request request;
  request.arrival_us = kFirstArrivalUs + std::llround(elapsed_us_ / speedup_);
  request.prompt_tokens = log_normal(random_, kPromptMedian, kPromptSigma, kPromptMax);
  request.tokens = log_normal(random_, kTokensMedian, kTokensSigma, kTokensMax);
  elapsed_us_ += random_.exponential(kArrivalGapUs);
  return request;
}

}  // namespace reel::load
