// Facets: which values the START options of a segment's streams have, so that streams are found by
// them without reading events. FacetTable is the running account, of a writer or of who scans the
// blocks; encode() lays it out as the payload of a facet block (docs/FORMAT.md, "Facet block"),
// which FacetIndex reads. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace reel::segment {

// Limits of what is told; what is beyond them must be looked up in the events.
inline constexpr std::size_t kFacetKeysMax = 64;
inline constexpr std::size_t kFacetKeyBytesMax = 128;
inline constexpr std::size_t kFacetValueBytesMax = 256;
inline constexpr std::size_t kFacetValuesMax = 253;  // of a key
inline constexpr std::size_t kFacetOptionsBytesMax = std::size_t{16} << 10;

// What a segment knows of one option of a stream's last START in it.
struct Facet {
  enum class Kind : std::uint8_t {
    none,     // it has no such member, or there is no START
    unknown,  // the START must be read
    value,
  } kind = Kind::none;
  std::string_view value;  // a string's text, of anything else the JSON as written
};

class FacetIndex;

class FacetTable {
 public:
  void note(std::uint32_t stream, std::string_view options);  // of a START
  // Its START was taken back: until it comes again, nothing is known of the stream.
  void forget(std::uint32_t stream) { unread_.insert(stream); }
  // Does a facet block tell nothing else than this? What either does not know says nothing.
  bool agrees_with(const FacetIndex& index, std::uint32_t streams) const;
  // No START was noted.
  bool empty() const noexcept { return !noted_; }
  // The same for the same STARTs in the same order.
  std::string encode(std::uint32_t streams) const;

 private:
  // So many values of a key are told apart before it is known which ones come again.
  static constexpr std::size_t kValuesAtOnce = 4096;
  static constexpr std::size_t kValueBytesAtOnce = std::size_t{64} << 10;
  static constexpr std::uint16_t kNone = 0, kUnknown = 1, kFirstValue = 2;

  struct Key {
    std::string name;
    std::vector<std::string> values;
    std::size_t value_bytes = 0;
    std::unordered_map<std::string, std::uint16_t> ids;  // of values, by their text
    std::vector<std::uint16_t> of_streams;               // an id, by the stream's number
  };
  Key* key(std::string_view name);
  static void set(Key& key, std::uint32_t stream, std::uint16_t id);
  static std::uint16_t id_of(Key& key, std::string_view value);
  static std::vector<std::uint16_t> kept_values(const Key& key);
  std::vector<const Key*> told_keys(std::uint32_t streams) const;
  Facet find(const Key& key, std::uint32_t stream) const;

  std::vector<Key> keys_;
  std::unordered_set<std::uint32_t> unread_;  // streams whose options were too long
  bool more_keys_ = false, noted_ = false;
};

class FacetIndex {
 public:
  // nullopt: the payload makes no sense.
  static std::optional<FacetIndex> parse(std::string payload, std::uint32_t streams);
  // Views live as long as the object.
  Facet find(std::uint32_t stream, std::string_view key) const;
  std::vector<std::string_view> keys() const;

 private:
  struct Key {
    std::size_t name = 0, name_bytes = 0;                      // places in the payload
    std::vector<std::pair<std::size_t, std::size_t>> values;  // likewise, with their bytes
    std::size_t of_streams = 0;
  };
  bool take(std::uint32_t streams);

  std::string payload_;
  std::vector<Key> keys_;
  std::uint32_t streams_ = 0;
  bool more_keys_ = false;
};

}  // namespace reel::segment
