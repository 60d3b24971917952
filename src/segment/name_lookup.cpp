#include "segment/name_lookup.hpp"

#include <cstring>

#include "base/bytes.hpp"

namespace reel::segment {
namespace {

using Fingerprint = std::uint16_t;
static_assert(sizeof(Fingerprint) * 8 == kFingerprintBits);
constexpr unsigned kBucketBitsMax = 32;

Fingerprint fingerprint(std::uint64_t hash) noexcept { return static_cast<Fingerprint>(hash); }

std::uint64_t bucket_of(std::uint64_t hash, unsigned bits) noexcept {
  return bits == 0 ? 0 : hash >> (64 - bits);
}

}  // namespace

void append_lookup(std::string& out, const std::vector<std::uint64_t>& hashes,
                   IndexHeader& header) {
  const std::size_t streams = hashes.size();
  unsigned bits = 0;
  while ((streams >> bits) > kBucketStreams) ++bits;
  const unsigned number_bytes = streams <= (1U << 16) ? 2 : streams <= (1U << 24) ? 3 : 4;
  header.bucket_bits = static_cast<std::uint8_t>(bits);
  header.number_bytes = static_cast<std::uint8_t>(number_bytes);

  std::vector<std::uint32_t> starts((std::size_t{1} << bits) + 1);
  for (const std::uint64_t hash : hashes) ++starts[bucket_of(hash, bits) + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];

  const std::size_t from = out.size(), start_bytes = starts.size() * sizeof starts[0];
  out.resize(from + start_bytes + streams * (sizeof(Fingerprint) + number_bytes));
  char* const fingerprints = out.data() + from + start_bytes;
  char* const numbers = fingerprints + streams * sizeof(Fingerprint);
  std::memcpy(out.data() + from, starts.data(), start_bytes);
  for (std::uint32_t number = 0; number < streams; ++number) {
    const std::size_t place = starts[bucket_of(hashes[number], bits)]++;
    base::store(fingerprints + place * sizeof(Fingerprint), fingerprint(hashes[number]));
    std::memcpy(numbers + place * number_bytes, &number, number_bytes);
  }
  header.lookup_checksum = checksum(std::string_view(out).substr(from));
}

std::optional<NameLookup> NameLookup::parse(const IndexHeader& header, std::string_view& rest) {
  if (header.bucket_bits > kBucketBitsMax || header.number_bytes < 1 ||
      header.number_bytes > sizeof(std::uint32_t)) {
    return std::nullopt;
  }
  const std::uint64_t start_bytes =
      ((std::uint64_t{1} << header.bucket_bits) + 1) * sizeof(std::uint32_t);
  const std::uint64_t fingerprint_bytes = std::uint64_t{header.streams} * sizeof(Fingerprint);
  const std::uint64_t bytes =
      start_bytes + fingerprint_bytes + std::uint64_t{header.streams} * header.number_bytes;
  if (bytes > rest.size()) return std::nullopt;
  NameLookup lookup;
  lookup.bytes_ = rest.substr(0, bytes);
  lookup.fingerprints_ = rest.data() + start_bytes;
  lookup.numbers_ = lookup.fingerprints_ + fingerprint_bytes;
  lookup.checksum_ = header.lookup_checksum;
  lookup.streams_ = header.streams;
  lookup.bucket_bits_ = header.bucket_bits;
  lookup.number_bytes_ = header.number_bytes;
  rest.remove_prefix(bytes);
  return lookup;
}

bool NameLookup::intact() const noexcept { return checksum(bytes_) == checksum_; }

std::uint32_t NameLookup::start(std::uint64_t bucket) const noexcept {
  return base::load<std::uint32_t>(bytes_.data() + bucket * sizeof(std::uint32_t));
}

std::uint32_t NameLookup::number(std::uint32_t place) const noexcept {
  std::uint32_t number = 0;
  std::memcpy(&number, numbers_ + std::size_t{place} * number_bytes_, number_bytes_);
  return number;
}

std::vector<std::uint32_t> NameLookup::find(std::uint64_t hash) const {
  std::vector<std::uint32_t> found;
  const std::uint64_t bucket = bucket_of(hash, bucket_bits_);
  const std::uint32_t end = start(bucket + 1);
  if (end > streams_) return found;
  for (std::uint32_t place = start(bucket); place < end; ++place) {
    const char* const at = fingerprints_ + std::size_t{place} * sizeof(Fingerprint);
    if (base::load<Fingerprint>(at) != fingerprint(hash)) continue;
    if (const std::uint32_t there = number(place); there < streams_) found.push_back(there);
  }
  return found;
}

}  // namespace reel::segment
