// Gemini interactions: steps, each begun, filled by deltas and stopped.
//
//   interaction.created   {"interaction":{"id","model"}}
//   step.start            {"index","step":{"type":"thought"|"model_output"|"function_call",...}}
//   step.delta            {"index","delta":{"type":"text"|"arguments_delta"|"thought_summary"|...}}
//   interaction.completed {"interaction":{"status","usage"}}
#include <map>

#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class GeminiInteractions final : public Dialect {
 public:
  void read(Value event, Emitter& out) override {
    const std::string_view type = event["event_type"].text();
    const Value interaction = event["interaction"];
    out.id(interaction["id"]);
    out.id(event["interaction_id"]);
    out.model(interaction["model"]);
    out.usage(interaction["usage"]);
    if (type == "step.start") return start(event, out);
    if (type == "step.delta") return delta(event, out);
    if (type == "interaction.completed") {
      out.finish(0, interaction["status"]);
      out.choice(0);
      return out.complete(false);
    }
    if (type != "interaction.created" && type != "interaction.status_update" &&
        type != "step.stop" && type != "error")
      out.note(0, type, event);
  }

 private:
  void start(Value event, Emitter& out) {
    const Value step = event["step"];
    const std::string_view type = step["type"].text();
    if (step["arguments"].is_object()) {  // function_call, and calls of the server's own tools
      const auto call = static_cast<std::int64_t>(calls_.size());
      calls_[event["index"].integer().value_or(0)] = call;
      const Value arguments = step["arguments"];
      out.tool(0, call, arguments.is_empty() ? "" : arguments.json(),
               tool_members(step["id"], step["name"], step["type"]));
      out.leftovers(0, "step", step, {"id", "name", "type", "arguments"});
    } else if (type == "thought" || type == "model_output") {
      out.leftovers(0, "step", step, {"type"});
    } else {
      out.note(0, "step.start", event);
    }
  }

  void delta(Value event, Emitter& out) {
    const Value delta = event["delta"];
    const std::string_view type = delta["type"].text();
    if (type == "text") return out.text(0, delta["text"].text());
    if (type == "thought_summary" || type == "thought")
      return out.token(
          0, channel::kReasoning,
          delta["content"].is_object() ? delta["content"]["text"].text() : delta["text"].text());
    const auto call = calls_.find(event["index"].integer().value_or(0));
    if (type != "arguments_delta" || call == calls_.end()) return out.note(0, "step.delta", event);
    out.tool(0, call->second, delta["arguments"].text());
  }

  std::map<std::int64_t, std::int64_t> calls_;  // step -> call
};

}  // namespace

bool is_gemini_interactions(Value payload) {
  const std::string_view type = payload["event_type"].text();
  return type.substr(0, 12) == "interaction." || type.substr(0, 5) == "step.";
}

std::unique_ptr<Dialect> make_gemini_interactions() {
  return std::make_unique<GeminiInteractions>();
}

}  // namespace reel::provider
