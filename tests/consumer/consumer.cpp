// Uses every room that a user links against: records a stream and reads it back. The folder for the
// store is the only argument.
#include <cstdio>
#include <reel/reel.hpp>

namespace {

int fail(const reel::Status& status) {
  std::fprintf(stderr, "consumer: %s\n", status.to_string().c_str());
  return 1;
}

int record(const char* folder) {
  auto log = reel::Log::open(folder);
  if (!log) return fail(log.status());
  auto recorder = log->recorder("consumer");
  if (!recorder) return fail(recorder.status());
  if (recorder->record_token("installed", 0) != reel::Append::ok) return 1;
  recorder->close();
  const auto report = log->close();
  return report.lost == 0 && report.status.ok() ? 0 : fail(report.status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (const int code = record(argv[1]); code != 0) return code;
  auto reader = reel::Reader::open(argv[1]);
  if (!reader) return fail(reader.status());
  auto state = reel::replay_to_state(*reader, "consumer");
  if (!state) return fail(state.status());
  std::printf("%s\n", state->content.c_str());
  return state->content == "installed" ? 0 : 1;
}
