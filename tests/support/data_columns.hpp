// A data block's columns out of a file and back into a block, to change what lies in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "segment/block_codec.hpp"
#include "segment/columns.hpp"

namespace reel::test {

struct DataColumns {
  segment::BlockShape shape;
  std::string raw;

  // Where a column begins in `raw`.
  std::size_t place(segment::Column column) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(column); ++i) at += shape.raw[i];
    return at;
  }
};

inline std::string_view payload_of(std::string_view file, const segment::BlockHeader& header) {
  return file.substr(header.offset + sizeof header, header.stored_bytes);
}

inline std::optional<DataColumns> columns_of(std::string_view payload) {
  DataColumns columns;
  segment::ColumnSizes stored;
  base::Input input(payload);
  if (!segment::take_directory(input, columns.shape, stored)) return std::nullopt;
  columns.raw.resize(columns.shape.raw_bytes());
  char* to = columns.raw.data();
  for (std::size_t i = 0; i < segment::kColumns; ++i) {
    if (!segment::restore_column(input.bytes(stored[i]), {to, columns.shape.raw[i]}))
      return std::nullopt;
    to += columns.shape.raw[i];
  }
  return columns;
}

// The block with right checksums; of `header` the place in the file counts.
inline std::string data_block(const segment::BlockHeader& header, const DataColumns& columns) {
  segment::BlockHeader fresh = header;
  segment::BlockPacker packer(1);
  return std::string(packer.pack(fresh, columns.shape, columns.raw));
}

}  // namespace reel::test
