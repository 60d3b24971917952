#include "json/same_json.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/thread_own.hpp"
#include "json/validate.hpp"

namespace reel::json {
namespace {

namespace dom = simdjson::dom;
using Kind = dom::element_type;

bool same(dom::element a, dom::element b);

bool is_number(Kind kind) {
  return kind == Kind::INT64 || kind == Kind::UINT64 || kind == Kind::DOUBLE;
}

// A whole number as sign and size, so that any two can be compared.
struct Whole {
  bool negative = false;
  std::uint64_t size = 0;
  bool operator==(const Whole&) const = default;
};

// nullopt for a number with a fraction, or out of the range of integers.
std::optional<Whole> whole(dom::element number) {
  constexpr double kAbove = 18446744073709551616.0;  // 2^64
  if (number.type() == Kind::UINT64) return Whole{false, number.get_uint64().value_unsafe()};
  if (number.type() == Kind::INT64) {
    const std::int64_t value = number.get_int64().value_unsafe();
    const auto bits = static_cast<std::uint64_t>(value);
    return Whole{value < 0, value < 0 ? 0 - bits : bits};
  }
  const double value = number.get_double().value_unsafe();
  if (std::trunc(value) != value || std::fabs(value) >= kAbove) return std::nullopt;
  return Whole{value < 0, static_cast<std::uint64_t>(std::fabs(value))};
}

bool same_number(dom::element a, dom::element b) {
  if (a.type() == Kind::DOUBLE && b.type() == Kind::DOUBLE) {
    return a.get_double().value_unsafe() == b.get_double().value_unsafe();
  }
  const auto x = whole(a);
  return x && x == whole(b);
}

bool same_array(dom::array a, dom::array b) {
  auto at = b.begin();
  for (const dom::element element : a) {
    if (at == b.end() || !same(element, *at)) return false;
    ++at;
  }
  return at == b.end();
}

using Members = std::vector<std::pair<std::string_view, dom::element>>;

Members sorted_members(dom::object object) {
  Members members;
  for (const auto& member : object) members.emplace_back(member.key, member.value);
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return members;
}

bool same_object(dom::object a, dom::object b) {
  const Members x = sorted_members(a), y = sorted_members(b);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& m, const auto& n) {
    return m.first == n.first && same(m.second, n.second);
  });
}

bool same(dom::element a, dom::element b) {
  if (is_number(a.type()) && is_number(b.type())) return same_number(a, b);
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Kind::ARRAY:
      return same_array(a.get_array().value_unsafe(), b.get_array().value_unsafe());
    case Kind::OBJECT:
      return same_object(a.get_object().value_unsafe(), b.get_object().value_unsafe());
    case Kind::STRING:
      return a.get_string().value_unsafe() == b.get_string().value_unsafe();
    case Kind::BOOL:
      return a.get_bool().value_unsafe() == b.get_bool().value_unsafe();
    default:
      return true;  // both null
  }
}

}  // namespace

bool same_json(std::string_view a, std::string_view b) {
  if (a == b) return true;
  struct Left;
  struct Right;
  const auto x = base::thread_own<Dom, Left>().parse(a);
  const auto y = base::thread_own<Dom, Right>().parse(b);
  return x && y && same(*x, *y);
}

}  // namespace reel::json
