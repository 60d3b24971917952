#include "line_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace reel::tool {
namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10;
constexpr std::size_t kKeptBytes = std::size_t{4} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineReader::LineReader(int fd, Interrupt* interrupt, std::size_t limit)
    : fd_(fd), interrupt_(interrupt), limit_(limit) {
  buffer_.resize(kReadBytes);
}

void LineReader::make_room() {
  if (buffer_.size() - end_ >= kReadBytes / 4) return;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() - end_ < kReadBytes / 4) {
    buffer_.resize(std::min(buffer_.size() * 2, limit_ + 2 * kReadBytes));
  } else if (buffer_.size() > kKeptBytes && end_ < kReadBytes) {
    buffer_.resize(kReadBytes);  // one huge line must not cost its memory for ever
    buffer_.shrink_to_fit();
  }
}

LineReader::Got LineReader::fill() {
  if (at_end_) return Got::end;
  make_room();
  while (true) {
    if (interrupt_ != nullptr && interrupt_->fd() >= 0) {
      std::array<pollfd, 2> waits = {{{fd_, POLLIN, 0}, {interrupt_->fd(), POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
      if (waits[1].revents != 0) {
        interrupt_->take();
        return Got::interrupted;
      }
      if (waits[0].revents == 0) continue;
    }
    const ssize_t got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      bytes_read_ += static_cast<std::uint64_t>(got);
      return Got::line;
    }
    if (got == 0) {
      at_end_ = true;
      return Got::end;
    }
    if (errno != EINTR && errno != EAGAIN) break;
    if (errno == EAGAIN) {  // a non-blocking descriptor was handed to us
      pollfd wait = {fd_, POLLIN, 0};
      static_cast<void>(::poll(&wait, 1, -1));
    }
  }
  error_ = errno;
  return Got::failed;
}

std::size_t LineReader::line_end() {
  const std::string_view bytes = pending();
  const std::size_t found = bytes.find('\n', scanned_);
  scanned_ = found == std::string_view::npos ? bytes.size() : found;
  return found == std::string_view::npos ? 0 : found + 1;
}

bool LineReader::has_line() { return line_end() > 0 || (at_end_ && !pending().empty()); }

std::string_view LineReader::peek(std::size_t bytes) {
  while (end_ - begin_ < bytes && fill() == Got::line) {
  }
  std::string_view text = pending();
  if (at_beginning_ && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text.substr(0, bytes);
}

LineReader::Got LineReader::take(Line& line, std::size_t bytes) {
  line.number = next_number_++;
  line.raw = pending().substr(0, bytes);
  line.too_long = false;
  begin_ += bytes;
  scanned_ = 0;
  if (at_beginning_ && line.raw.starts_with(kByteOrderMark)) {
    line.raw.remove_prefix(kByteOrderMark.size());
  }
  at_beginning_ = false;
  line.text = line.raw;
  if (line.text.ends_with('\n')) line.text.remove_suffix(1);
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return Got::line;
}

LineReader::Got LineReader::skip_long_line(Line& line) {
  line = Line{next_number_++, {}, {}, true};
  at_beginning_ = false;
  while (true) {
    if (const std::size_t end = line_end(); end > 0) {
      begin_ += end;
      scanned_ = 0;
      return Got::line;
    }
    begin_ = end_ = scanned_ = 0;
    const Got got = fill();
    if (got == Got::end) return Got::line;
    if (got != Got::line) return got;
  }
}

LineReader::Got LineReader::next(Line& line) {
  while (true) {
    if (const std::size_t end = line_end(); end > 0) {
      if (end - 1 > limit_) return skip_long_line(line);
      return take(line, end);
    }
    if (end_ - begin_ > limit_ + 1) return skip_long_line(line);
    const Got got = fill();
    if (got == Got::line) continue;
    if (got == Got::end && end_ > begin_) return take(line, end_ - begin_);
    return got;
  }
}

LineReader::Got LineReader::read_rest(std::string& text, std::size_t limit) {
  while (end_ - begin_ <= limit) {
    const Got got = fill();
    if (got == Got::line) continue;
    if (got == Got::end) text.assign(peek(limit));
    return got;
  }
  error_ = EFBIG;
  return Got::failed;
}

}  // namespace reel::tool
