// One provider's way of speaking. A new provider is a new file with one Dialect and one line in
// dialects.cpp; nothing else changes.
#pragma once

#include <memory>
#include <string_view>

#include "provider/emitter.hpp"
#include "provider/json_tree.hpp"

namespace reel::provider {

class Dialect {
 public:
  virtual ~Dialect() = default;
  // One payload, a JSON object. Errors (`error` members and events) are reported before, by
  // Capture.
  virtual void read(Value payload, Emitter& out) = 0;
};

// How a dialect is known: by what its payloads look like, never by a name from outside.
struct DialectEntry {
  std::string_view name;
  bool (*recognises)(Value payload);
  std::unique_ptr<Dialect> (*make)();
};

// The entry whose stream a payload belongs to; nullptr when it is none that is known.
const DialectEntry* recognise(Value payload);

bool is_openai_chat(Value payload);
bool is_openai_responses(Value payload);
bool is_openai_transcription(Value payload);
bool is_openai_realtime(Value payload);
bool is_anthropic(Value payload);
bool is_gemini(Value payload);
bool is_gemini_interactions(Value payload);
bool is_gemini_live(Value payload);
bool is_ollama(Value payload);
bool is_cohere(Value payload);
bool is_text_pieces(Value payload);

std::unique_ptr<Dialect> make_openai_chat();
std::unique_ptr<Dialect> make_openai_responses();
std::unique_ptr<Dialect> make_openai_transcription();
std::unique_ptr<Dialect> make_openai_realtime();
std::unique_ptr<Dialect> make_anthropic();
std::unique_ptr<Dialect> make_gemini();
std::unique_ptr<Dialect> make_gemini_interactions();
std::unique_ptr<Dialect> make_gemini_live();
std::unique_ptr<Dialect> make_ollama();
std::unique_ptr<Dialect> make_cohere();
std::unique_ptr<Dialect> make_text_pieces();

}  // namespace reel::provider
