// Numbers and flags as they stand in the store's small text files, each written in one way only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.hpp"

namespace reel::catalog {

inline constexpr std::size_t kHexDigits = 16;

std::string hex64(std::uint64_t value);                           // 16 lower-case digits
std::optional<std::uint64_t> parse_hex64(std::string_view text);  // exactly those
std::optional<std::uint64_t> parse_u64(std::string_view text);    // decimal, no sign, no zeros
std::optional<std::int64_t> parse_i64(std::string_view text);
// Decimal, filled up with zeros to at least `digits`, as files are named; and back.
std::string padded(std::uint64_t number, std::size_t digits);
std::optional<std::uint64_t> parse_padded(std::string_view text, std::size_t digits);
std::optional<segment::Uuid> parse_uuid(std::string_view text);  // what uuid_text writes

// What a catalog says of a segment.
std::string segment_text(const segment::SegmentSummary& summary);
std::optional<segment::SegmentSummary> parse_segment(std::string_view text);

const char* yes_or_no(bool value);
std::optional<bool> parse_yes(std::string_view text);

// The value of the first record with this key; nullopt when there is none.
std::optional<std::string_view> find_value(const Records& records, std::string_view key);

// "this file has no usable `key`": the checksum holds but the meaning does not.
Error bad_value(const std::string& file, std::string_view key);

}  // namespace reel::catalog
