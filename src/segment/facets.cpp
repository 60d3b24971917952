#include "segment/facets.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "json/option_values.hpp"
#include "segment/format.hpp"

namespace reel::segment {

// nullptr: there are too many, or its name is too long.
FacetTable::Key* FacetTable::key(std::string_view name) {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& known) { return known.name == name; });
  if (found != keys_.end()) return &*found;
  if (keys_.size() == kFacetKeysMax || name.size() > kFacetKeyBytesMax) {
    more_keys_ = true;
    return nullptr;
  }
  keys_.emplace_back().name = name;
  return &keys_.back();
}

void FacetTable::set(Key& key, std::uint32_t stream, std::uint16_t id) {
  if (stream >= key.of_streams.size()) key.of_streams.resize(stream + std::size_t{1}, kNone);
  key.of_streams[stream] = id;
}

std::uint16_t FacetTable::id_of(Key& key, std::string_view value) {
  if (value.size() > kFacetValueBytesMax) return kUnknown;
  std::string text(value);
  if (const auto found = key.ids.find(text); found != key.ids.end()) return found->second;
  if (key.values.size() == kValuesAtOnce) return kUnknown;
  if (value.size() > kValueBytesAtOnce - key.value_bytes) return kUnknown;
  key.value_bytes += value.size();
  const auto id = static_cast<std::uint16_t>(kFirstValue + key.values.size());
  key.values.push_back(text);
  key.ids.emplace(std::move(text), id);
  return id;
}

void FacetTable::note(std::uint32_t stream, std::string_view options) {
  noted_ = true;
  unread_.erase(stream);
  for (Key& known : keys_) {
    if (stream < known.of_streams.size()) known.of_streams[stream] = kNone;
  }
  if (options.size() > kFacetOptionsBytesMax) {
    unread_.insert(stream);
    return;
  }
  json::for_each_value(options, [&](std::string_view name, std::optional<std::string_view> value) {
    Key* const at = key(name);
    if (at != nullptr) set(*at, stream, value ? id_of(*at, *value) : kUnknown);
  });
}

// Ids of the values that are told, by first appearance: of those that two streams have, those that
// most have. One of a single stream would cost more than the look at its START.
std::vector<std::uint16_t> FacetTable::kept_values(const Key& key) {
  std::vector<std::uint32_t> streams(key.values.size() + kFirstValue);
  for (const std::uint16_t id : key.of_streams) ++streams[id];
  std::vector<std::uint16_t> kept;
  for (std::size_t id = kFirstValue; id < streams.size(); ++id) {
    if (streams[id] > 1) kept.push_back(static_cast<std::uint16_t>(id));
  }
  std::sort(kept.begin(), kept.end(), [&](std::uint16_t a, std::uint16_t b) {
    return std::pair(streams[b], a) < std::pair(streams[a], b);
  });
  if (kept.size() > kFacetValuesMax) kept.resize(kFacetValuesMax);
  std::sort(kept.begin(), kept.end());
  return kept;
}

// Of more than fit a block those that tell values go first.
std::vector<const FacetTable::Key*> FacetTable::told_keys(std::uint32_t streams) const {
  constexpr std::size_t kKeyBytesMax =
      kFacetKeyBytesMax + kFacetValuesMax * (kFacetValueBytesMax + 2) + 8;
  const std::size_t most = (kBlockRawMax - 16) / (kKeyBytesMax + streams);
  std::vector<const Key*> keys, without_values;
  for (const Key& key : keys_) {
    const bool last = keys_.size() > most && kept_values(key).empty();
    (last ? without_values : keys).push_back(&key);
  }
  keys.insert(keys.end(), without_values.begin(), without_values.end());
  keys.resize(std::min(keys.size(), most));
  return keys;
}

std::string FacetTable::encode(std::uint32_t streams) const {
  const std::vector<const Key*> keys = told_keys(streams);
  std::string out, columns;
  base::append_varint(out, keys.size());
  out.push_back(more_keys_ || keys.size() < keys_.size() || !unread_.empty() ? 1 : 0);
  for (const Key* told_key : keys) {
    const Key& key = *told_key;
    const std::vector<std::uint16_t> kept = kept_values(key);
    base::append_varint(out, key.name.size());
    out += key.name;
    base::append_varint(out, kept.size());
    std::vector<char> told(key.values.size() + kFirstValue, static_cast<char>(kUnknown));
    told[kNone] = static_cast<char>(kNone);
    for (std::size_t place = 0; place < kept.size(); ++place) {
      const std::string& value = key.values[kept[place] - kFirstValue];
      base::append_varint(out, value.size());
      out += value;
      told[kept[place]] = static_cast<char>(kFirstValue + place);
    }
    const std::size_t column = columns.size();
    columns.append(streams, static_cast<char>(kNone));
    for (std::size_t s = 0; s < std::min<std::size_t>(streams, key.of_streams.size()); ++s) {
      columns[column + s] = told[key.of_streams[s]];
    }
    for (const std::uint32_t stream : unread_) {
      if (stream < streams) columns[column + stream] = static_cast<char>(kUnknown);
    }
  }
  return out + columns;
}

Facet FacetTable::find(const Key& key, std::uint32_t stream) const {
  const std::uint16_t id = stream < key.of_streams.size() ? key.of_streams[stream] : kNone;
  if (id == kUnknown || unread_.contains(stream)) return {Facet::Kind::unknown, {}};
  return id == kNone ? Facet{} : Facet{Facet::Kind::value, key.values[id - kFirstValue]};
}

bool FacetTable::agrees_with(const FacetIndex& index, std::uint32_t streams) const {
  const auto same = [&](std::string_view name, std::uint32_t stream, const Facet& here) {
    const Facet told = index.find(stream, name);
    return here.kind == Facet::Kind::unknown || told.kind == Facet::Kind::unknown ||
           (here.kind == told.kind && here.value == told.value);
  };
  for (std::uint32_t stream = 0; stream < streams; ++stream) {
    for (const Key& key : keys_) {
      if (!same(key.name, stream, find(key, stream))) return false;
    }
  }
  if (more_keys_) return true;
  for (const std::string_view name : index.keys()) {
    const bool known = std::any_of(keys_.begin(), keys_.end(),
                                   [&](const Key& key) { return key.name == name; });
    for (std::uint32_t stream = 0; stream < streams && !known; ++stream) {
      if (!unread_.contains(stream) && !same(name, stream, {})) return false;
    }
  }
  return true;
}

std::optional<FacetIndex> FacetIndex::parse(std::string payload, std::uint32_t streams) {
  FacetIndex index;
  index.payload_ = std::move(payload);
  return index.take(streams) ? std::optional(std::move(index)) : std::nullopt;
}

bool FacetIndex::take(std::uint32_t streams) {
  base::Input input(payload_);
  const auto place = [&](std::string_view text) {
    return static_cast<std::size_t>(text.data() - payload_.data());
  };
  streams_ = streams;
  const std::uint64_t keys = input.varint();
  const auto more = input.fixed<std::uint8_t>();
  if (!input.ok() || keys > kFacetKeysMax || more > 1) return false;
  more_keys_ = more == 1;
  for (std::uint64_t i = 0; i < keys; ++i) {
    Key& key = keys_.emplace_back();
    const std::string_view name = input.bytes(input.varint());
    if (!input.ok()) return false;
    key.name = place(name);
    key.name_bytes = name.size();
    const std::uint64_t values = input.varint();
    if (values > kFacetValuesMax) return false;
    for (std::uint64_t v = 0; v < values; ++v) {
      const std::string_view value = input.bytes(input.varint());
      if (!input.ok()) return false;
      key.values.emplace_back(place(value), value.size());
    }
  }
  for (Key& key : keys_) {
    const std::string_view column = input.bytes(streams);
    if (!input.ok()) return false;
    key.of_streams = place(column);
    for (const char id : column) {
      if (static_cast<unsigned char>(id) >= key.values.size() + 2) return false;
    }
  }
  std::vector<std::string_view> names = this->keys();
  std::sort(names.begin(), names.end());
  return input.at_end() && std::adjacent_find(names.begin(), names.end()) == names.end();
}

std::vector<std::string_view> FacetIndex::keys() const {
  std::vector<std::string_view> names;
  for (const Key& key : keys_) {
    names.push_back(std::string_view(payload_).substr(key.name, key.name_bytes));
  }
  return names;
}

Facet FacetIndex::find(std::uint32_t stream, std::string_view name) const {
  const std::string_view payload(payload_);
  for (const Key& key : keys_) {
    if (payload.substr(key.name, key.name_bytes) != name) continue;
    const auto id =
        stream < streams_ ? static_cast<unsigned char>(payload[key.of_streams + stream]) : 0U;
    if (id == 0) return {};
    if (id == 1) return {Facet::Kind::unknown, {}};
    const auto& [at, bytes] = key.values[id - 2];
    return {Facet::Kind::value, payload.substr(at, bytes)};
  }
  return more_keys_ ? Facet{Facet::Kind::unknown, {}} : Facet{};
}

}  // namespace reel::segment
