#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reel::peers {
namespace {

using Figure = double Round::*;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double median_of(const Result& result, Figure figure) {
  std::vector<double> values;
  for (const Round& round : result.rounds) values.push_back(round.*figure);
  return median(std::move(values));
}

// How many times reel's, round by round; 0 where reel's is 0.
double ratio_of(const Result& result, const Result& reel, Figure figure) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < result.rounds.size(); ++i) {
    const double of = reel.rounds[i].*figure;
    ratios.push_back(of > 0 ? result.rounds[i].*figure / of : 0);
  }
  return median(std::move(ratios));
}

std::string figure_json(const char* name, const Result& result, const Result& reel, Figure figure) {
  std::string rounds;
  for (const Round& round : result.rounds) {
    rounds += fmt::format("{}{:.2f}", rounds.empty() ? "" : ",", round.*figure);
  }
  return fmt::format("\"{0}\":{1:.2f},\"{0}_ratio\":{2:.3f},\"{0}_rounds\":[{3}]", name,
                     median_of(result, figure), ratio_of(result, reel, figure), rounds);
}

}  // namespace

std::string table_of(const std::vector<Result>& results) {
  std::string out =
      fmt::format("{:<40}{:>9}{:>8}{:>11}{:>8}{:>13}{:>8}  {}\n", "", "p50 ns", "x reel",
                  "p99.9 ns", "x reel", "million/s", "x reel", "kill -9 at return: what survives");
  for (const Result& result : results) {
    const Result& reel = results.front();
    out += fmt::format("{:<40}{:>9.1f}{:>8.2f}{:>11.0f}{:>8.2f}{:>13.2f}{:>8.2f}  {}\n",
                       result.contestant.name, median_of(result, &Round::p50_ns),
                       ratio_of(result, reel, &Round::p50_ns), median_of(result, &Round::p999_ns),
                       ratio_of(result, reel, &Round::p999_ns),
                       median_of(result, &Round::events_per_s) * 1e-6,
                       ratio_of(result, reel, &Round::events_per_s), result.contestant.survives);
  }
  return out;
}

std::string json_of(const std::vector<Result>& results, std::size_t timed, std::size_t sustained) {
  std::string out =
      fmt::format("{{\"rounds\":{},\"timed\":{},\"sustained\":{},\"streams\":{},\"peers\":[",
                  results.front().rounds.size(), timed, sustained, kStreams);
  for (const Result& result : results) {
    const Result& reel = results.front();
    out +=
        fmt::format("{}\n{{\"name\":\"{}\",\"survives\":\"{}\",\"stores\":{},{},{},{}}}",
                    &result == &reel ? "" : ",", result.contestant.name, result.contestant.survives,
                    result.contestant.stores, figure_json("p50_ns", result, reel, &Round::p50_ns),
                    figure_json("p999_ns", result, reel, &Round::p999_ns),
                    figure_json("events_per_s", result, reel, &Round::events_per_s));
  }
  return out + "\n]}\n";
}

}  // namespace reel::peers
