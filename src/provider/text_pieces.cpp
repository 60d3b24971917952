// Servers whose payload is little more than the next piece of text.
//
//   Writer:    {"value":"Hello"}
//   TGI:       {"token":{"text","special",..},"generated_text","details":{"finish_reason"}}
//   llama.cpp: {"content":"Hello","stop":false}, the last with "stop":true
#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class TextPieces final : public Dialect {
 public:
  void read(Value piece, Emitter& out) override {
    out.choice(0);
    out.model(piece["model"]);
    if (piece["token"].is_object()) return read_token(piece, out);
    out.text(0, piece["value"].text());
    out.text(0, piece["content"].text());
    if (!piece["stop"].is_true())
      return out.leftovers(0, "piece", piece, {"value", "content", "stop", "model", "error"});
    out.finish(0, piece["stop_type"]);
    out.usage(piece["timings"]);
    out.note(0, "stop", piece);
    out.complete(false);
  }

 private:
  // Special tokens (end of text) are no text; the last piece has the reason.
  static void read_token(Value piece, Emitter& out) {
    const Value token = piece["token"], details = piece["details"];
    if (!token["special"].is_true()) out.text(0, token["text"].text());
    out.leftovers(0, "token", token, {"id", "text", "special"});
    out.leftovers(0, "piece", piece, {"index", "token", "generated_text", "details", "error"});
    if (details.is_empty() && piece["generated_text"].is_empty()) return;
    out.finish(0, details["finish_reason"]);
    out.usage(details);
    out.complete(false);
  }
};

}  // namespace

bool is_text_pieces(Value payload) {
  if (payload["value"].is_string()) return payload.front().key() == "value" && payload.size() == 1;
  return payload["token"]["text"].is_string() ||
         (payload["content"].is_string() && payload["stop"].kind() == Kind::boolean);
}

std::unique_ptr<Dialect> make_text_pieces() { return std::make_unique<TextPieces>(); }

}  // namespace reel::provider
