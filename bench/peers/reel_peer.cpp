// reel with its defaults: one Recorder a stream, the arena in memory if there is room, a writer
// thread that compresses, a group fdatasync each second.
#include "contest.hpp"
#include "reel/log.hpp"

namespace reel::peers {
namespace {

template <bool kOwnStamp>
class ReelPeer {
 public:
  explicit ReelPeer(const std::string& folder) : log_(Log::open(folder).value()) {
    for (std::uint32_t i = 0; i < kStreams; ++i) {
      recorders_.push_back(log_.recorder("stream-" + std::to_string(i)).value());
    }
  }
  ~ReelPeer() {
    recorders_.clear();
    if (refused_ > 0 || log_.close().lost > 0) give_up("reel", "events were refused or lost");
  }
  ReelPeer(const ReelPeer&) = delete;
  ReelPeer& operator=(const ReelPeer&) = delete;

  void record(const Token& token) {
    Recorder& recorder = recorders_[token.stream];
    const Append answer = kOwnStamp ? recorder.record_token(token.text, token.index)
                                    : recorder.record_token(token.text, token.index, token.ts_ms);
    refused_ += answer != Append::ok;
  }
  void drain() {
    if (const Status status = log_.flush(); !status) give_up("reel", status.to_string());
  }

 private:
  Log log_;
  std::vector<Recorder> recorders_;
  std::uint64_t refused_ = 0;
};

}  // namespace

Contestant reel_with_callers_stamp() { return {"reel", "all", run_round<ReelPeer<false>>}; }
Contestant reel_with_own_stamp() {
  return {"reel, its own stamp", "all", run_round<ReelPeer<true>>};
}

}  // namespace reel::peers
