// Where a verb's results and messages go: results to stdout (buffered), all else to stderr.
#pragma once

#include <string>
#include <string_view>

#include "exit_code.hpp"
#include "reel/status.hpp"

namespace reel::tool {

bool stdout_is_terminal() noexcept;
bool stderr_is_terminal() noexcept;

// Buffered stdout. What a terminal would obey in JSON is escaped on its way there. A reader that
// goes away (`| head`) is no error: the rest is thrown away, and spill()/flush() answer false so
// that the verb can stop early.
class Output {
 public:
  std::string& buffer() noexcept { return buffer_; }  // append here, then spill()
  bool spill();                                       // writes once enough has gathered
  bool flush();                                       // writes everything
  bool gone() const noexcept { return gone_; }
  // Flushes; `code`, or `unusable` with a message when stdout could not be written.
  ExitCode finish(ExitCode code);

 private:
  std::string buffer_;
  bool terminal_ = stdout_is_terminal();
  bool gone_ = false;
  int error_ = 0;
};

// "reel: message" on stderr; control characters are escaped.
void complain(std::string_view message);
// The same for an Error; answers the exit code that goes with it.
ExitCode complain(const Error& error);

// Colour is used on a terminal, unless NO_COLOR is set or TERM is dumb.
bool stdout_has_colour() noexcept;

enum class Colour { none, bold, red, green, yellow, dim };
// `text` in a colour where stdout has colour, else as it is.
std::string coloured(std::string_view text, Colour colour);

}  // namespace reel::tool
