// Every recorded stream of the shared data: what reel makes of it agrees with an independent
// reading of the same file.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "provider/independent_reading.hpp"
#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Refused, and why: docs/PROVIDERS.md says the same. All that is recorded today is read.
const std::set<std::string> kRefused = {};
// Files with lines that are no JSON as they were stored; the rest of them is read.
const std::set<std::string> kDamagedLines = {"vercel_parallel-tool-call-wrapper.1.chunks.txt"};

std::vector<fs::path> captures() {
  std::vector<fs::path> files;
  const fs::path dir = shared_dir().empty() ? fs::path() : shared_dir() / "data" / "sse";
  std::error_code ignored;
  if (dir.empty() || !fs::is_directory(dir, ignored)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file() && entry.path().filename() != "SOURCES.md")
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::pair<std::string, std::string>> calls(const Collected& got, std::uint32_t choice) {
  std::map<std::int64_t, std::pair<std::string, std::string>> calls;
  for (const auto& [number, event] : got.events) {
    const auto* token = std::get_if<Token>(&event.body);
    if (token == nullptr || number != choice || token->channel != "tool_call") continue;
    REQUIRE(token->call);
    const json extra = json::parse('{' + event.extra + '}');
    if (extra.contains("tool")) calls[*token->call].first += extra["tool"].value("name", "");
    calls[*token->call].second += token->value;
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& entry : calls) out.push_back(std::move(entry.second));
  return out;
}

void check_agreement(const Collected& got, const Reading& expected) {
  for (const auto& [number, choice] : expected.choices) {
    const auto k = static_cast<std::uint32_t>(number);
    CHECK(got.text(k) == choice.text);
    CHECK(got.channel("reasoning", k) == choice.reasoning);
    CHECK(calls(got, k) == choice.calls);
    CHECK((got.last<Complete>(k) != nullptr) == (expected.end == End::complete));
    CHECK((got.last<ErrorEvent>(k) != nullptr) == (expected.end == End::error));
    if (const Event* end = got.last<Complete>(k)) {
      std::string whole;
      for (const std::string& piece : choice.text) whole += piece;
      CHECK(std::get<Complete>(end->body).content == whole);
      CHECK(std::get<Complete>(end->body).token_count ==
            static_cast<std::int64_t>(choice.text.size()));
    }
  }
  std::set<std::uint32_t> numbers;
  for (const auto& entry : got.events) numbers.insert(entry.first);
  CHECK(numbers.size() == std::max<std::size_t>(expected.choices.size(), 1));
}

// START first, indexes counting per channel, and every JSON part valid and without repeated keys.
void check_form(const Collected& got) {
  ::reel::json::Parser parser;  // the rules under which all of it must come back in
  std::set<std::uint32_t> started;
  std::map<std::pair<std::uint32_t, std::string>, std::int64_t> next;
  for (const auto& [choice, event] : got.events) {
    if (event.type() == EventType::start) started.insert(choice);
    REQUIRE(started.count(choice) == 1);
    REQUIRE(parser.check_object('{' + event.extra + '}').ok());
    if (const auto* start = std::get_if<Start>(&event.body)) {
      REQUIRE(parser.check_object(start->options).ok());
      REQUIRE(json::parse(start->options).contains("provider"));
    }
    if (const auto* error = std::get_if<ErrorEvent>(&event.body)) {
      REQUIRE(parser.check_object(error->error).ok());
      REQUIRE_FALSE(json::parse(error->error).value("message", "").empty());
    }
    if (const auto* token = std::get_if<Token>(&event.body))
      REQUIRE(token->index == next[{choice, token->channel}]++);
  }
}

}  // namespace

TEST_CASE("all captures agree with an independent reading", "[provider][captures]") {
  const auto files = captures();
  if (files.empty()) {
    WARN("skipped: the shared captures are not here (set REEL_SHARED)");
    return;
  }
  CHECK(files.size() >= 158);
  std::set<std::string> refused;
  for (const fs::path& file : files) {
    INFO(file);
    const std::string bytes = contents(file);
    const Collected got = collect(bytes);
    if (!got.status.ok()) {
      refused.insert(file.filename());
      continue;
    }
    const Reading expected = read_independently(bytes);
    check_agreement(got, expected);
    check_form(got);
    CHECK(got.counted == got.events.size());
    CHECK((expected.bad_lines > 0) == (kDamagedLines.count(file.filename()) == 1));
    CHECK(provider::looks_like_capture(std::string_view(bytes).substr(0, 4096)));
  }
  CHECK(refused == kRefused);
}

TEST_CASE("captures fed in pieces give the same events", "[provider][captures]") {
  for (const fs::path& file : captures()) {
    INFO(file);
    const std::string bytes = contents(file);
    const std::string whole = collect(bytes).describe();
    for (const std::size_t piece : {1U, 7U, 1000U})
      CHECK(collect(bytes, piece).describe() == whole);
  }
}

TEST_CASE("captures cut off anywhere are a beginning of themselves", "[provider][captures]") {
  for (const fs::path& file : captures()) {
    INFO(file);
    const std::string bytes = contents(file);
    const Collected whole = collect(bytes);
    const std::size_t step = std::max<std::size_t>(bytes.size() / 16, 1);
    for (std::size_t length = 0; length < bytes.size(); length += step) {
      const Collected part = collect(std::string_view(bytes).substr(0, length));
      const auto text = part.text(), all = whole.text();
      REQUIRE(text.size() <= all.size());
      if (text.empty()) continue;
      // Plain text may be cut in its last piece.
      CHECK(std::equal(text.begin(), text.end() - 1, all.begin()));
      CHECK(all[text.size() - 1].rfind(text.back(), 0) == 0);
      CHECK(part.count<ErrorEvent>() <= whole.count<ErrorEvent>());
    }
  }
}

}  // namespace reel::test
