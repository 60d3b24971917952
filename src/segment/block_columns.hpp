// BlockColumns: columns of a data block as arrays of values, one entry a row, whatever the kinds of
// stamps and the places of texts. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "reel/event.hpp"
#include "segment/data_block.hpp"

namespace reel::segment {

class BlockColumns {
 public:
  struct Wanted {
    bool stamps = false, token_bytes = false;
  };
  explicit BlockColumns(Wanted wanted) : wanted_(wanted) {}

  // In place of those of the block before. false: a row makes no sense.
  bool load(const DataBlock& block);

  const std::vector<EventType>& types() const noexcept { return types_; }
  const std::vector<double>& stamps() const noexcept { return stamps_; }               // if wanted
  const std::vector<std::uint32_t>& token_bytes() const noexcept { return token_bytes_; }  // "

 private:
  bool load_types(const DataBlock& block);
  bool load_stamps(const DataBlock& block);
  void load_deltas(const DataBlock& block);
  bool load_token_bytes(const DataBlock& block);
  bool token_bytes_of(const DataBlock& block, std::size_t run);
  bool read_token_bytes(const DataBlock& block, std::size_t run);

  const Wanted wanted_;
  std::vector<EventType> types_;
  std::vector<std::int32_t> deltas_;
  std::vector<double> stamps_;
  std::vector<std::uint32_t> token_bytes_;
};

}  // namespace reel::segment
