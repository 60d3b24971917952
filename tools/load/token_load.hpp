// TOKENs alone: a number of streams that are open all the time and say one token each, in turn, as
// long as anyone asks. For measuring the way of a token without what else streams say.
//
// One thread at a time. Makes no allocation per event.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "load/load_generator.hpp"
#include "load/random.hpp"

namespace reel::load {

struct TokenLoadOptions {
  std::uint32_t streams = 1000;                // open at the same time
  std::uint64_t events = 0;                    // stop after so many; 0: never
  std::uint32_t bytes_min = 0, bytes_max = 0;  // of a token, evenly spread; 0: as `texts` has them
  std::string texts;                           // a glob of token files; "": made up
  std::uint64_t seed = 1;
};

class TokenLoad final : public LoadSource {
 public:
  // Reads the files. Errors: invalid_argument, of a file.
  static Result<TokenLoad> make(const TokenLoadOptions& options);

  bool next(LoadEvent& out) override;
  std::uint64_t streams() const noexcept override { return opened_; }
  const std::shared_ptr<const Texts>& texts() const noexcept override { return texts_; }

 private:
  struct Place {
    std::size_t text = 0;
    std::uint32_t token = 0;  // of the text
    std::int64_t index = 0;   // of the stream
    std::string id;
  };
  TokenLoad(const TokenLoadOptions& options, std::shared_ptr<const Texts> texts);

  TokenLoadOptions options_;
  std::shared_ptr<const Texts> texts_;
  Random random_;
  std::vector<Place> places_;
  std::uint32_t next_ = 0;
  std::uint64_t events_ = 0, opened_ = 0;
  std::int64_t now_us_ = 0;
};

}  // namespace reel::load
