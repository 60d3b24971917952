#include "base/bytes.hpp"

#include <cstdint>
#include <limits>
#include <random>

#include "support/catch.hpp"

namespace reel::base {
namespace {

std::string varint_of(std::uint64_t v) {
  std::string out;
  append_varint(out, v);
  return out;
}

TEST_CASE("varints have the length and bytes of LEB128", "[base]") {
  CHECK(varint_of(0) == std::string(1, '\0'));
  CHECK(varint_of(127) == "\x7f");
  CHECK(varint_of(128) == "\x80\x01");
  CHECK(varint_of(300) == "\xac\x02");
  CHECK(varint_of(std::numeric_limits<std::uint64_t>::max()) ==
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST_CASE("varints come back at every bit boundary", "[base]") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t v : {power - 1, power, power + 1, ~power}) {
      const std::string bytes = varint_of(v);
      REQUIRE(bytes.size() <= kVarintBytesMax);
      Input in(bytes);
      CHECK(in.varint() == v);
      CHECK(in.ok());
      CHECK(in.at_end());
      Input cut(std::string_view(bytes).substr(0, bytes.size() - 1));
      CHECK(cut.varint() == 0);
      CHECK_FALSE(cut.ok());
    }
  }
}

TEST_CASE("varints beyond 64 bits are refused", "[base]") {
  for (const std::string& bytes :
       {std::string(9, '\xff') + '\x02', std::string(9, '\x80') + '\x7f',
        std::string(10, '\x80') + '\x01', std::string(20, '\xff'), std::string()}) {
    Input in(bytes);
    CHECK(in.varint() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.at_end());
  }
}

TEST_CASE("zigzag keeps small numbers small and comes back", "[base]") {
  CHECK(zigzag(0) == 0);
  CHECK(zigzag(-1) == 1);
  CHECK(zigzag(1) == 2);
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK(zigzag(Limits::min()) == std::numeric_limits<std::uint64_t>::max());
  const std::uint64_t seed = 20240817;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10'000; ++i) {
    const auto v = static_cast<std::int64_t>(random() >> (random() % 64));
    REQUIRE(unzigzag(zigzag(v)) == v);
    REQUIRE(unzigzag(zigzag(-v)) == -v);
  }
  CHECK(unzigzag(zigzag(Limits::max())) == Limits::max());
}

TEST_CASE("a failed take ends an Input for good", "[base]") {
  std::string bytes;
  append_le<std::uint32_t>(bytes, 0x04030201);
  append_varint(bytes, 5);
  bytes += "hello";
  Input in(bytes);
  CHECK(in.fixed<std::uint32_t>() == 0x04030201);
  CHECK(in.bytes(in.varint()) == "hello");
  CHECK(in.ok());
  CHECK(in.at_end());
  Input short_in(std::string_view(bytes).substr(0, 3));
  CHECK(short_in.fixed<std::uint32_t>() == 0);
  CHECK_FALSE(short_in.ok());
  CHECK(short_in.bytes(1).empty());
  CHECK(short_in.fixed<std::uint8_t>() == 0);
  CHECK(short_in.left() == 0);
  Input huge("abc");
  CHECK(huge.bytes(std::numeric_limits<std::uint64_t>::max()).empty());
  CHECK_FALSE(huge.ok());
}

}  // namespace
}  // namespace reel::base
