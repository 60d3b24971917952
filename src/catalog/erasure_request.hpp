// Requests to erase streams from lanes that are recorded in, and the answers of those who record
// there: small files in STORE/erase, named by lane and incarnation, which need no lock.
//
//   <4 digits>-<16 hex digits>.ask    of whoever erases; goes when the lane has answered
//   <4 digits>-<16 hex digits>.done   of the lane: nothing of the stream is left in it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/file_system.hpp"
#include "reel/status.hpp"

namespace reel::catalog {

struct ErasureRequest {
  std::uint32_t lane = 0;
  std::uint64_t incarnation = 0;
};

struct ErasureAnswer {
  std::uint64_t events = 0, segments = 0;  // that went; that were written anew
  std::int64_t erased_us = 0;              // Unix microseconds
};

std::string erasure_directory(std::string_view store);

// Durable on return; an older answer is gone.
Status ask_for_erasure(io::FileSystem& fs, const std::string& store, const ErasureRequest& request,
                       std::int64_t now_us);
// The incarnations that the lane is asked to erase, ascending. One call of the system where nobody
// ever asked.
Result<std::vector<std::uint64_t>> erasures_asked(io::FileSystem& fs, const std::string& store,
                                                  std::uint32_t lane);
// The answer first, then the request goes: who dies in between is asked again.
Status answer_erasure(io::FileSystem& fs, const std::string& store, const ErasureRequest& request,
                      const ErasureAnswer& answer);
// nullopt: not yet. Errors: damaged, io.
Result<std::optional<ErasureAnswer>> erasure_answer(io::FileSystem& fs, const std::string& store,
                                                    const ErasureRequest& request);
// Removes both files, and the folder with the last of them.
Status forget_erasure(io::FileSystem& fs, const std::string& store, const ErasureRequest& request);

}  // namespace reel::catalog
