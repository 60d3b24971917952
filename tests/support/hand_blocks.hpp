// A BlockRunner whose work is done when the test says so, in any order, or when it is waited for.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "segment/block_runner.hpp"

namespace reel::test {

class HandBlocks final : public segment::BlockRunner {
 public:
  std::uint64_t start(std::function<void()> work) override {
    works_.push_back(std::move(work));
    return works_.size() - 1;
  }
  bool is_over(std::uint64_t ticket) override { return works_.at(ticket) == nullptr; }
  void wait(std::uint64_t ticket) override {
    if (!is_over(ticket)) std::exchange(works_[ticket], nullptr)();
  }
  std::size_t blocks_max() const override { return 3; }

  // Does one that has been started, chosen by `random`, if there is one.
  void finish_one(std::uint64_t random) {
    std::vector<std::uint64_t> waiting;
    for (std::uint64_t ticket = 0; ticket < works_.size(); ++ticket) {
      if (!is_over(ticket)) waiting.push_back(ticket);
    }
    if (!waiting.empty()) wait(waiting[random % waiting.size()]);
  }
  std::size_t started() const { return works_.size(); }

 private:
  std::vector<std::function<void()>> works_;
};

}  // namespace reel::test
