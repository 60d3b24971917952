// Moments as people write them (docs/CLI.md, "Times").
//
//   TIME  := DATE [("T" | "t" | " ") CLOCK [ZONE]] | "@" NUMBER ["s" | "ms" | "us"] | AGE [" ago"]
//            | "now" | "today" | "yesterday"
//   DATE  := year "-" month "-" day                       (4, 2 and 2 digits)
//   CLOCK := hour ":" minute [":" second ["." digits]]    (2 digits each)
//   ZONE  := "Z" | "z" | ("+" | "-") hour ":" minute      (without one: UTC)
//   AGE   := (digits UNIT)+, UNIT := "w" | "d" | "h" | "m" | "min" | "s" | "ms"
//   NUMBER := digits ["." digits]
#pragma once

#include <optional>
#include <string_view>

namespace reel::tool {

// Unix milliseconds, to a microsecond; nullopt: this is no moment. `now_ms` is where ages are
// counted from, and which day today is (UTC).
std::optional<double> parse_time(std::string_view text, double now_ms);
// An AGE alone, in milliseconds.
std::optional<double> parse_age_ms(std::string_view text);

}  // namespace reel::tool
