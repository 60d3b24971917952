// Text for people: escaping of data, human units, times, distances between words.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace reel::tool {

// `text` made harmless for a terminal and for a line of columns: control characters, DEL, C1,
// bidirectional overrides and bytes that are not UTF-8 come out as \n, \t, \x1b, \u202e, ...
// Everything else stays. With `keep_lines`, newlines and tabs stay too.
std::string escaped(std::string_view text, bool keep_lines = false);

// JSON for a terminal, and any other text that is escaped already: what JSON lets through and a
// terminal obeys (DEL, C1, bidirectional controls) comes out as \u009b, \u202e, ...
std::string harmless(std::string_view text);

// Is every byte part of a valid UTF-8 sequence (no surrogates, nothing overlong)?
bool is_utf8(std::string_view text) noexcept;

// Columns the text takes in a terminal, one per code point.
std::size_t display_width(std::string_view text) noexcept;

std::string human_bytes(double bytes);                           // "12.3 MiB"
std::string human_count(std::uint64_t count);                    // "1,234,567"
std::string human_seconds(double seconds);                       // "12 ms", "3.1 s", "2 h 05 min"
std::string human_time(double unix_ms);                          // "2024-01-15 21:05:39.921" (UTC)
std::string plural(std::uint64_t count, std::string_view noun);  // "1 event", "2 events"

// The candidate closest to a mistyped word; "" when none is close.
std::string_view closest(std::string_view word, std::span<const std::string> candidates);

}  // namespace reel::tool
