// Cohere chat, version 2 (typed events) and version 1 (event_type).
//
//   v2: message-start {"id"}, content-delta {"delta":{"message":{"content":{"text"}}}},
//       tool-plan-delta, tool-call-start|delta {"index","delta":{"message":{"tool_calls":{..}}}},
//       citation-start, message-end {"delta":{"finish_reason","usage"}}
//   v1: stream-start {"generation_id"}, text-generation {"text"}, tool-calls-generation,
//       tool-calls-chunk, stream-end {"finish_reason","response"}
//
// The plan a model makes before it calls tools is its reasoning.
#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class Cohere final : public Dialect {
 public:
  void read(Value event, Emitter& out) override {
    out.choice(0);
    if (event["event_type"].is_string()) return read_v1(event, out);
    const std::string_view type = event["type"].text();
    const Value message = event["delta"]["message"], call = message["tool_calls"];
    out.id(event["id"]);
    if (type == "content-start" || type == "content-delta") {
      out.token(0, channel::kReasoning, message["content"]["thinking"].text());
      out.text(0, message["content"]["text"].text());
    } else if (type == "tool-plan-delta") {
      out.token(0, channel::kReasoning, message["tool_plan"].text());
    } else if (type == "tool-call-start" || type == "tool-call-delta") {
      std::string tool;
      if (type == "tool-call-start")
        tool = tool_members(call["id"], call["function"]["name"], call["type"]);
      out.tool(0, event["index"].integer().value_or(0), call["function"]["arguments"].text(),
               std::move(tool));
    } else if (type == "message-end") {
      end(event["delta"], out);
    } else if (type != "message-start" && type != "content-end" && type != "tool-call-end" &&
               type != "citation-end") {
      out.note(0, type, event);
    }
  }

 private:
  static void end(Value delta, Emitter& out) {
    out.usage(delta["usage"]);
    out.finish(0, delta["finish_reason"]);
    if (!delta["error"].is_empty()) return out.error(delta["error"]);
    out.complete(false);
  }

  void read_v1(Value event, Emitter& out) {
    const std::string_view type = event["event_type"].text();
    out.id(event["generation_id"]);
    if (type == "text-generation") return out.text(0, event["text"].text());
    if (type == "tool-calls-chunk") return read_v1_call(event, out);
    if (type == "stream-end") {
      out.finish(0, event["finish_reason"]);
      out.usage(event["response"]["meta"]);
      return out.complete(false);
    }
    if (type != "stream-start") out.note(0, type, event);
  }

  void read_v1_call(Value event, Emitter& out) {
    const Value call = event["tool_call_delta"];
    const std::int64_t index = call["index"].integer().value_or(0);
    out.token(0, channel::kReasoning, event["text"].text());
    out.tool(0, index, call["parameters"].text(), tool_members({}, call["name"]));
  }
};

}  // namespace

bool is_cohere(Value payload) {
  const std::string_view v1 = payload["event_type"].text();
  if (v1 == "stream-start" || v1 == "text-generation" || v1 == "stream-end") return true;
  const std::string_view type = payload["type"].text();
  return type == "message-start" || type == "message-end" || type == "content-start" ||
         type == "content-delta" || type == "tool-plan-delta" || type == "tool-call-start" ||
         type == "tool-call-delta";
}

std::unique_ptr<Dialect> make_cohere() { return std::make_unique<Cohere>(); }

}  // namespace reel::provider
