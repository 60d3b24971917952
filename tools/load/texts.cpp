#include "load/texts.hpp"

#include <glob.h>
#include <simdjson.h>

#include <fstream>

#include "load/bad_input.hpp"

namespace reel::load {
namespace {

constexpr std::size_t kTextBytesMax = std::size_t{1} << 31;  // so that ends fit 32 bits

std::vector<std::string> files_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {  // sorted by name
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return files;
}

simdjson::error_code add_line(simdjson::dom::parser& parser, const std::string& line,
                              Texts& texts) {
  simdjson::dom::element document;
  if (const auto error = parser.parse(line).get(document)) return error;
  std::string_view model;
  if (const auto error = document["model"].get(model)) return error;
  simdjson::dom::array tokens;
  if (const auto error = document["tokens"].get(tokens)) return error;
  texts.begin_text(model);
  for (const simdjson::dom::element element : tokens) {
    std::string_view token;
    if (const auto error = element.get(token)) return error;
    texts.add_token(token);
  }
  return simdjson::SUCCESS;
}

Status add_file(const std::string& file, Texts& texts) {
  std::ifstream in(file);
  if (!in) return bad_input(file, "this file of texts cannot be read; check --texts");
  simdjson::dom::parser parser;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    const auto error =
        line.size() > kTextBytesMax ? simdjson::CAPACITY : add_line(parser, line, texts);
    if (error != simdjson::SUCCESS) {
      return bad_input(file, "line " + std::to_string(number) +
                                 " is not {\"id\",\"model\",\"tokens\":[...]}: " +
                                 simdjson::error_message(error));
    }
  }
  return {};
}

}  // namespace

Texts::Text Texts::text(std::size_t i) const noexcept {
  const Place& place = texts_[i];
  return {bytes_.data() + place.first_byte, ends_.data() + place.first_token, place.tokens,
          models_[place.model]};
}

void Texts::begin_text(std::string_view model) {
  if (models_.empty() || models_.back() != model) models_.emplace_back(model);
  texts_.push_back(
      {bytes_.size(), ends_.size(), 0, static_cast<std::uint32_t>(models_.size() - 1)});
}

void Texts::add_token(std::string_view token) {
  bytes_ += token;
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size() - texts_.back().first_byte));
  ++texts_.back().tokens;
}

Result<std::shared_ptr<const Texts>> read_texts(const std::string& pattern) {
  const std::vector<std::string> files = files_of(pattern);
  if (files.empty()) return bad_input(pattern, "no file of texts matches; check --texts");
  auto texts = std::make_shared<Texts>();
  for (const std::string& file : files) {
    if (Status status = add_file(file, *texts); !status) return status;
  }
  if (texts->size() == 0) return bad_input(pattern, "these files hold no text; check --texts");
  return std::shared_ptr<const Texts>(std::move(texts));
}

}  // namespace reel::load
