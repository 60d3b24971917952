// Folding what a Reader shows: tokens gathered, a stretch of a block's columns at a time.
#include "reader/reader_core.hpp"
#include "reel/replay.hpp"

namespace reel {

Result<State> replay_to_state(const Reader& reader, std::string_view stream_id,
                              std::string_view name_space, std::uint64_t from_seq,
                              std::uint64_t to_seq, FoldMode mode) {
  const auto cursor =
      detail::ReaderAccess::core(reader).cursor(stream_id, name_space, {from_seq, to_seq});
  cursor->gather(mode == FoldMode::l0);
  State state;
  if (from_seq == 0) state.content.reserve(cursor->text_bytes());
  while (cursor->next()) fold(state, cursor->view().event, mode);
  if (!cursor->status().ok()) return cursor->status();
  if (auto checkpoint = cursor->take_checkpoint()) state.checkpoint = *std::move(checkpoint);
  return state;
}

}  // namespace reel
