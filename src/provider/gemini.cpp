// Gemini and Vertex AI, streamGenerateContent: each chunk is a partial answer.
//
//   {"candidates":[{"index","content":{"parts":[{"text","thought"}|{"functionCall":{"name","args"}}]},
//     "finishReason"}],"usageMetadata","modelVersion","responseId","createTime"}
//
// There is no mark of the end beyond finishReason.
#include <algorithm>
#include <map>

#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class Gemini final : public Dialect {
 public:
  void read(Value chunk, Emitter& out) override {
    out.id(chunk["responseId"]);
    out.model(chunk["modelVersion"]);
    out.created(parse_time(chunk["createTime"].text()).value_or(0));
    out.usage(chunk["usageMetadata"]);
    for (const Value candidate : chunk["candidates"]) read_candidate(candidate, out);
    if (chunk["candidates"].is_empty() && !chunk["promptFeedback"]["blockReason"].is_empty())
      out.finish(0, chunk["promptFeedback"]["blockReason"]);
    out.leftovers(
        0, "chunk", chunk,
        {"responseId", "modelVersion", "createTime", "usageMetadata", "candidates", "error"});
  }

 private:
  void read_candidate(Value candidate, Emitter& out) {
    const auto kept = out.choice_of(candidate["index"]);
    if (!kept) return;
    const std::uint32_t number = *kept;
    for (const Value part : candidate["content"]["parts"]) read_part(number, part, out);
    out.finish(number, candidate["finishReason"]);
    out.finish_member(number, "finish_message", candidate["finishMessage"]);
    out.leftovers(number, "candidate", candidate,
                  {"index", "content", "finishReason", "finishMessage"});
  }

  void read_part(std::uint32_t number, Value part, Emitter& out) {
    const bool is_thought = part["thought"].is_true();
    out.token(number, is_thought ? channel::kReasoning : channel::kText, part["text"].text());
    if (part["functionCall"].is_object()) read_call(number, part["functionCall"], out);
    // Thought signatures, images, code that was run: kept as they came.
    out.leftovers(number, "part", part, {"text", "thought", "functionCall"});
  }

  // A call comes whole, or (willContinue) first its name, then pieces of its arguments by path.
  void read_call(std::uint32_t number, Value call, Emitter& out) {
    std::string tool = tool_members(call["id"], call["name"]);
    if (!tool.empty()) ++calls_[number];
    const std::int64_t index = std::max<std::int64_t>(calls_[number] - 1, 0);
    const Value partial = call["partialArgs"], args = call["args"];
    const bool is_whole = !call["name"].is_empty() && !call["willContinue"].is_true();
    if (!tool.empty() || args.is_object())
      out.tool(number, index,
               args.is_object() ? args.json()
               : is_whole       ? "{}"
                                : "",
               std::move(tool));
    out.tool(number, index, partial.is_empty() ? "" : partial.json());
  }

  std::map<std::uint32_t, std::int64_t> calls_;  // begun so far, per candidate
};

}  // namespace

bool is_gemini(Value payload) {
  return payload["candidates"].is_array() || payload["promptFeedback"].is_object() ||
         (payload["usageMetadata"].is_object() && !payload["serverContent"]);
}

std::unique_ptr<Dialect> make_gemini() { return std::make_unique<Gemini>(); }

}  // namespace reel::provider
