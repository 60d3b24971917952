// What can be done to a store without a Log: small files beside the log that any process may write
// at any time, while another one records. All of it is durable on return.
#pragma once

#include <string>
#include <string_view>

#include "reel/options.hpp"
#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel {

// As Log::delete_stream, beside others. true: it existed. Waits up to 2.5 s for who lets go of it.
// Errors: busy while a Recorder of a living writer holds the stream (or while it cannot be seen
// whether one does), not_a_store, not_found (no such folder), io.
Result<bool> delete_stream(const std::string& store_path, std::string_view stream_id,
                           std::string_view name_space = kDefaultNamespace);

// Folds the stream as it is now, saves that state as a snapshot and answers it.
// Errors: not_found (no such stream or folder), not_a_store, damaged, io.
Result<Snapshot> take_snapshot(const std::string& store_path, std::string_view stream_id,
                               std::string_view name_space = kDefaultNamespace);

// Saves a snapshot that comes from elsewhere (an import). It makes no stream.
// Errors: invalid_argument (an empty stream_id, a seq beyond kSeqMax), not_a_store, io.
Status save_snapshot(const std::string& store_path, const Snapshot& snapshot,
                     std::string_view name_space = kDefaultNamespace);

}  // namespace reel
