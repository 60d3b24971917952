#include "json/validate.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace reel::json {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kFewMembers = 16;  // up to here comparing all pairs beats sorting
// simdjson's own limit only guards its stack of containers; check_tree counts for the rules. An
// array file has one level around its lines.
constexpr std::size_t kParserDepth = kDepthMax + 2;
constexpr std::size_t kRoomBytesMin = 4096;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

const char* sentence(simdjson::error_code code) noexcept {
  switch (code) {
    case simdjson::EMPTY:
      return "there is no JSON here: the text is empty";
    case simdjson::UTF8_ERROR:
      return "the text is not valid UTF-8";
    case simdjson::DEPTH_ERROR:
      return "objects and arrays are nested too deep: an envelope may have 256 levels";
    case simdjson::NUMBER_ERROR:
      return "a number is malformed or outside the range of int64, uint64 and finite doubles";
    case simdjson::STRING_ERROR:
      return "a string holds an invalid escape or half of a surrogate pair";
    case simdjson::UNCLOSED_STRING:
      return "broken JSON: a string is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "broken JSON: a control character in a string is not escaped";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "broken JSON: a word other than true, false and null";
    case simdjson::CAPACITY:
      return "the text is longer than 4 GiB; split it into lines";
    case simdjson::MEMALLOC:
      return "not enough memory to parse the text";
    default:
      return "broken JSON: a comma, colon, quote or bracket is missing or misplaced";
  }
}

Status duplicate(std::string_view key) {
  return refusal("the key \"" + std::string(key) + "\" stands twice in one object");
}

Status check_few_keys(dom::object object) {
  std::string_view keys[kFewMembers];
  std::size_t count = 0;
  for (const auto member : object) {
    const auto end = keys + count;
    if (std::find(keys, end, member.key) != end) return duplicate(member.key);
    keys[count++] = member.key;
  }
  return {};
}

Status check_many_keys(dom::object object) {
  std::vector<std::string_view> keys;
  keys.reserve(object.size());
  for (const auto member : object) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  return twice == keys.end() ? Status() : duplicate(*twice);
}

bool is_container(dom::element element) noexcept {
  return element.is<dom::object>() || element.is<dom::array>();
}

Status check_object_tree(dom::object object, std::size_t depth) {
  // size() saturates far above the few.
  Status keys = object.size() <= kFewMembers ? check_few_keys(object) : check_many_keys(object);
  if (!keys.ok()) return keys;
  for (const auto member : object) {
    if (!is_container(member.value)) continue;
    if (Status below = check_tree(member.value, depth); !below.ok()) return below;
  }
  return {};
}

}  // namespace

Error refusal(std::string message) {
  Error error;
  error.code = ErrorCode::invalid_argument;
  error.message = std::move(message);
  return error;
}

Status check_tree(dom::element element, std::size_t depth) {
  if (!is_container(element)) return {};
  if (depth >= kDepthMax) return refusal(sentence(simdjson::DEPTH_ERROR));
  dom::object object;
  if (element.get(object) == simdjson::SUCCESS) return check_object_tree(object, depth + 1);
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return {};
  for (const dom::element item : array) {
    if (Status below = check_tree(item, depth + 1); !below.ok()) return below;
  }
  return {};
}

// Left alone, simdjson grows to the very length of each text: then every text that is a byte longer
// than all before costs an allocation.
simdjson::error_code Dom::make_room(std::size_t bytes) {
  if (parser_.capacity() > kKeptTextBytesMax && bytes <= kKeptTextBytesMax) {
    parser_ = dom::parser();
  }
  const std::size_t room = std::max(std::bit_ceil(bytes), kRoomBytesMin);
  if (room > parser_.max_capacity() || (parser_.capacity() >= bytes && parser_.capacity() != 0)) {
    return simdjson::SUCCESS;  // parse() says so if it is too much
  }
  if (const auto code = parser_.doc.allocate(room)) return code;
  return parser_.allocate(room, kParserDepth);
}

Result<dom::element> Dom::parse(std::string_view text) {
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    return refusal("the text begins with a byte order mark; remove its three bytes");
  }
  if (const auto code = make_room(text.size())) return refusal(sentence(code));
  dom::element root;
  // simdjson copies the text into a buffer with the padding that it reads beyond the end. An empty
  // view may point nowhere, which memcpy must not be given.
  const char* const from = text.empty() ? "" : text.data();
  if (const auto code = parser_.parse(from, text.size(), true).get(root)) {
    return refusal(sentence(code));
  }
  return root;
}

}  // namespace reel::json
