// Gemini live: a spoken conversation. What the model says (as text, or the transcript of its voice)
// is the text; what it heard has the channel `input_transcript`; sound is kept as it came.
//
//   {"setupComplete":{}}
//   {"serverContent":{"inputTranscription":{"text"},"outputTranscription":{"text"},
//                     "modelTurn":{"parts":[..]},"turnComplete"},"usageMetadata"}
//   {"toolCall":{"functionCalls":[{"id","name","args"}]}}
#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class GeminiLive final : public Dialect {
 public:
  void read(Value message, Emitter& out) override {
    const Value content = message["serverContent"];
    out.choice(0);
    out.usage(message["usageMetadata"]);
    out.token(0, channel::kInputTranscript, content["inputTranscription"]["text"].text());
    out.text(0, content["outputTranscription"]["text"].text());
    for (const Value part : content["modelTurn"]["parts"]) {
      const bool is_thought = part["thought"].is_true();
      out.token(0, is_thought ? channel::kReasoning : channel::kText, part["text"].text());
      out.leftovers(0, "part", part, {"text", "thought"});
    }
    for (const Value call : message["toolCall"]["functionCalls"])
      out.tool(0, calls_++, call["args"].is_object() ? call["args"].json() : "{}",
               tool_members(call["id"], call["name"]));
    out.leftovers(0, "server_content", content,
                  {"inputTranscription", "outputTranscription", "modelTurn", "turnComplete"});
    out.leftovers(0, "message", message,
                  {"setupComplete", "serverContent", "toolCall", "usageMetadata", "error"});
    if (content["turnComplete"].is_true()) out.complete(false);
  }

 private:
  std::int64_t calls_ = 0;
};

}  // namespace

bool is_gemini_live(Value payload) {
  return payload["serverContent"].is_object() || payload["setupComplete"].is_object();
}

std::unique_ptr<Dialect> make_gemini_live() { return std::make_unique<GeminiLive>(); }

}  // namespace reel::provider
