#include "reader/stream_options.hpp"

#include <vector>

#include "reel/json_object.hpp"

namespace reel::reader {
namespace {

// Of the last START that arenas hold; nullopt: they hold none.
std::optional<std::string> options_in_arenas(const StreamParts& parts) {
  if (parts.arenas.empty()) return std::nullopt;
  const auto tails = arena_tails(parts, segment_facts(parts).next_seq);
  for (auto tail = tails.rbegin(); tail != tails.rend(); ++tail) {
    for (auto item = tail->items.rbegin(); item != tail->items.rend(); ++item) {
      if (item->event.type != EventType::start) continue;
      return std::string(item->event.part(Part::options).value_or("{}"));
    }
  }
  return std::nullopt;
}

bool has_start(const SegmentPart& part) {
  return part.segment->reader->stream(part.number).facts.has_start;
}

std::optional<std::string> option_in(const std::optional<std::string>& options,
                                     std::string_view path) {
  if (!options) return std::nullopt;
  if (auto text = json::get_string(*options, path)) return text;
  return json::get_text(*options, path);
}

Result<std::optional<std::string>> options_in(const SegmentPart& part, bool strict) {
  auto options = part.segment->reader->options(part.number);
  if (!options && !strict && options.error().code == ErrorCode::damaged) {
    return std::optional<std::string>();
  }
  if (options && *options && (*options)->empty()) return std::optional<std::string>("{}");
  return options;
}

// Facets know of members, not of what is inside them.
segment::Facet facet_of(const SegmentPart& part, std::string_view path) {
  using Kind = segment::Facet::Kind;
  if (path.empty()) return {Kind::unknown, {}};
  const segment::Facet facet = part.segment->reader->facet(part.number, path);
  const bool may_be_inside = path.find('.') != std::string_view::npos;
  return facet.kind == Kind::none && may_be_inside ? segment::Facet{Kind::unknown, {}} : facet;
}

}  // namespace

Result<std::optional<std::string>> last_options(const StreamParts& parts, bool strict) {
  if (auto options = options_in_arenas(parts)) return options;
  for (auto part = parts.segments.rbegin(); part != parts.segments.rend(); ++part) {
    if (has_start(*part)) return options_in(*part, strict);
  }
  return std::optional<std::string>();
}

Result<std::optional<std::string>> last_option(const StreamParts& parts, std::string_view path,
                                               bool strict) {
  if (const auto options = options_in_arenas(parts)) return option_in(options, path);
  for (auto part = parts.segments.rbegin(); part != parts.segments.rend(); ++part) {
    const segment::Facet facet = facet_of(*part, path);
    if (facet.kind == segment::Facet::Kind::value) return std::optional(std::string(facet.value));
    const bool last = part + 1 == parts.segments.rend();
    if (facet.kind == segment::Facet::Kind::none && last) break;  // with a START or without
    if (!has_start(*part)) continue;
    if (facet.kind == segment::Facet::Kind::none) break;
    const auto options = options_in(*part, strict);
    if (!options) return options.status();
    return option_in(*options, path);
  }
  return std::optional<std::string>();
}

}  // namespace reel::reader
