// What the streams say: texts cut into tokens, kept so that a token and everything said up to it
// are views.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reel/status.hpp"

namespace reel::load {

class Texts {
 public:
  // One text. Views and pointers live as long as the Texts.
  struct Text {
    const char* bytes = nullptr;
    const std::uint32_t* ends = nullptr;  // of each token, in `bytes`
    std::uint32_t tokens = 0;
    std::string_view model;

    std::string_view token(std::uint32_t i) const noexcept {
      const std::uint32_t from = i == 0 ? 0 : ends[i - 1];
      return {bytes + from, ends[i] - from};
    }
    std::string_view prefix(std::uint32_t count) const noexcept {
      return {bytes, count == 0 ? 0 : ends[count - 1]};
    }
  };

  std::size_t size() const noexcept { return texts_.size(); }
  Text text(std::size_t i) const noexcept;  // i < size()

  void begin_text(std::string_view model);
  void add_token(std::string_view token);  // to the text begun last

 private:
  struct Place {
    std::size_t first_byte, first_token;
    std::uint32_t tokens, model;
  };
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::string> models_;
  std::vector<Place> texts_;
};

// From files of lines {"id","model","tokens":[...]}; `pattern` is a glob, files go by name.
Result<std::shared_ptr<const Texts>> read_texts(const std::string& pattern);

// Made up: words with the lengths, frequencies and repetitions of English under a BPE.
std::shared_ptr<const Texts> make_texts(std::uint64_t seed);

}  // namespace reel::load
