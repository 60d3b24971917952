// Ollama's own interface: one JSON object a line, each with the time it was made.
//
//   chat:     {"model","created_at","message":{"content","thinking","tool_calls":[..]},"done"}
//   generate: {"model","created_at","response","thinking","done"}
//   the last one: {"done":true,"done_reason", and durations and counts}
#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class Ollama final : public Dialect {
 public:
  void read(Value line, Emitter& out) override {
    out.model(line["model"]);
    if (const auto time = parse_time(line["created_at"].text())) out.happened(*time);
    out.choice(0);
    const Value message = line["message"];
    out.token(0, channel::kReasoning, line["thinking"].text());
    out.token(0, channel::kReasoning, message["thinking"].text());
    out.text(0, line["response"].text());
    out.text(0, message["content"].text());
    for (const Value call : message["tool_calls"]) {
      const Value function = call["function"];
      out.tool(0, calls_++, function["arguments"].is_object() ? function["arguments"].json() : "{}",
               tool_members(call["id"], function["name"]));
    }
    out.leftovers(0, "message", message, {"role", "content", "thinking", "tool_calls"});
    if (line["done"].is_true()) return done(line, out);
    out.leftovers(0, "line", line,
                  {"model", "created_at", "message", "response", "thinking", "done", "error"});
  }

 private:
  // Counts and durations stand beside everything else: usage is made of them.
  static void done(Value line, Emitter& out) {
    out.finish(0, line["done_reason"]);
    std::string members;
    for (const Value member : line) {
      if (!member.number()) {
        if (member.key() == "context") out.finish_member(0, "context", member);
        continue;
      }
      if (!members.empty()) members += ',';
      members += std::string(member.name()) + ':' + std::string(member.raw());
    }
    out.usage_json('{' + members + '}');
    out.complete(false);
  }

  std::int64_t calls_ = 0;
};

}  // namespace

bool is_ollama(Value payload) {
  const bool has_text = payload["message"].is_object() || payload["response"].is_string();
  return payload["created_at"].is_string() && payload["done"].kind() == Kind::boolean && has_text;
}

std::unique_ptr<Dialect> make_ollama() { return std::make_unique<Ollama>(); }

}  // namespace reel::provider
