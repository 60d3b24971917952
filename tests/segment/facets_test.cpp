// Facets: what a segment tells of START options is what the STARTs say, or "look at the START".
#include "segment/facets.hpp"

#include <map>
#include <random>

#include "base/bytes.hpp"
#include "support/catch.hpp"

namespace reel::segment {
namespace {

using Kind = Facet::Kind;

FacetIndex index_of(const FacetTable& table, std::uint32_t streams) {
  auto index = FacetIndex::parse(table.encode(streams), streams);
  REQUIRE(index);
  return *std::move(index);
}

bool is(const Facet& facet, std::string_view value) {
  return facet.kind == Kind::value && facet.value == value;
}

TEST_CASE("facets tell values that streams share, whatever their kind", "[segment][facets]") {
  FacetTable table;
  CHECK(table.empty());
  const char* const options =
      R"({"model":"a \"b\" \u00e9","n": 1.50,"on":true,"none":null,"list":[1],"in":{"x":1}})";
  table.note(1, options);
  table.note(2, options);
  table.note(4, R"({"model":"alone"})");
  table.note(5, "[1]");
  table.note(6, "{broken");
  CHECK_FALSE(table.empty());
  const FacetIndex index = index_of(table, 8);
  for (const std::uint32_t stream : {1U, 2U}) {
    CHECK(is(index.find(stream, "model"), "a \"b\" \xc3\xa9"));
    CHECK(is(index.find(stream, "n"), "1.50"));
    CHECK(is(index.find(stream, "on"), "true"));
    CHECK(is(index.find(stream, "none"), "null"));
    CHECK(index.find(stream, "list").kind == Kind::unknown);
    CHECK(index.find(stream, "in").kind == Kind::unknown);
    CHECK(index.find(stream, "absent").kind == Kind::none);
  }
  CHECK(index.find(4, "model").kind == Kind::unknown);
  for (const std::uint32_t stream : {0U, 3U, 5U, 6U, 7U, 8U, 99U}) {
    CHECK(index.find(stream, "model").kind == Kind::none);
  }
}

TEST_CASE("the last START of a stream counts", "[segment][facets]") {
  FacetTable table;
  for (const std::uint32_t stream : {0U, 1U}) {
    table.note(stream, R"({"a":"1","b":"x"})");
    table.note(stream, R"({"a":"2","a":"3"})");
  }
  table.note(2, std::string(20000, ' ') + "{}");
  CHECK(index_of(table, 3).find(2, "a").kind == Kind::unknown);
  table.note(2, "{}");
  const FacetIndex index = index_of(table, 3);
  CHECK(is(index.find(0, "a"), "3"));
  CHECK(index.find(1, "b").kind == Kind::none);
  CHECK(index.find(2, "a").kind == Kind::none);
  CHECK(index.find(2, "c").kind == Kind::none);
}

TEST_CASE("beyond the limits facets say that the START must be read", "[segment][facets]") {
  FacetTable table;
  std::string keys = "{";
  for (int i = 0; i < 80; ++i) keys += "\"k" + std::to_string(i) + "\":1,";
  keys.back() = '}';
  table.note(0, keys);
  table.note(1, keys);
  table.note(2, R"({"k1":")" + std::string(300, 'v') + R"("})");
  const FacetIndex index = index_of(table, 3);
  CHECK(is(index.find(0, "k63"), "1"));
  CHECK(index.find(0, "k64").kind == Kind::unknown);
  CHECK(index.find(2, "k1").kind == Kind::unknown);
}

TEST_CASE("of many values those that most streams have are told", "[segment][facets]") {
  FacetTable table;
  std::uint32_t stream = 0;
  for (int value = 0; value < 400; ++value) {
    for (int n = 0; n < (value < 150 ? 2 : 3); ++n) {
      table.note(stream++, "{\"v\":" + std::to_string(value) + "}");
    }
  }
  const FacetIndex index = index_of(table, stream);
  for (std::uint32_t i = 300; i < stream; ++i) {
    REQUIRE(is(index.find(i, "v"), std::to_string(150 + (i - 300) / 3)));
  }
  std::uint32_t told = 0;
  for (std::uint32_t i = 0; i < 300; ++i) told += index.find(i, "v").kind == Kind::value ? 1 : 0;
  CHECK(told == 2 * (kFacetValuesMax - 250));
}

TEST_CASE("facets of random options agree with them", "[segment][facets]") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 40; ++round) {
    FacetTable table;
    std::map<std::uint32_t, std::map<std::string, std::string>> expected;
    constexpr std::uint32_t kStreams = 60;
    for (int n = 0; n < 120; ++n) {
      const auto stream = static_cast<std::uint32_t>(random() % kStreams);
      auto& members = expected[stream];
      members.clear();
      for (std::uint64_t m = random() % 5; m > 0; --m) {
        members["k" + std::to_string(random() % 7)] = std::to_string(random() % 30);
      }
      std::string options = "{";
      for (const auto& [key, value] : members) {
        options += (options.size() > 1 ? ", \"" : "\"") + key + "\": \"" + value + "\"";
      }
      table.note(stream, options + "}");
    }
    const FacetIndex index = index_of(table, kStreams);
    for (std::uint32_t stream = 0; stream < kStreams; ++stream) {
      for (int k = 0; k < 8; ++k) {
        const std::string key = "k" + std::to_string(k);
        const auto known = expected[stream].find(key);
        const Facet facet = index.find(stream, key);
        if (known == expected[stream].end()) {
          REQUIRE(facet.kind == Kind::none);
        } else if (facet.kind != Kind::unknown) {
          REQUIRE(is(facet, known->second));
        }
      }
    }
  }
}

TEST_CASE("facets must say what the STARTs say, as far as both know", "[segment][facets]") {
  const auto table_of = [](const char* first, const char* second) {
    FacetTable table;
    for (const std::uint32_t stream : {0U, 1U}) table.note(stream, first);
    table.note(2, second);
    return table;
  };
  const char* const a = R"({"k":"a"})";
  const FacetTable table = table_of(a, R"({"k":"b"})");
  CHECK(table.agrees_with(index_of(table, 3), 3));
  // Fewer values are told, or none.
  CHECK(table.agrees_with(*FacetIndex::parse(std::string("\0\1", 2), 3), 3));
  CHECK_FALSE(table.agrees_with(*FacetIndex::parse(std::string("\0\0", 2), 3), 3));
  CHECK_FALSE(table.agrees_with(index_of(table_of(R"({"k":"c"})", a), 3), 3));
  CHECK_FALSE(table.agrees_with(index_of(table_of(R"({"k":"a","x":1})", "{}"), 3), 3));
  CHECK_FALSE(table.agrees_with(index_of(table_of("{}", "{}"), 3), 3));
  FacetTable taken_back = table_of(a, a);
  taken_back.forget(0);
  taken_back.forget(1);
  CHECK(taken_back.agrees_with(index_of(table_of(R"({"k":"c"})", a), 3), 3));
  CHECK(index_of(taken_back, 3).find(0, "k").kind == Kind::unknown);
}

TEST_CASE("rubbish is no facets", "[segment][facets]") {
  FacetTable table;
  for (std::uint32_t i = 0; i < 20; ++i) table.note(i, R"({"a":"1","b":2})");
  const std::string good = table.encode(20);
  REQUIRE(FacetIndex::parse(good, 20));
  CHECK_FALSE(FacetIndex::parse(good, 21));
  CHECK_FALSE(FacetIndex::parse(good, 19));
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes) {
    CHECK_FALSE(FacetIndex::parse(good.substr(0, bytes), 20));
  }
  std::mt19937_64 random(5);
  for (int i = 0; i < 5000; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    const auto index = FacetIndex::parse(bad, 20);
    if (!index) continue;
    for (std::uint32_t stream = 0; stream < 20; ++stream) {
      CHECK(index->find(stream, "a").value.size() <= bad.size());
    }
  }
}

}  // namespace
}  // namespace reel::segment
