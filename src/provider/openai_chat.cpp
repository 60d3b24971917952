// OpenAI chat completions and legacy completions, and the many servers that copy them: vLLM,
// DeepSeek, Groq, Mistral, xAI, OpenRouter, Azure, Snowflake, Cerebras, ...
//
//   {"id","model","created","choices":[{"index","delta":{"content","reasoning_content"|"reasoning",
//    "refusal","tool_calls":[{"index","id","function":{"name","arguments"}}]},"finish_reason"}],
//    "usage"}
//   legacy: {"choices":[{"index","text","finish_reason"}]}
//
// The stream ends with `[DONE]`; usage comes with the last chunk or in one of its own.
#include <algorithm>
#include <map>

#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class OpenAiChat final : public Dialect {
 public:
  void read(Value chunk, Emitter& out) override {
    begin(chunk, out);
    out.id(chunk["id"]);
    out.model(chunk["model"]);
    out.describe("served_by", chunk["provider"]);  // OpenRouter: whom it asked
    for (const std::string_view name : {"service_tier", "system_fingerprint"})
      out.describe(name, chunk[name]);
    out.created_seconds(chunk["created"]);
    out.usage(chunk["usage"].is_object() ? chunk["usage"] : chunk["x_groq"]["usage"]);
    for (const Value choice : chunk["choices"]) read_choice(choice, out);
    // `p` and `obfuscation` are padding against eavesdroppers, random by design.
    out.leftovers(0, "chunk", chunk,
                  {"id", "model", "object", "created", "choices", "usage", "service_tier",
                   "system_fingerprint", "provider", "error", "p", "obfuscation"});
  }

 private:
  // A finished answer followed by the first chunk of one with another id: the next turn of a
  // recording. A new id alone says nothing, some servers make one for each chunk.
  void begin(Value chunk, Emitter& out) {
    const Value id = chunk["id"], role = chunk["choices"].front()["delta"]["role"];
    if (finished_ && role.is_string() && !id.is_empty() && id.text() != id_) {
      out.complete(true);
      out.restart();
      finished_ = false;
    }
    if (!id.is_empty()) id_ = id.text();
  }

  void read_choice(Value choice, Emitter& out) {
    const auto kept = out.choice_of(choice["index"]);
    if (!kept) return;
    const std::uint32_t number = *kept;
    const Value delta = choice["delta"];
    // Some servers name both, with the same text.
    const Value reasoning =
        delta["reasoning_content"].is_empty() ? delta["reasoning"] : delta["reasoning_content"];
    out.token(number, channel::kReasoning, reasoning.text());
    if (reasoning.is_empty()) read_details(number, delta["reasoning_details"], out);
    read_content(number, delta["content"], out);
    out.text(number, choice["text"].text());
    out.token(number, channel::kRefusal, delta["refusal"].text());
    std::int64_t position = 0;
    for (const Value call : delta["tool_calls"]) read_call(number, call, position++, out);
    read_function(number, delta["function_call"], out);
    read_leftovers(number, choice, out);
    out.finish(number, choice["finish_reason"]);
    if (!choice["finish_reason"].is_empty()) finished_ = true;
    if (choice["error"].is_object()) out.error(choice["error"]);
  }

  // Text, or a list of parts (Mistral): {"type":"text","text"},
  // {"type":"thinking","thinking":[..]}.
  static void read_content(std::uint32_t number, Value content, Emitter& out) {
    out.text(number, content.text());
    if (!content.is_array()) return;
    for (const Value part : content) {
      out.text(number, part["text"].text());
      out.token(number, channel::kReasoning, part["thinking"].text());
      for (const Value thought : part["thinking"])
        out.token(number, channel::kReasoning, thought["text"].text());
      out.leftovers(number, "content", part, {"type", "text", "thinking"});
    }
  }

  // For servers that give reasoning there alone.
  static void read_details(std::uint32_t number, Value details, Emitter& out) {
    for (const Value detail : details) {
      const Value text = detail["text"].is_empty() ? detail["summary"] : detail["text"];
      out.token(number, channel::kReasoning, text.text());
    }
  }

  // Servers that send a call in one piece may leave out its index: then its place counts. Others
  // give every call index 0: then a new id with a new name is a new call.
  void read_call(std::uint32_t number, Value call, std::int64_t position, Emitter& out) {
    const std::int64_t index = call["index"].integer().value_or(position);
    const Value id = call["id"], function = call["function"];
    const auto [place, is_new] = calls_.try_emplace({number, index});
    Call& known = place->second;
    const bool named = !function["name"].is_empty();
    const bool replaced = !is_new && named && !id.is_empty() && id.text() != known.id;
    std::string tool;
    if (is_new || replaced) {
      known.call = replaced ? next_call_[number] : index;
      known.id = id.text();
      next_call_[number] = std::max(next_call_[number], known.call + 1);
      tool = tool_members(id, function["name"], call["type"]);
    }
    const Value arguments = function["arguments"];
    // A few give the arguments as an object.
    out.tool(number, known.call, arguments.is_object() ? arguments.json() : arguments.text(),
             std::move(tool));
  }

  // The one call of the first function-calling interface.
  void read_function(std::uint32_t number, Value function, Emitter& out) {
    if (!function.is_object()) return;
    std::string tool;
    if (!function["name"].is_empty() && calls_.try_emplace({number, 0}).second)
      tool = tool_members({}, function["name"]);
    out.tool(number, 0, function["arguments"].text(), std::move(tool));
  }

  static void read_leftovers(std::uint32_t number, Value choice, Emitter& out) {
    out.leftovers(number, "delta", choice["delta"],
                  {"role", "content", "reasoning", "reasoning_content", "refusal", "tool_calls",
                   "function_call", "index"});
    out.leftovers(number, "choice", choice,
                  {"index", "delta", "text", "finish_reason", "native_finish_reason", "error"});
    out.finish_member(number, "native_finish_reason", choice["native_finish_reason"]);
  }

  std::string id_;
  bool finished_ = false;
  struct Call {
    std::string id;
    std::int64_t call = 0;
  };
  std::map<std::pair<std::uint32_t, std::int64_t>, Call> calls_;  // by choice and index
  std::map<std::uint32_t, std::int64_t> next_call_;               // per choice
};

}  // namespace

// A whole answer in one object has a `message` where a stream has a `delta`.
bool is_openai_chat(Value payload) {
  const Value choices = payload["choices"];
  if (!choices.is_array()) return false;
  const Value first = choices.front();
  return !first || !first["message"] || first["delta"].is_object();
}

std::unique_ptr<Dialect> make_openai_chat() { return std::make_unique<OpenAiChat>(); }

}  // namespace reel::provider
