// A body in base64, as HTTP recorders (VCR cassettes) keep one that is not plain ASCII: unwrapped
// on the way in. Told apart by content: no event stream and no JSON begins with a run of base64
// that decodes to the beginning of one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reel::provider {

class Base64Body {
 public:
  enum class Sniff : std::uint8_t { unknown, plain, base64 };
  static constexpr std::size_t kSniffBytes = 12;

  // What a body that begins so is. `unknown` only for less than kSniffBytes of base64.
  static Sniff sniff(std::string_view beginning);

  // Appends the decoded bytes to `out`. False at the first byte that is neither base64, padding nor
  // a newline; what came before is decoded. May be called with any pieces.
  bool decode(std::string_view bytes, std::string& out);

 private:
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;  // bits held in bits_
  bool padded_ = false;
};

}  // namespace reel::provider
