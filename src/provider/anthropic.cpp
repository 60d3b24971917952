// Anthropic messages: content blocks, each opened, filled by deltas and closed.
//
//   message_start       {"message":{"id","model","usage"}}
//   content_block_start {"index","content_block":{"type":"text"|"thinking"|"tool_use"|...}}
//   content_block_delta
//   {"index","delta":{"type":"text_delta"|"thinking_delta"|"input_json_delta"|..}} message_delta
//   {"delta":{"stop_reason",...},"usage"} message_stop
#include <map>

#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class Anthropic final : public Dialect {
 public:
  void read(Value event, Emitter& out) override {
    const std::string_view type = event["type"].text();
    if (type == "message_start") return message_start(event["message"], out);
    if (type == "content_block_start") return block_start(event, out);
    if (type == "content_block_delta") return block_delta(event, out);
    if (type == "message_delta") return message_delta(event, out);
    if (type == "message_stop") {
      out.choice(0);
      return out.complete(false);
    }
    if (type != "ping" && type != "content_block_stop" && type != "error") out.note(0, type, event);
  }

 private:
  // A second message_start means that the server began the answer again.
  void message_start(Value message, Emitter& out) {
    if (started_) {
      out.restart();
      blocks_.clear();
    }
    started_ = true;
    out.id(message["id"]);
    out.model(message["model"]);
    out.describe("usage", message["usage"]);
    out.usage(message["usage"]);
    out.finish(0, message["stop_reason"]);
  }

  void block_start(Value event, Emitter& out) {
    const Value block = event["content_block"];
    const std::string_view type = block["type"].text();
    const Value input = block["input"];
    if (type == "text" || type == "thinking") {
      out.text(0, block["text"].text());
      out.token(0, channel::kReasoning, block["thinking"].text());
      out.leftovers(0, "content_block", block, {"type", "text", "thinking"});
    } else if (input.is_object()) {  // tool_use, server_tool_use, mcp_tool_use
      const std::int64_t call = calls_++;
      blocks_[event["index"].integer().value_or(0)] = call;
      out.tool(0, call, input.is_empty() ? "" : input.json(),
               tool_members(block["id"], block["name"], block["type"]));
      out.leftovers(0, "content_block", block, {"type", "id", "name", "input"});
    } else {
      out.note(0, "content_block_start", event);  // results of the server's own tools, and the new
    }
  }

  void block_delta(Value event, Emitter& out) {
    const Value delta = event["delta"];
    const std::string_view type = delta["type"].text();
    if (type == "text_delta") return out.text(0, delta["text"].text());
    if (type == "thinking_delta")
      return out.token(0, channel::kReasoning, delta["thinking"].text());
    if (type != "input_json_delta") return out.note(0, "content_block_delta", event);
    const auto block = blocks_.find(event["index"].integer().value_or(0));
    if (block == blocks_.end()) return out.note(0, "content_block_delta", event);
    out.tool(0, block->second, delta["partial_json"].text());
  }

  static void message_delta(Value event, Emitter& out) {
    out.usage(event["usage"]);
    out.finish(0, event["delta"]["stop_reason"]);
    for (const std::string_view name : {"stop_sequence", "stop_details", "container"})
      out.finish_member(0, name, event["delta"][name]);
    out.leftovers(0, "message_delta.delta", event["delta"],
                  {"stop_reason", "stop_sequence", "stop_details", "container"});
    out.leftovers(0, "message_delta", event, {"type", "delta", "usage"});
  }

  bool started_ = false;
  std::int64_t calls_ = 0;                       // over all messages of the stream
  std::map<std::int64_t, std::int64_t> blocks_;  // block -> call
};

}  // namespace

bool is_anthropic(Value payload) {
  const std::string_view type = payload["type"].text();
  return type == "message_start" || type == "message_delta" || type == "message_stop" ||
         type.substr(0, 14) == "content_block_";
}

std::unique_ptr<Dialect> make_anthropic() { return std::make_unique<Anthropic>(); }

}  // namespace reel::provider
