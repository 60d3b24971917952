#include "provider/independent_reading.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/catch.hpp"

namespace reel::test {
namespace {

using json = nlohmann::ordered_json;  // keeps the order of members

std::string text_at(const json& value, const std::string& pointer) {
  const json::json_pointer at(pointer);
  return value.contains(at) && value.at(at).is_string() ? value.at(at).get<std::string>() : "";
}

bool has(const json& value, const char* name) {
  return value.is_object() && value.contains(name) && !value[name].is_null();
}

void push(std::vector<std::string>& pieces, const std::string& piece) {
  if (!piece.empty()) pieces.push_back(piece);
}

class Reader {
 public:
  Reading run(const std::string& body) {
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);) {
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
      if (line.rfind("data: ", 0) == 0) line.erase(0, 6);
      if (line == "[DONE]") finished_ = true;
      if (line.empty() || line.front() != '{') continue;
      const json payload = json::parse(line, nullptr, false);
      if (payload.is_discarded()) {
        ++reading_.bad_lines;
      } else {
        read(payload);
      }
    }
    for (const auto& [place, call] : calls_) reading_.choices[place.first].calls.push_back(call);
    reading_.end = failed_ ? End::error : finished_ ? End::complete : End::none;
    return std::move(reading_);
  }

 private:
  using Call = std::pair<std::string, std::string>;

  void read(const json& p) {
    const std::string type = p.value("type", p.value("event_type", std::string()));
    if ((has(p, "error") && !p["error"].empty()) || type == "error") failed_ = true;
    if (has(p, "choices")) {
      for (const json& choice : p["choices"]) openai(choice);
    } else if (has(p, "candidates")) {
      for (const json& candidate : p["candidates"]) gemini(candidate);
    } else if (type.rfind("response.", 0) == 0) {
      responses(type, p);
    } else if (type.rfind("step.", 0) == 0 || type.rfind("interaction.", 0) == 0) {
      interactions(type, p);
    } else if (has(p, "created_at") && has(p, "done")) {
      push(zero().text, text_at(p, "/message/content") + text_at(p, "/response"));
      if (p["done"] == true) finished_ = true;
    } else if (has(p, "serverContent")) {
      push(zero().text, text_at(p, "/serverContent/outputTranscription/text"));
    } else if (type.rfind("transcript.", 0) == 0 || type.rfind("session.", 0) == 0) {
      speech(type, p);
    } else if (has(p, "value")) {
      push(zero().text, p["value"]);
    } else if (type.find('-') != std::string::npos) {
      cohere(type, p);
    } else {
      anthropic(type, p);
    }
  }

  void openai(const json& choice) {
    const int index = choice.value("index", 0);
    ChoiceReading& out = reading_.choices[index];
    const json delta = choice.value("delta", json::object());
    std::string thought = text_at(delta, "/reasoning_content");
    if (thought.empty()) thought = text_at(delta, "/reasoning");
    if (thought.empty()) thought = text_at(delta, "/reasoning_details/0/text");
    push(out.reasoning, thought);
    push(out.text, text_at(delta, "/content") + text_at(choice, "/text"));
    if (has(delta, "content") && delta["content"].is_array()) {
      for (const json& part : delta["content"]) {
        push(out.text, text_at(part, "/text"));
        push(out.reasoning, text_at(part, "/thinking/0/text"));
      }
    }
    if (has(delta, "tool_calls")) {
      for (const json& call : delta["tool_calls"]) openai_call(index, call);
    }
    if (has(choice, "finish_reason")) finished_ = true;
  }

  // A call is who has the id; pieces without one belong to the last id of their index.
  void openai_call(int choice, const json& call) {
    const int index = call.value("index", 0);
    const std::string id = text_at(call, "/id");
    if (!id.empty() && ids_.count(id) == 0) {
      ids_[id] = static_cast<int>(ids_.size());
      latest_[index] = ids_[id];
    }
    Call& known = calls_[{choice, latest_[index]}];
    if (known.first.empty()) known.first = text_at(call, "/function/name");
    known.second += text_at(call, "/function/arguments");
  }

  void gemini(const json& candidate) {
    const int index = candidate.value("index", 0);
    ChoiceReading& out = reading_.choices[index];
    if (has(candidate, "finishReason")) finished_ = true;
    if (!candidate.contains("content") || !candidate["content"].contains("parts")) return;
    for (const json& part : candidate["content"]["parts"]) {
      push(part.value("thought", false) ? out.reasoning : out.text, text_at(part, "/text"));
      if (!part.contains("functionCall")) continue;
      const json& call = part["functionCall"];
      if (call.contains("name")) ++gemini_calls_;
      Call& known = calls_[{index, gemini_calls_}];
      known.first += text_at(call, "/name");
      const bool whole = call.contains("name") && !call.value("willContinue", false);
      if (call.contains("args") || whole) known.second += call.value("args", json::object()).dump();
      if (call.contains("partialArgs")) known.second += call["partialArgs"].dump();
    }
  }

  // Arguments are taken from the finished items, not from the deltas.
  void responses(const std::string& type, const json& p) {
    if (type == "response.output_text.delta") push(zero().text, p["delta"]);
    if (type == "response.reasoning_text.delta" || type == "response.reasoning_summary_text.delta")
      push(zero().reasoning, p["delta"]);
    if (type == "response.created") block_base_ += 1000;  // output counts anew in each response
    if (type == "response.output_item.done" && p["item"].contains("arguments"))
      calls_[{0, block_base_ + p["output_index"].get<int>()}] = {p["item"]["name"],
                                                                 p["item"]["arguments"]};
    if (type == "response.completed") finished_ = true;
    if (type == "response.failed") failed_ = true;
  }

  void interactions(const std::string& type, const json& p) {
    const int index = p.value("index", 0);
    if (type == "step.start" && p["step"].contains("arguments"))
      calls_[{0, index}].first = text_at(p, "/step/name");
    if (text_at(p, "/delta/type") == "text") push(zero().text, text_at(p, "/delta/text"));
    if (text_at(p, "/delta/type") == "arguments_delta")
      calls_[{0, index}].second += text_at(p, "/delta/arguments");
    if (type == "interaction.completed") finished_ = true;
  }

  void speech(const std::string& type, const json& p) {
    if (type == "transcript.text.delta" || type == "session.output_transcript.delta")
      push(zero().text, p["delta"]);
    if (type == "transcript.text.segment") push(zero().text, p["text"]);
    if (type == "transcript.text.done" || type == "session.closed") finished_ = true;
  }

  void cohere(const std::string& type, const json& p) {
    push(zero().text, text_at(p, "/delta/message/content/text"));
    push(zero().reasoning, text_at(p, "/delta/message/tool_plan"));
    if (type.rfind("tool-call-", 0) == 0 && p.contains("delta")) {
      Call& call = calls_[{0, p["index"]}];
      call.first += text_at(p, "/delta/message/tool_calls/function/name");
      call.second += text_at(p, "/delta/message/tool_calls/function/arguments");
    }
    if (type == "message-end") finished_ = true;
  }

  void anthropic(const std::string& type, const json& p) {
    if (type == "message_start") block_base_ += 1000;  // blocks count anew in each message
    if (type == "message_stop") finished_ = true;
    const int block = block_base_ + p.value("index", 0);
    push(zero().text, text_at(p, "/delta/text"));
    push(zero().reasoning, text_at(p, "/delta/thinking"));
    if (text_at(p, "/content_block/type").find("tool_use") != std::string::npos)
      calls_[{0, block}].first = text_at(p, "/content_block/name");
    if (text_at(p, "/delta/type") == "input_json_delta")
      calls_[{0, block}].second += text_at(p, "/delta/partial_json");
  }

  ChoiceReading& zero() { return reading_.choices[0]; }

  Reading reading_;
  std::map<std::pair<int, int>, Call> calls_;
  std::map<std::string, int> ids_;
  std::map<int, int> latest_;
  int gemini_calls_ = 0, block_base_ = 0;
  bool failed_ = false, finished_ = false;
};

std::string from_base64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out, bits;
  for (const char c : text) {
    const auto value = digits.find(c);
    if (value == std::string::npos) continue;
    for (int bit = 5; bit >= 0; --bit) bits += ((value >> bit) & 1U) != 0 ? '1' : '0';
  }
  for (std::size_t at = 0; at + 8 <= bits.size(); at += 8)
    out += static_cast<char>(std::stoi(bits.substr(at, 8), nullptr, 2));
  return out;
}

// Replicate: blocks between empty lines, each `event: output` with lines of text.
Reading read_output_events(const std::string& body) {
  Reading reading;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find("\n\n", at), body.size());
    const std::string block = body.substr(at, end - at);
    at = end + 2;
    std::string text;
    bool first = true;
    for (std::size_t data = block.find("\ndata: "); data != std::string::npos;
         data = block.find("\ndata: ", data + 1)) {
      if (!first) text += '\n';
      first = false;
      const std::size_t from = data + 7;
      text += block.substr(from, block.find('\n', from) - from);
    }
    if (block.rfind("event: output", 0) == 0) push(reading.choices[0].text, text);
    if (block.rfind("event: done", 0) == 0) reading.end = End::complete;
  }
  return reading;
}

}  // namespace

Reading read_independently(const std::string& file) {
  const bool is_base64 = file.substr(0, 40).find_first_of(":{\"") == std::string::npos;
  const std::string body = is_base64 ? from_base64(file) : file;
  if (body.find("event: output") != std::string::npos) return read_output_events(body);
  return Reader().run(body);
}

TEST_CASE("the second reading reads", "[provider][captures]") {
  const Reading reading = read_independently(
      "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n");
  CHECK(reading.choices.at(1).text == std::vector<std::string>{"a"});
  CHECK(reading.end == End::complete);
  CHECK(read_independently("ZGF0YTogeyJ2YWx1ZSI6ImEifQo=").choices.at(0).text ==
        std::vector<std::string>{"a"});
}

}  // namespace reel::test
