// Use case, regression testing: does a new version of the model still say the same?
#include "example.hpp"

using reel::EventSourcing;

namespace {

// Stands for a run of the model: each token of its answer is recorded as it comes.
reel::Status run_and_record(reel::EventRecorder& recorder, std::string_view model,
                            std::initializer_list<std::string_view> answer) {
  auto options = reel::json::ObjectBuilder().add("model", model).text();
  if (!options) return options.status();
  if (auto seq = recorder.record_start(*options); !seq) return seq.status();
  std::string content;
  std::int64_t index = 0;
  for (const std::string_view token : answer) {
    if (auto seq = recorder.record_token(token, index++); !seq) return seq.status();
    content += token;
  }
  return recorder.record_complete(content, index).status();
}

}  // namespace

int main() {
  auto store = EventSourcing::memory();

  // Run with model A, run with model B.
  auto recorder_a = EventSourcing::recorder(store, "model-a");
  auto ran = run_and_record(recorder_a, "gpt-4-0613", {"Paris", " is", " the", " capital."});
  if (!ran) return example::failed(ran);
  auto recorder_b = EventSourcing::recorder(store, "model-b");
  ran = run_and_record(recorder_b, "gpt-4-turbo", {"Paris", ", of", " course."});
  if (!ran) return example::failed(ran);

  // Compare what came out.
  auto replayer = EventSourcing::replayer(store);
  auto state_a = replayer.replay_to_state("model-a");
  if (!state_a) return example::failed(state_a);
  auto state_b = replayer.replay_to_state("model-b");
  if (!state_b) return example::failed(state_b);

  auto comparison = EventSourcing::compare(*state_a, *state_b);
  if (!comparison.identical) {
    std::cout << "Differences found:\n";
    for (const auto& difference : comparison.differences) std::cout << "  - " << difference << '\n';
  }
  auto parted = reel::first_divergence(*store, "model-a", "model-b");
  if (!parted) return example::failed(parted);
  if (*parted) std::cout << "They part at token " << (*parted)->token << '\n';
}

// Output:
// Differences found:
//   - content: 'Paris is the capital....' vs 'Paris, of course....'
//   - token_count: 4 vs 3
// They part at token 1
