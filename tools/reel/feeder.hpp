// Feeder: the lines of one input, in whatever format they come, into an Ingest.
//
// JSONL lines (envelopes, bare events, or a line that is an array of them), a provider's stream
// (SSE or NDJSON), or text with one token a line. With Format::automatic the input is tried line
// by line until one says what it is: lines before that which fit nothing are refused. A guess that
// it is a provider's stream is taken back when an envelope or event comes before any provider.
//
// What is refused is not stored. A line that makes several events, of which some cannot be stored,
// is answered for those that are; the others are complained about.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest.hpp"
#include "line_reader.hpp"
#include "reel/json.hpp"
#include "reel/provider.hpp"
#include "report.hpp"

namespace reel::tool {

enum class Format { automatic, jsonl, sse, text };

struct FeederOptions {
  std::string input;   // name for messages
  std::string stream;  // takes events without an envelope; "" = the response's id or a new one
  Format format = Format::automatic;
  bool live = false;  // events without a time are stamped now; else with the capture's own times
};

class Feeder {
 public:
  Feeder(Ingest& ingest, Report& report, FeederOptions options);
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  // For inputs whose beginning can be looked at before the first line is fed.
  void look(std::string_view beginning);
  void line(const Line& line);
  // The whole text is one JSON array, as L0 keeps its streams. An element is answered in the line
  // that it begins on, and a bad one costs no other.
  void array(std::string_view text);
  // The end of the input.
  void finish();

  // The stream that took what came without an envelope; "" when nothing did.
  std::string stream() const { return bare_ ? options_.stream : std::string(); }

 private:
  Answer feed(const Line& line);
  Answer feed_guessed(const Line& line);
  bool is_own(std::string_view text);
  void distrust_guess();
  Answer feed_jsonl(std::string_view text);
  Answer feed_array(std::string_view text);
  Answer offer(json::ParsedLine line);
  void join(Answer& whole, Answer given);
  void complain(std::uint64_t line, std::string_view reason);
  Answer feed_capture(const Line& line);
  Answer feed_text(std::string_view text);
  void start_capture();
  Status take_event(std::uint32_t choice, const Event& event);
  void report_warnings();
  const std::string& bare_stream();

  Ingest& ingest_;
  Report& report_;
  FeederOptions options_;
  json::Parser parser_;
  std::unique_ptr<provider::Capture> capture_;
  bool bare_ = false;                  // something came without an envelope
  Answer made_;                        // by the capture since the line began
  std::optional<std::string> failed_;  // why the capture takes no more
  bool guessed_ = false;  // that it is a provider's stream, which no line has shown yet
  std::vector<std::uint64_t> guessed_lines_;  // that no complaint was about
  std::uint64_t last_line_ = 0;
};

}  // namespace reel::tool
