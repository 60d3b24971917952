// The table of dialects, the most particular first.
#include <array>

#include "provider/dialect.hpp"

namespace reel::provider {
namespace {

constexpr std::array<DialectEntry, 11> kDialects = {{
    {"openai-chat", is_openai_chat, make_openai_chat},
    {"openai-responses", is_openai_responses, make_openai_responses},
    {"anthropic", is_anthropic, make_anthropic},
    {"gemini", is_gemini, make_gemini},
    {"gemini-interactions", is_gemini_interactions, make_gemini_interactions},
    {"gemini-live", is_gemini_live, make_gemini_live},
    {"ollama", is_ollama, make_ollama},
    {"cohere", is_cohere, make_cohere},
    {"openai-transcription", is_openai_transcription, make_openai_transcription},
    {"openai-realtime", is_openai_realtime, make_openai_realtime},
    {"text-pieces", is_text_pieces, make_text_pieces},
}};

}  // namespace

const DialectEntry* recognise(Value payload) {
  for (const DialectEntry& entry : kDialects) {
    if (entry.recognises(payload)) return &entry;
  }
  return nullptr;
}

}  // namespace reel::provider
