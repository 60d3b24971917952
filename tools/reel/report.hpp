// Report: what became of each input line, told to whoever asked: ACK and NAK lines on stdout,
// complaints with file and line on stderr, totals at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest.hpp"
#include "output.hpp"
#include "progress.hpp"

namespace reel::tool {

enum class AckLevel { none, recorded, durable };

class Report {
 public:
  // `progress` may be null; it is wiped before a complaint.
  Report(Output& out, AckLevel level, Progress* progress = nullptr)
      : out_(out), level_(level), progress_(progress) {}

  // The answer to the next physical line. Lines count from 0, over all inputs.
  void answer(const std::string& input, std::uint64_t line, const Answer& answer);
  // A line of the input was bad (or some of it), apart from its answer.
  void complain_at(const std::string& input, std::uint64_t line, std::string_view reason);
  // A whole input could not be used.
  void complain_of(const std::string& input, std::string_view reason);

  // Hands out the answers gathered so far, at the level asked for. An Error: the log could not
  // make them durable; nothing was handed out.
  Status release(Ingest& ingest);
  bool should_release() const noexcept { return out_.buffer().size() > kGatherBytes; }

  AckLevel level() const noexcept { return level_; }
  std::uint64_t lines() const noexcept { return lines_; }
  std::uint64_t refused() const noexcept { return refused_; }
  bool any_complaint() const noexcept { return complaints_ > 0; }

 private:
  static constexpr std::size_t kGatherBytes = std::size_t{64} << 10;

  Output& out_;
  AckLevel level_;
  Progress* progress_;
  std::uint64_t lines_ = 0, refused_ = 0, complaints_ = 0;
};

// A stream id as it stands in ACK lines: bare when made of [A-Za-z0-9._:-], else a JSON string.
std::string ack_id(std::string_view stream_id);

}  // namespace reel::tool
