#include <iostream>
#include <reel/reel.hpp>

int main() {
  auto log = reel::Log::open("./my-store");
  if (!log) return std::cerr << log.error().to_string() << '\n', 1;
  auto stream = log->recorder("");  // a new stream with an id of its own
  if (!stream) return std::cerr << stream.error().to_string() << '\n', 1;
  const std::string id(stream->stream_id());
  stream->record_start(R"({"model":"m","prompt":"Say hello"})");
  if (stream->record_token("Hello, ", 0) != reel::Append::ok) return 1;  // survives kill -9
  if (stream->record_token("world!", 1) != reel::Append::ok) return 1;
  stream->record_complete("Hello, world!", 2);
  if (auto done = log->sync(); !done) return std::cerr << done.to_string() << '\n', 1;

  auto reader = reel::Reader::open("./my-store");  // from here, or from any other process
  if (!reader) return std::cerr << reader.error().to_string() << '\n', 1;
  auto state = reel::replay_to_state(*reader, id);
  std::cout << (state ? state->content : state.error().to_string()) << '\n';
}
