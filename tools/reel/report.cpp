#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reel/json.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == ':' || c == '-';
}

}  // namespace

std::string ack_id(std::string_view stream_id) {
  if (!stream_id.empty() && std::all_of(stream_id.begin(), stream_id.end(), is_plain)) {
    return std::string(stream_id);
  }
  std::string quoted;
  json::append_string(quoted, stream_id);
  return quoted;
}

void Report::complain_of(const std::string& input, std::string_view reason) {
  ++complaints_;
  if (progress_ != nullptr) progress_->wipe();
  complain(fmt::format("{}: {}", input, reason));
}

void Report::complain_at(const std::string& input, std::uint64_t line, std::string_view reason) {
  complain_of(fmt::format("{}:{}", input, line + 1), reason);
}

void Report::answer(const std::string& input, std::uint64_t line, const Answer& answer) {
  const std::uint64_t number = lines_++;
  if (answer.kind == Answer::Kind::refused) {
    ++refused_;
    complain_at(input, answer.at_line.value_or(line), answer.reason);
  }
  if (level_ == AckLevel::none) return;
  std::string& out = out_.buffer();
  switch (answer.kind) {
    case Answer::Kind::nothing:
      out += fmt::format("ACK {} - -\n", number);
      break;
    case Answer::Kind::refused:
      out += fmt::format("NAK {} {}\n", number, escaped(answer.reason));
      break;
    default:
      out += fmt::format("ACK {} {} {}\n", number, ack_id(answer.stream_id), answer.seq);
  }
}

Status Report::release(Ingest& ingest) {
  if (out_.buffer().empty()) return {};
  if (level_ == AckLevel::durable) {
    if (Status synced = ingest.sync(); !synced) {
      out_.buffer().clear();
      return synced;
    }
  }
  out_.flush();
  return {};
}

}  // namespace reel::tool
