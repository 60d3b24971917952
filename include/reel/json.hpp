// Events as JSON text: the interchange format (docs/INTERCHANGE.md), both ways.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/reader.hpp"
#include "reel/state.hpp"
#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel::json {

// One parsed line: an envelope {"stream_id","seq","event"}, or a bare event {"type","ts",...}
// (then stream_id and seq are absent).
struct ParsedLine {
  std::optional<std::string> stream_id;
  std::optional<std::string> name_space;
  std::optional<std::uint64_t> seq;
  Event event;
};

// Reuse one Parser for many lines: it keeps its buffers. Not thread-safe.
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  // Refused, with a sentence that says why: broken JSON or UTF-8, lone surrogates, depth above 256,
  // numbers outside int64/uint64/finite double, duplicate keys at any depth, a member of the wrong
  // kind, a missing required member, an id that is empty or longer than kStreamIdBytesMax.
  Result<ParsedLine> parse_line(std::string_view line);
  // L0's own file: a JSON array of envelopes or bare events, with the names of members that its
  // Python package writes or those of its TypeScript package (docs/INTERCHANGE.md).
  Result<std::vector<ParsedLine>> parse_array(std::string_view text);
  // The same array element by element: each is given by itself, with the offset in `text` where it
  // begins, and a bad one as the Error that refuses it. An Error is returned where the array itself
  // is broken, at the Error's offset; what came before it was given.
  using EachElement = std::function<void(std::size_t offset, Result<ParsedLine> element)>;
  Status parse_elements(std::string_view text, const EachElement& each);
  // Is this a valid JSON object under the same rules? Returns it without insignificant whitespace.
  Result<std::string> check_object(std::string_view text);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// A snapshot, as append_snapshot or either of L0's packages writes it. Required are stream_id, seq
// and content; what else is missing is as in a new State; members that are not a snapshot's are not
// kept. Refused: what Parser refuses.
Result<Snapshot> parse_snapshot(std::string_view text);

// Appends one interchange line, without the newline. Text that is not UTF-8 comes out with U+FFFD.
// A GAP is not an event: nothing is appended and false returned.
bool append_envelope(std::string& out, const EnvelopeView& envelope,
                     std::string_view name_space = "l0");
void append_event(std::string& out, const EventView& event);
void append_event(std::string& out, const Event& event);
// The same envelope as an element of the array that L0's Python package keeps in a stream's file:
// what json.dumps(indent=2) makes of it, but that numbers in free-form JSON keep their digits. The
// caller writes "[\n  " before the first, ",\n  " between two and "\n]" after the last; "[]" for
// none.
bool append_l0_element(std::string& out, const EnvelopeView& envelope,
                       std::string_view name_space = "l0");
// `"text"` with escapes; numbers as the shortest form that reads back to the same double.
void append_string(std::string& out, std::string_view text);
void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);
// A state with the document's field names; violations and the error's metadata as they were
// recorded.
void append_state(std::string& out, const State& state);
// L0's members in its order, then those that only reel's snapshots have.
void append_snapshot(std::string& out, const Snapshot& snapshot);
// Metadata with the document's field names, then `status`, `gaps` and `durable_seq`.
void append_metadata(std::string& out, const StreamMetadata& metadata);

}  // namespace reel::json
