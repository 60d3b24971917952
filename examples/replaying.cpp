// Replaying: events, state, tokens; at once or in their own time; a part of them; with callbacks.
#include <chrono>

#include "example.hpp"

using reel::EventSourcing;

namespace {

const std::string stream_id = "chat-7";

// A stream of eight events, 100 ms apart. (EventSourcing::recorder stamps with the time it is.)
reel::Status record(const reel::StorePtr& store) {
  double now_ms = 1700000000000;
  reel::EventRecorder recorder(store, stream_id, [&now_ms] { return now_ms += 100; });
  return example::all({
      recorder.record_start(R"({"model":"gpt-4"})"),
      recorder.record_token("Hel", 0),
      recorder.record_token("lo", 1),
      recorder.record_checkpoint("Hello", 2),
      recorder.record_retry("rate_limit", 1),
      recorder.record_guardrail(R"({"passed":false,"violations":[{"rule":"tone"}]})"),
      recorder.record_token(" world", 2),
      recorder.record_complete("Hello world", 3),
  });
}

int basic(const reel::StorePtr& store) {
  auto replay = EventSourcing::replay(stream_id, store);
  if (!replay) return example::failed(replay);

  for (const auto& envelope : *replay) {
    std::cout << '[' << envelope.seq << "] " << envelope.event.type_name() << '\n';
  }
  return replay->status().ok() ? 0 : example::failed(replay->status());
}

int to_state(const reel::StorePtr& store) {
  auto replayer = EventSourcing::replayer(store);
  auto state = replayer.replay_to_state(stream_id);
  if (!state) return example::failed(state);

  std::cout << "content:             " << state->content << '\n'
            << "token_count:         " << state->token_count << '\n'
            << "checkpoint:          " << state->checkpoint << '\n'
            << "completed:           " << state->completed << '\n'
            << "error:               " << (state->error ? state->error->message : "none") << '\n'
            << "violations:          " << state->violations.size() << '\n'
            << "drift_detected:      " << state->drift_detected << '\n'
            << "retry_attempts:      " << state->retry_attempts << '\n'  // that count
            << "network_retry_count: " << state->network_retry_count << '\n'
            << "fallback_index:      " << state->fallback_index << '\n'
            << "took:                " << state->end_ts - state->start_ts << " ms\n";
  return 0;
}

int tokens(const reel::StorePtr& store) {
  auto replayer = EventSourcing::replayer(store);
  auto tokens = replayer.replay_tokens(stream_id, {.speed = 0});
  if (!tokens) return example::failed(tokens);

  for (std::string_view token : *tokens) std::cout << token << '|';
  std::cout << '\n';
  return tokens->status().ok() ? 0 : example::failed(tokens->status());
}

// 0: at once (the default). 1: as it streamed. 2: twice as fast. Here ten times: 70 ms.
int timed(const reel::StorePtr& store) {
  auto replay = EventSourcing::replay(stream_id, store, {.speed = 10});
  if (!replay) return example::failed(replay);

  const auto begin = std::chrono::steady_clock::now();
  for (const auto& envelope : *replay) {
    if (envelope.event.is_text_token()) std::cout << envelope.event.text << std::flush;
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  std::cout << "\nat least 70 ms: " << (took.count() >= 70) << '\n';
  return replay->status().ok() ? 0 : example::failed(replay->status());
}

int partial(const reel::StorePtr& store) {
  // Both ends included. The state is that of these events alone.
  auto replay = EventSourcing::replay(stream_id, store, {.from_seq = 2, .to_seq = 6});
  if (!replay) return example::failed(replay);

  for (const auto& envelope : *replay) std::cout << envelope.seq << ' ';
  std::cout << replay->state().content << '\n';
  return replay->status().ok() ? 0 : example::failed(replay->status());
}

int callbacks(const reel::StorePtr& store) {
  auto replay = EventSourcing::replay(stream_id, store, {.fire_callbacks = true, .from_seq = 4});
  if (!replay) return example::failed(replay);

  replay->set_callbacks({
      .on_token = [](std::string_view token) { std::cout << "Token: " << token << '\n'; },
      .on_violation = [](std::string_view v) { std::cout << "Violation: " << v << '\n'; },
      .on_retry =
          [](std::int64_t attempt, std::string_view reason) {
            std::cout << "Retry " << attempt << ": " << reason << '\n';
          },
      .on_event =
          [](const reel::EnvelopeView& envelope) {
            std::cout << "Event: " << envelope.event.type_name() << '\n';
          },
  });
  for ([[maybe_unused]] const auto& envelope : *replay) {
    // Callbacks fire by themselves.
  }
  std::cout << replay->state().content << '\n';
  return replay->status().ok() ? 0 : example::failed(replay->status());
}

}  // namespace

int main() {
  auto store = EventSourcing::memory();
  if (auto recorded = record(store); !recorded) return example::failed(recorded);
  std::cout << std::boolalpha;
  for (auto* part : {basic, to_state, tokens, timed, partial, callbacks}) {
    if (int code = part(store); code != 0) return code;
  }
}

// Output:
// [0] START
// [1] TOKEN
// [2] TOKEN
// [3] CHECKPOINT
// [4] RETRY
// [5] GUARDRAIL
// [6] TOKEN
// [7] COMPLETE
// content:             Hello world
// token_count:         3
// checkpoint:          Hello
// completed:           true
// error:               none
// violations:          1
// drift_detected:      false
// retry_attempts:      1
// network_retry_count: 0
// fallback_index:      0
// took:                700 ms
// Hel|lo| world|
// Hello world
// at least 70 ms: true
// 2 3 4 5 6 lo world
// Retry 1: rate_limit
// Event: RETRY
// Violation: {"rule":"tone"}
// Event: GUARDRAIL
// Token:  world
// Event: TOKEN
// Event: COMPLETE
// Hello world
