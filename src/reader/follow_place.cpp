#include "reader/follow_place.hpp"

#include <algorithm>

#include "base/checksum.hpp"
#include "catalog/text.hpp"

namespace reel::reader {
namespace {

using catalog::hex64;
using catalog::parse_hex64;
using catalog::parse_u64;

constexpr std::string_view kVersion = "reel1";

// What stands before the next `mark`, which goes too; the rest where there is none.
std::string_view cut(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  const std::string_view front = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return front;
}

// `each(key, value)` for a list of key "-" value; false when it or the text is not right.
template <class Each>
bool for_each_pair(std::string_view list, Each each) {
  while (!list.empty()) {
    std::string_view pair = cut(list, '_');
    const std::string_view key = cut(pair, '-');
    if (!each(key, parse_u64(pair))) return false;
  }
  return true;
}

bool parse_lists(std::string_view lanes, std::string_view seqs, FollowPlace& place) {
  return for_each_pair(lanes,
                       [&](std::string_view key, std::optional<std::uint64_t> number) {
                         const auto lane = parse_u64(key);
                         if (!lane || *lane > UINT32_MAX || !number) return false;
                         const auto at = static_cast<std::uint32_t>(*lane);
                         return place.lanes.emplace(at, *number).second;
                       }) &&
         for_each_pair(seqs, [&](std::string_view key, std::optional<std::uint64_t> seq) {
           const auto incarnation = parse_hex64(key);
           return incarnation && seq && place.next_seqs.emplace(*incarnation, *seq).second;
         });
}

}  // namespace

// The order in which streams were named says nothing.
std::uint64_t streams_key(const FollowOptions& options) {
  std::vector<std::string> ids = options.streams;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::string all = options.name_space;
  for (const std::string& id : ids) all += std::to_string(id.size()) + ' ' + id;
  return base::checksum64(std::to_string(options.name_space.size()) + ' ' + all);
}

std::string place_text(const FollowPlace& place) {
  std::string text(kVersion);
  text += '.' + catalog::uuid_text(place.store) + '.' + hex64(place.streams) + '.';
  const char* between = "";
  for (const auto& [lane, number] : place.lanes) {
    text += between + std::to_string(lane) + '-' + std::to_string(number);
    between = "_";
  }
  text += '.';
  between = "";
  for (const auto& [incarnation, seq] : place.next_seqs) {
    text += between + hex64(incarnation) + '-' + std::to_string(seq);
    between = "_";
  }
  text += '.';
  return text + hex64(base::checksum64(text));
}

std::optional<FollowPlace> parse_place(std::string_view text) {
  const std::size_t end = text.rfind('.');
  if (end == std::string_view::npos) return std::nullopt;
  const auto checksum = parse_hex64(text.substr(end + 1));
  if (!checksum || *checksum != base::checksum64(text.substr(0, end + 1))) return std::nullopt;
  if (cut(text, '.') != kVersion) return std::nullopt;
  const auto store = catalog::parse_uuid(cut(text, '.'));
  const auto streams = parse_hex64(cut(text, '.'));
  FollowPlace place;
  const std::string_view lanes = cut(text, '.'), seqs = cut(text, '.');
  if (!store || !streams || !parse_lists(lanes, seqs, place)) return std::nullopt;
  place.store = *store;
  place.streams = *streams;
  return place;
}

}  // namespace reel::reader
