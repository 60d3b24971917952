#include "reader/followed_streams.hpp"

namespace reel::reader {
namespace {

bool is_done(const FollowedStream& stream) {
  return stream.placed && stream.next_seq <= stream.done_seq && !stream.in_others;
}

}  // namespace

FollowedStream& FollowedStreams::at(std::uint64_t incarnation) {
  FollowedStream& stream = streams_[incarnation];
  stream.incarnation = incarnation;
  return stream;
}

FollowedStream* FollowedStreams::find(std::uint64_t incarnation) {
  const auto found = streams_.find(incarnation);
  return found == streams_.end() ? nullptr : &found->second;
}

void FollowedStreams::nothing_in_others() {
  for (auto& [incarnation, stream] : streams_) stream.in_others = false;
}

void FollowedStreams::forget_done() {
  std::erase_if(streams_, [](const auto& entry) {
    const FollowedStream& stream = entry.second;
    return (is_done(stream) || stream.deleted) && stream.slots == 0 && stream.waiting.empty();
  });
}

std::map<std::uint64_t, std::uint64_t> FollowedStreams::next_seqs() const {
  std::map<std::uint64_t, std::uint64_t> seqs;
  for (const auto& [incarnation, stream] : streams_) {
    if (!stream.placed || stream.next_seq == 0 || is_done(stream)) continue;
    seqs.emplace(incarnation, stream.next_seq);
  }
  return seqs;
}

}  // namespace reel::reader
