// OpenAI transcription streams, and realtime sessions (translation, speech).
//
//   transcription: transcript.text.delta {"delta"}, transcript.text.segment {"text","speaker",...},
//                  transcript.text.done {"text","usage"}
//   realtime:      session.created {"session":{"id","model"}}, session.output_transcript.delta,
//                  session.input_transcript.delta, session.closed; response.output_text.delta, ...
//
// What was heard has the channel `input_transcript`; sound is kept as it came.
#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

class OpenAiTranscription final : public Dialect {
 public:
  void read(Value event, Emitter& out) override {
    const std::string_view type = event["type"].text();
    out.choice(0);
    if (type == "transcript.text.delta") {
      any_text_ = true;
      out.text(0, event["delta"].text());
      out.leftovers(0, type, event, {"type", "delta"});
    } else if (type == "transcript.text.segment") {
      any_text_ = true;
      out.text(0, event["text"].text());
      out.leftovers(0, type, event, {"type", "text"});  // who spoke, and when
    } else if (type == "transcript.text.done") {
      if (!any_text_) out.text(0, event["text"].text());
      out.usage(event["usage"]);
      out.leftovers(0, type, event, {"type", "text", "usage"});
      out.complete(false);
    } else {
      out.note(0, type, event);
    }
  }

 private:
  bool any_text_ = false;
};

class OpenAiRealtime final : public Dialect {
 public:
  void read(Value event, Emitter& out) override {
    const std::string_view type = event["type"].text();
    out.choice(0);
    out.id(event["session"]["id"]);
    out.model(event["session"]["model"]);
    const std::string_view delta = event["delta"].text();
    if (type == "session.output_transcript.delta" || type == "response.output_text.delta" ||
        type == "response.text.delta" || type == "response.output_audio_transcript.delta" ||
        type == "response.audio_transcript.delta")
      return out.text(0, delta);
    if (type == "session.input_transcript.delta" ||
        type == "conversation.item.input_audio_transcription.delta")
      return out.token(0, channel::kInputTranscript, delta);
    if (type == "response.done") out.usage(event["response"]["usage"]);
    if (type == "session.closed") return out.complete(false);
    if (type != "session.created" && type != "session.updated") out.note(0, type, event);
  }
};

}  // namespace

bool is_openai_transcription(Value payload) {
  return payload["type"].text().substr(0, 16) == "transcript.text.";
}
bool is_openai_realtime(Value payload) { return payload["type"].text().substr(0, 8) == "session."; }

std::unique_ptr<Dialect> make_openai_transcription() {
  return std::make_unique<OpenAiTranscription>();
}
std::unique_ptr<Dialect> make_openai_realtime() { return std::make_unique<OpenAiRealtime>(); }

}  // namespace reel::provider
