// Copying streams from stores into a new one: the stores of many gateways into one archive, what is
// readable of a damaged store, a choice of streams or events. Stores that are copied from are only
// read, and may be written meanwhile: what they show when it begins is what is copied.
//
// A stream keeps its id and namespace, and every event its seq, its stamp and its bytes. Where seqs
// are missing, because of damage or because events are left out, a GAP says so. A stream that
// several stores have is one stream, its events joined by seq. Where two stores have different
// events under one seq, the later one's stream becomes another, named
// `<id>~<the first 8 digits of its store's UUID>`: nothing is dropped in silence.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reel/options.hpp"
#include "reel/reader.hpp"
#include "reel/status.hpp"

namespace reel {

struct CopyOptions {
  ReaderOptions reader = {};  // of the stores that are copied from
  // Which streams and which of their events go; all where it is empty. GAPs are not asked about.
  std::function<bool(const StreamMetadata&)> streams = {};
  std::function<bool(const EnvelopeView&)> events = {};
  std::function<void(std::uint64_t events)> progress = {};  // copied so far, from time to time
};

struct CopyConflict {
  std::string name_space, stream_id;
  std::string store;      // whose stream got another name
  std::string copied_as;  // that name
  std::uint64_t seq = 0;  // the first under which they differ
};

struct CopyReport {
  std::uint64_t streams = 0, events = 0;  // that were copied
  std::uint64_t missing = 0;              // seqs for which no event was there and no GAP stood
  std::vector<CopyConflict> conflicts;
  std::vector<Damage> damage;      // in what was copied from
  std::vector<std::string> notes;  // e.g. an arena that could not be read
};

// `out` is a folder that is missing or empty. Errors: invalid_argument (there is something in
// `out`, or no input), those of Reader::open and Log::open, full, io. What is in `out` after an
// error is not whole.
Result<CopyReport> copy_streams(const std::vector<std::string>& inputs, const std::string& out,
                                const CopyOptions& options = {});

}  // namespace reel
