// What `bench write` found, for people and for programs.
#pragma once

#include <string>

#include "output.hpp"
#include "write_bench.hpp"

namespace reel::tool {

// The parts of the command line that a report repeats.
struct BenchAsked {
  WriteBenchOptions bench;
  std::string sync, ack, arena, overflow;  // as they were given
};

std::string bench_json(const WriteBenchReport& report, const BenchAsked& asked);
void print_bench(Output& out, const WriteBenchReport& report, const BenchAsked& asked);
// One page with charts, in one file that needs no other.
std::string bench_html(const WriteBenchReport& report, const BenchAsked& asked);

// Names and values: the rows of the table for people, and of the page.
std::vector<std::pair<std::string, std::string>> bench_facts(const WriteBenchReport& report,
                                                             const BenchAsked& asked);

}  // namespace reel::tool
