// Lines of a file descriptor, as they come, however long they are and however they arrive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "interrupt.hpp"

namespace reel::tool {

// Longer lines are skipped and reported; nothing is kept of them.
inline constexpr std::size_t kLineBytesMax = std::size_t{256} << 20;

struct Line {
  std::uint64_t number = 0;  // physical lines of this input, from 0
  std::string_view text;     // without LF or CRLF; lives until the next call of the reader
  std::string_view raw;      // with its line end, if it has one
  bool too_long = false;     // above the limit; text and raw are empty
};

// Memory: the longest line met, at most the limit, and the buffer it grew in.
class LineReader {
 public:
  enum class Got { line, end, interrupted, failed };

  // Reads `fd`, which stays the caller's. `interrupt` may be null.
  explicit LineReader(int fd, Interrupt* interrupt = nullptr, std::size_t limit = kLineBytesMax);

  // Waits for the next line. The last one needs no line end. A UTF-8 byte order mark at the very
  // beginning is skipped.
  Got next(Line& line);
  // Could next() answer without waiting for input?
  bool has_line();
  // The first bytes of the input, up to `bytes`; waits until so many are there, or the end.
  std::string_view peek(std::size_t bytes);
  // The rest of the input, whole. Empty and Got::failed where it is longer than `limit`.
  Got read_rest(std::string& text, std::size_t limit);

  int error() const noexcept { return error_; }  // errno, after Got::failed
  std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  std::string_view pending() const noexcept {
    return std::string_view(buffer_).substr(begin_, end_ - begin_);
  }
  std::size_t line_end();  // of the first pending line, past its LF; 0 when it is not complete
  Got fill();              // reads once; Got::line when there are new bytes
  void make_room();
  Got take(Line& line, std::size_t bytes);
  Got skip_long_line(Line& line);

  int fd_;
  Interrupt* interrupt_;
  std::size_t limit_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;  // the pending bytes of buffer_
  std::size_t scanned_ = 0;          // of the pending bytes, those known to hold no LF
  std::uint64_t next_number_ = 0;
  std::uint64_t bytes_read_ = 0;
  bool at_beginning_ = true;
  bool at_end_ = false;
  int error_ = 0;
};

}  // namespace reel::tool
