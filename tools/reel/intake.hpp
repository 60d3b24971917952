// What record and import share: options, the loop over the lines of one input, the totals.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "feeder.hpp"
#include "progress.hpp"
#include "seal_command.hpp"
#include "verbs.hpp"

namespace reel::tool {

struct IntakeOptions {
  std::string stream;
  std::string format = "auto";
  std::string ack;  // "", "recorded" or "durable"
  std::string on_seal;
  bool compact = false;
};
// --stream, --format, --ack[=LEVEL], --on-seal, --compact.
void add_intake(CLI::App& verb, IntakeOptions& options);

class Intake {
 public:
  // Opens the store for writing. `total` bytes are to come, 0 when unknown. A message and false
  // when the store cannot be used.
  Intake(const Common& common, const IntakeOptions& options, std::uint64_t total);
  bool open(JumpRule jumps);

  // Feeds all lines of `fd`. `whole`: the input is a file, whose beginning tells what it is.
  // Anything worse than bad lines makes the exit code `unusable`.
  void run(int fd, FeederOptions options, bool whole);
  // A whole input could not be used.
  void refuse_input(const std::string& name, std::string_view reason, ExitCode code);
  // A file that was a snapshot was saved as one.
  void note_snapshot() noexcept { ++snapshots_; }
  bool stopped() const noexcept { return stopped_; }
  int signal() const noexcept { return interrupt_.signal(); }
  Format format() const;

  // Closes the store and prints the totals.
  ExitCode finish();

 private:
  bool release();
  void run_lines(LineReader& reader, Feeder& feeder);
  void run_array(LineReader& reader, Feeder& feeder);
  void tell_end(LineReader::Got got, const LineReader& reader);
  void tell_recovery() const;
  std::string totals_json(double seconds) const;
  std::string totals(double seconds) const;

  Interrupt interrupt_;
  const Common& common_;
  const IntakeOptions& options_;
  Output out_;
  Progress progress_;
  Report report_;
  std::unique_ptr<SealCommand> on_seal_;  // outlives the log that calls it
  std::unique_ptr<Ingest> ingest_;
  std::string input_;
  std::string stream_;  // where events without an envelope went
  std::uint64_t snapshots_ = 0;
  ExitCode code_ = ExitCode::fine;
  bool stopped_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace reel::tool
