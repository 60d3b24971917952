// The least that anyone does: the bytes into a stdio buffer of 64 KiB (with the default of 4 KiB it
// makes sixteen times the system calls), one write(2) when it is full.
// Twice: fwrite as everyone calls it, and without the lock that several threads would need.
#include <cstdio>

#include "plain_record.hpp"

namespace reel::peers {
namespace {

template <bool kLocked>
class FwritePeer {
 public:
  explicit FwritePeer(const std::string& folder)
      : file_(std::fopen((folder + "/events").c_str(), "wb")), buffer_(std::size_t{64} << 10) {
    if (file_ == nullptr) give_up("fwrite", "cannot open its file");
    std::setvbuf(file_, buffer_.data(), _IOFBF, buffer_.size());
  }
  ~FwritePeer() { std::fclose(file_); }
  FwritePeer(const FwritePeer&) = delete;
  FwritePeer& operator=(const FwritePeer&) = delete;

  void record(const Token& token) {
    const PlainRecord record(token);
    const std::size_t written = kLocked ? std::fwrite(record.bytes, 1, record.size, file_)
                                        : ::fwrite_unlocked(record.bytes, 1, record.size, file_);
    failed_ |= written != record.size;
  }
  void drain() {
    if (failed_ || std::fflush(file_) != 0) give_up("fwrite", "cannot write its file");
  }

 private:
  std::FILE* file_;
  std::vector<char> buffer_;
  bool failed_ = false;
};

}  // namespace

Contestant plain_fwrite() {
  return {"fwrite, 64 KiB buffer", "up to the last full buffer", run_round<FwritePeer<true>>};
}
Contestant unlocked_fwrite() {
  return {"fwrite_unlocked, one thread only", "up to the last full buffer",
          run_round<FwritePeer<false>>};
}

}  // namespace reel::peers
