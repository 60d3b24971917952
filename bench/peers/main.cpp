// reel_peers: reel beside its peers and the bare limits, in one run. Rounds are interleaved: each
// contestant has one turn a round, beginning with another one each time, so that whatever else the
// machine does hits all alike. What counts are the ratios to reel within a round, their median.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "contest.hpp"
#include "load/load_slice.hpp"
#include "load/token_load.hpp"
#include "results.hpp"

namespace reel::peers {

void give_up(std::string_view who, std::string_view why) {
  fmt::print(stderr, "reel_peers: {}: {}\n", who, why);
  std::exit(3);
}

namespace {

struct Arguments {
  std::size_t rounds = 9;
  std::size_t timed = 65'536, sustained = 400'000;
  std::string json, folder = std::filesystem::temp_directory_path().string();
};

constexpr std::string_view kUsage =
    "usage: reel_peers [--rounds N] [--timed N] [--sustained N] [--folder DIR] [--json FILE]\n"
    "  --rounds     turns of each contestant (9)\n"
    "  --timed      calls timed in batches, and as many one by one, a turn (65536)\n"
    "  --sustained  calls flat out, a turn (400000)\n"
    "  --folder     where the contestants' files go, and are removed (a folder for temporary "
    "files)\n"
    "  --json       write the results to this file too\n";

std::optional<Arguments> parse(int count, char** words) {
  Arguments arguments;
  const auto number = [](std::string_view text, std::size_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && out > 0;
  };
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count) return std::nullopt;
    const std::string_view option = words[i], value = words[i + 1];
    bool fine = true;
    if (option == "--rounds")
      fine = number(value, arguments.rounds);
    else if (option == "--timed")
      fine = number(value, arguments.timed);
    else if (option == "--sustained")
      fine = number(value, arguments.sustained);
    else if (option == "--json")
      arguments.json = value;
    else if (option == "--folder")
      arguments.folder = value;
    else
      return std::nullopt;
    if (!fine) return std::nullopt;
  }
  return arguments;
}

// reel is first: the others are compared to it.
std::vector<Contestant> contestants() {
  return {
    reel_with_callers_stamp(), reel_with_own_stamp(), plain_fwrite(), unlocked_fwrite(),
#if defined(REEL_PEER_SPDLOG)
        spdlog_async(),
#endif
#if defined(REEL_PEER_SQLITE)
        sqlite_wal(),
#endif
#if defined(REEL_PEER_ROCKSDB)
        rocksdb_wal(),
#endif
#if defined(REEL_PEER_LMDB)
        lmdb_batches(),
#endif
        bare_clock(), bare_store(), bare_queue(),
  };
}

// Texts one after the other in memory, as what was just received: nobody waits for them.
class Load {
 public:
  explicit Load(const Arguments& arguments) {
    load::TokenLoadOptions options;
    options.streams = kStreams;
    load::TokenLoad source = load::TokenLoad::make(options).value();
    const load::LoadSlice slice = load::take(source, 3 * arguments.timed + arguments.sustained);
    for (const load::LoadEvent& event : slice.events) bytes_ += event.event.text;
    const std::size_t timed = arguments.timed;
    std::size_t at = 0, count = 0;
    for (const load::LoadEvent& event : slice.events) {
      std::vector<Token>& part = count < timed       ? tokens_.warm_up
                                 : count < 2 * timed ? tokens_.batches
                                 : count < 3 * timed ? tokens_.singles
                                                     : tokens_.sustained;
      part.push_back({std::string_view(bytes_).substr(at, event.event.text.size()),
                      event.event.number.value_or(0), event.event.ts_ms, event.stream});
      at += event.event.text.size();
      ++count;
    }
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  const Tokens& tokens() const noexcept { return tokens_; }

 private:
  std::string bytes_;
  Tokens tokens_;
};

Round take_turn(const Contestant& contestant, const Tokens& tokens, const std::string& parent) {
  std::string folder = parent + "/reel-peers-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) give_up(parent, std::strerror(errno));
  const Round round = contestant.run(tokens, folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return round;
}

int compete(const Arguments& arguments) {
  const Load load(arguments);
  std::vector<Result> results;
  for (Contestant& contestant : contestants()) results.push_back({std::move(contestant), {}});
  for (std::size_t round = 0; round < arguments.rounds; ++round) {
    for (std::size_t turn = 0; turn < results.size(); ++turn) {
      Result& result = results[(round + turn) % results.size()];
      result.rounds.push_back(take_turn(result.contestant, load.tokens(), arguments.folder));
    }
    fmt::print(stderr, "round {} of {}\n", round + 1, arguments.rounds);
  }
  fmt::print("{}", table_of(results));
  if (arguments.json.empty()) return 0;
  std::FILE* file = std::fopen(arguments.json.c_str(), "w");
  if (file == nullptr) give_up(arguments.json, std::strerror(errno));
  fmt::print(file, "{}", json_of(results, arguments.timed, arguments.sustained));
  return std::fclose(file) == 0 ? 0 : 3;
}

}  // namespace
}  // namespace reel::peers

int main(int count, char** words) {
  const auto arguments = reel::peers::parse(count, words);
  if (!arguments) {
    fmt::print(stderr, "{}", reel::peers::kUsage);
    return 2;
  }
  return reel::peers::compete(*arguments);
}
