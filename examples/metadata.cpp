// Stream metadata: what a stream is, without replaying it.
#include "example.hpp"

using reel::EventSourcing;

int main() {
  auto store = EventSourcing::memory();
  double now_ms = 1700000000000;
  reel::EventRecorder recorder(store, "chat-7", [&now_ms] { return now_ms += 250; });
  auto recorded =
      example::all({recorder.record_start(R"({"model":"gpt-4","temperature":0.7})"),
                    recorder.record_token("Hello", 0), recorder.record_token(" world", 1),
                    recorder.record_complete("Hello world", 2)});
  if (!recorded) return example::failed(recorded);

  auto meta = EventSourcing::metadata("chat-7", store);
  if (!meta) return example::failed(meta);
  if (*meta) {
    std::cout << std::boolalpha << std::fixed;
    std::cout.precision(0);
    std::cout << "stream_id:   " << (*meta)->stream_id << '\n'
              << "event_count: " << (*meta)->event_count << '\n'
              << "token_count: " << (*meta)->token_count << '\n'
              << "start_ts:    " << (*meta)->start_ts << '\n'  // Unix milliseconds
              << "end_ts:      " << (*meta)->end_ts << '\n'
              << "completed:   " << (*meta)->completed << '\n'
              << "has_error:   " << (*meta)->has_error << '\n'
              << "options:     " << (*meta)->options.value_or("none") << '\n';
  }

  // A stream that is not there is no error.
  auto nobody = EventSourcing::metadata("chat-8", store);
  if (!nobody) return example::failed(nobody);
  std::cout << "chat-8:      " << (*nobody ? "there" : "not there") << '\n';
}

// Output:
// stream_id:   chat-7
// event_count: 4
// token_count: 2
// start_ts:    1700000000250
// end_ts:      1700000001000
// completed:   true
// has_error:   false
// options:     {"model":"gpt-4","temperature":0.7}
// chat-8:      not there
