// Use case, testing and debugging: record streams in production, replay them at home.
#include "example.hpp"

using reel::EventSourcing;

namespace {

const std::string request_id = "request-42";

// What the gateway's own loop calls for each piece of the model's answer: here a made-up model that
// loses its connection.
int in_production(const std::string& folder) {
  auto store = EventSourcing::file(folder);
  auto recorder = EventSourcing::recorder(store, request_id);
  auto recorded = example::all(
      {recorder.record_start(R"({"model":"gpt-4"})"), recorder.record_token("The answer", 0),
       recorder.record_token(" is", 1),
       recorder.record_error({.name = "ConnectionError", .message = "reset by peer"})});
  return recorded ? 0 : example::failed(recorded);
}

// Another process, another day.
int later(const std::string& folder) {
  auto store = EventSourcing::file(folder);
  auto replay = EventSourcing::replay(request_id, store);
  if (!replay) return example::failed(replay);

  for (const auto& envelope : *replay) {
    std::cout << envelope.seq << ": " << envelope.event.type_name() << ' ' << envelope.event.text
              << '\n';
  }
  const EventSourcing::State& state = replay->state();
  std::cout << "came as far as \"" << state.content << "\", then " << state.error->name << ": "
            << state.error->message << '\n';
  return replay->status().ok() ? 0 : example::failed(replay->status());
}

}  // namespace

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);
  if (int code = in_production(folder / "debug-events"); code != 0) return code;
  return later(folder / "debug-events");
}

// Output:
// 0: START
// 1: TOKEN The answer
// 2: TOKEN  is
// 3: ERROR
// came as far as "The answer is", then ConnectionError: reset by peer
