#include "json/members.hpp"

#include "json/camel_names.hpp"
#include "json/free_form.hpp"
#include "json/raw_text.hpp"
#include "json/validate.hpp"

namespace reel::json {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kStringKind = "a string";
constexpr std::string_view kIntegerKind = "an integer from -2^63 to 2^63-1";
constexpr std::string_view kUnsignedKind = "an integer from 0 to 2^64-1";
constexpr std::string_view kAnyInteger = "an integer";
constexpr std::string_view kNumberKind = "a number";
constexpr std::string_view kObjectKind = "an object";
constexpr std::string_view kArrayKind = "an array";
constexpr std::string_view kBooleanKind = "true or false";

// What `element` is, to somebody who wanted another kind.
std::string_view kind_of(dom::element element, std::string_view wanted) noexcept {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return kArrayKind;
    case dom::element_type::OBJECT:
      return kObjectKind;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
      return wanted.starts_with(kAnyInteger) ? "one outside that range" : kAnyInteger;
    case dom::element_type::DOUBLE:
      return "a number with fraction or exponent";
    case dom::element_type::STRING:
      return kStringKind;
    case dom::element_type::BOOL:
      return "a boolean";
    case dom::element_type::NULL_VALUE:
      break;
  }
  return "null";
}

}  // namespace

void Members::read(dom::object object, std::string_view raw, Names names) {
  members_.clear();
  names_ = names;
  status_ = Status();
  RawText text(raw);
  bool more = text.open();
  for (const auto field : object) {
    if (!more) return refuse("the object's text and its members disagree");
    Member member;
    member.key = field.key;
    member.raw_key = text.value();
    member.value = field.value;
    member.raw = text.value();
    members_.push_back(member);
    more = text.more();
  }
}

const Members::Member* Members::find_written(std::string_view name) const noexcept {
  for (const Member& member : members_) {
    if (member.key == name) return &member;
  }
  return nullptr;
}
const Members::Member* Members::find(std::string_view name) const noexcept {
  const Member* member = find_written(name);
  if (member != nullptr || names_ == Names::snake) return member;
  const std::string_view camel = camel_name(name);
  return camel.empty() ? nullptr : find_written(camel);
}
Members::Member* Members::find(std::string_view name) noexcept {
  return const_cast<Member*>(static_cast<const Members*>(this)->find(name));
}
Members::Member* Members::find_optional(std::string_view name) noexcept {
  Member* member = find(name);
  return member == nullptr || member->value.is_null() ? nullptr : member;
}

void Members::refuse(std::string message) {
  if (status_.ok()) status_ = refusal(std::move(message));
}

void Members::refuse_kind(std::string_view name, std::string_view kind, const Member* found) {
  std::string message = "the member \"" + std::string(name) + "\" of " + std::string(owner_);
  if (found == nullptr) {
    message += " is missing; it must be " + std::string(kind);
  } else {
    message +=
        " must be " + std::string(kind) + ", not " + std::string(kind_of(found->value, kind));
  }
  refuse(std::move(message));
}

template <class T>
T Members::take(Member* member, std::string_view name, std::string_view kind) {
  T value{};
  if (member == nullptr || member->value.get(value) != simdjson::SUCCESS) {
    refuse_kind(name, kind, member);
    return T{};
  }
  member->taken = true;
  return value;
}

template <class T>
std::optional<T> Members::take_optional(std::string_view name, std::string_view kind) {
  Member* member = find_optional(name);
  if (member == nullptr) return std::nullopt;
  return take<T>(member, name, kind);
}

std::string Members::string(std::string_view name) {
  return std::string(take<std::string_view>(find(name), name, kStringKind));
}
std::int64_t Members::integer(std::string_view name) {
  return take<std::int64_t>(find(name), name, kIntegerKind);
}
std::uint64_t Members::unsigned_integer(std::string_view name) {
  return take<std::uint64_t>(find(name), name, kUnsignedKind);
}

double Members::number(std::string_view name) {
  Member* member = find(name);
  const auto value = take<double>(member, name, kNumberKind);
  return member == nullptr ? value : with_sign_of(member->raw, value);
}

std::optional<Members::Object> Members::object(std::string_view name) {
  Member* member = find(name);
  const auto value = take<dom::object>(member, name, kObjectKind);
  if (member == nullptr || !member->taken) return std::nullopt;
  return Object{value, member->raw};
}

std::optional<std::string> Members::optional_string(std::string_view name) {
  const auto text = take_optional<std::string_view>(name, kStringKind);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}
std::string Members::optional_nonempty_string(std::string_view name) {
  Member* member = find_optional(name);
  if (member == nullptr) return {};
  std::string text(take<std::string_view>(member, name, kStringKind));
  member->taken = !text.empty();
  return text;
}
std::optional<std::int64_t> Members::optional_integer(std::string_view name) {
  return take_optional<std::int64_t>(name, kIntegerKind);
}
std::optional<bool> Members::optional_boolean(std::string_view name) {
  return take_optional<bool>(name, kBooleanKind);
}

std::optional<std::string> Members::optional_number_text(std::string_view name) {
  Member* member = find_optional(name);
  if (member == nullptr) return std::nullopt;
  take<double>(member, name, kNumberKind);
  return std::string(member->raw);
}

std::string Members::optional_object_text(std::string_view name) {
  Member* member = find_optional(name);
  if (member == nullptr) return {};
  take<dom::object>(member, name, kObjectKind);
  std::string text;
  append_minified(text, member->raw);
  return text;
}

double Members::optional_number(std::string_view name) {
  return find_optional(name) == nullptr ? 0 : number(name);
}

std::vector<std::string> Members::optional_elements(std::string_view name) {
  Member* member = find_optional(name);
  if (member == nullptr) return {};
  take<dom::array>(member, name, kArrayKind);
  return elements_of(FreeForm{member->value, member->raw}).value_or(std::vector<std::string>());
}

std::string Members::rest() const {
  std::string rest;
  for (const Member& member : members_) {
    if (member.taken) continue;
    if (!rest.empty()) rest.push_back(',');
    rest.append(member.raw_key).push_back(':');
    append_minified(rest, member.raw);
  }
  return rest;
}

}  // namespace reel::json
