// OpenAI responses (also xAI, LM Studio, Copilot, Azure): typed events around one response object.
//
//   response.created|queued|in_progress {"response":{"id","model","created_at"}}
//   response.output_item.added          {"output_index","item":{"type":"function_call",...}}
//   response.output_text.delta          {"output_index","content_index","delta"}
//   response.reasoning_text.delta, response.reasoning_summary_text.delta, response.refusal.delta,
//   response.function_call_arguments.delta, ...
//   response.completed|incomplete|failed {"response":{"status","usage","error"}}
//
// A `.done` event repeats what the deltas said, and is read only where there were none.
#include <array>
#include <map>
#include <set>

#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

struct Stretch {  // a kind of text that comes in deltas and is repeated by a `done`
  std::string_view delta, done;
  std::string_view channel;
  std::string_view part;   // the member that tells several stretches of one item apart
  std::string_view whole;  // where `done` has the text
};

constexpr std::array<Stretch, 4> kTexts = {{
    {"response.output_text.delta", "response.output_text.done", channel::kText, "content_index",
     "text"},
    {"response.refusal.delta", "response.refusal.done", channel::kRefusal, "content_index",
     "refusal"},
    {"response.reasoning_text.delta", "response.reasoning_text.done", channel::kReasoning,
     "content_index", "text"},
    {"response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
     channel::kReasoning, "summary_index", "text"},
}};

constexpr std::array<Stretch, 4> kCalls = {{
    {"response.function_call_arguments.delta", "response.function_call_arguments.done",
     channel::kToolCall, "", "arguments"},
    {"response.mcp_call_arguments.delta", "response.mcp_call_arguments.done", channel::kToolCall,
     "", "arguments"},
    {"response.custom_tool_call_input.delta", "response.custom_tool_call_input.done",
     channel::kToolCall, "", "input"},
    {"response.code_interpreter_call_code.delta", "response.code_interpreter_call_code.done",
     channel::kToolCall, "", "code"},
}};

// Say nothing that other events do not say.
constexpr std::array<std::string_view, 5> kSilent = {
    "response.content_part.added", "response.content_part.done",
    "response.reasoning_summary_part.added", "response.reasoning_summary_part.done", "keepalive"};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

class OpenAiResponses final : public Dialect {
 public:
  void read(Value event, Emitter& out) override {
    const std::string_view type = event["type"].text();
    if (type == "response.created") begin(event["response"]["id"], out);
    read_response(event["response"], out);
    if (type == "error" || read_text(type, event, out) || read_call(type, event, out)) return;
    if (type == "response.output_item.added") return added(event, out);
    if (type == "response.output_item.done") return done(event, out);
    if (read_end(type, event["response"], out) || event["response"].is_object()) return;
    for (const std::string_view silent : kSilent) {
      if (type == silent) return;
    }
    if (!ends_with(type, ".in_progress")) out.note(0, type, event);
  }

 private:
  // Another response after this one (several turns in one recording) counts its output anew.
  void begin(Value id, Emitter& out) {
    if (!id_.empty() && id.text() != id_) {
      out.restart();
      next_call_ += static_cast<std::int64_t>(calls_.size());
      calls_.clear();
      streamed_.clear();
    }
    id_ = id.text();
  }

  static void read_response(Value response, Emitter& out) {
    out.id(response["id"]);
    out.model(response["model"]);
    out.describe("service_tier", response["service_tier"]);
    out.created_seconds(response["created_at"]);
    out.usage(response["usage"]);
  }

  bool read_text(std::string_view type, Value event, Emitter& out) {
    for (const Stretch& text : kTexts) {
      if (type != text.delta && type != text.done) continue;
      const std::string key = std::string(text.delta) + ' ' +
                              std::string(event["output_index"].raw()) + ' ' +
                              std::string(event[text.part].raw());
      const bool is_delta = type == text.delta;
      if (!is_delta && streamed_.count(key) != 0) return true;
      streamed_.insert(key);
      const Value logprobs = event["logprobs"];
      std::string extra;
      if (!logprobs.is_empty()) extra = "\"logprobs\":" + logprobs.json();
      out.token(0, text.channel, event[is_delta ? "delta" : text.whole].text(), std::move(extra));
      return true;
    }
    return false;
  }

  bool read_call(std::string_view type, Value event, Emitter& out) {
    for (const Stretch& stretch : kCalls) {
      if (type != stretch.delta && type != stretch.done) continue;
      Call& call = call_of(event);
      if (type == stretch.delta) call.text_seen = true;
      // Their place in `output` names calls: ids may change from event to event.
      if (type == stretch.delta) {
        out.tool(0, call.number, event["delta"].text());
      } else {
        give_rest(call, event[stretch.whole], out);
      }
      return true;
    }
    return false;
  }

  struct Call {
    std::int64_t number = 0;
    bool introduced = false, text_seen = false;
  };

  Call& call_of(Value event) {
    const auto [place, is_new] = calls_.try_emplace(std::string(event["output_index"].raw()));
    if (is_new) place->second.number = next_call_ + static_cast<std::int64_t>(calls_.size()) - 1;
    return place->second;
  }

  // The whole arguments, when no delta brought them.
  static void give_rest(Call& call, Value arguments, Emitter& out) {
    if (call.text_seen || arguments.is_empty()) return;
    call.text_seen = true;
    out.tool(0, call.number, arguments.text());
  }

  static bool is_call(Value item) {
    const std::string_view type = item["type"].text();
    return type == "function_call" || type == "custom_tool_call" || type == "mcp_call" ||
           type == "code_interpreter_call";
  }

  static Value arguments_of(Value item) {
    for (const std::string_view name : {"arguments", "input", "code"}) {
      if (!item[name].is_empty()) return item[name];
    }
    return {};
  }

  void introduce(Call& call, Value item, Emitter& out) {
    if (call.introduced) return;
    call.introduced = true;
    const Value id = item["call_id"].is_empty() ? item["id"] : item["call_id"];
    out.tool(0, call.number, {}, tool_members(id, item["name"], item["type"]));
  }

  void added(Value event, Emitter& out) {
    if (!is_call(event["item"])) return;
    Call& call = call_of(event);
    introduce(call, event["item"], out);
    give_rest(call, arguments_of(event["item"]), out);
  }

  // An item as it ended: for a call what its deltas left out, for the rest (reasoning with its
  // encrypted content, results of the server's own tools) the item itself. Messages were streamed.
  void done(Value event, Emitter& out) {
    const Value item = event["item"];
    const std::string_view type = item["type"].text();
    if (is_call(item)) {
      Call& call = call_of(event);
      introduce(call, item, out);
      give_rest(call, arguments_of(item), out);
    }
    if (type != "message" && type != "function_call" && type != "custom_tool_call")
      out.note(0, "response.output_item.done", item);
  }

  static bool read_end(std::string_view type, Value response, Emitter& out) {
    if (type == "response.failed" || type == "response.cancelled") {
      out.error(response["error"].is_empty() ? response["status"] : response["error"]);
      return true;
    }
    if (type != "response.completed" && type != "response.incomplete") return false;
    const Value details = response["incomplete_details"]["reason"];
    out.finish(0, details.is_empty() ? response["status"] : details);
    out.finish_member(0, "status", response["status"]);
    out.choice(0);
    out.complete(false);
    return true;
  }

  std::string id_;
  std::int64_t next_call_ = 0;         // calls of the responses before this one
  std::set<std::string> streamed_;     // stretches of text that had deltas
  std::map<std::string, Call> calls_;  // by output_index
};

}  // namespace

bool is_openai_responses(Value payload) {
  return payload["type"].text().substr(0, 9) == "response.";
}

std::unique_ptr<Dialect> make_openai_responses() { return std::make_unique<OpenAiResponses>(); }

}  // namespace reel::provider
