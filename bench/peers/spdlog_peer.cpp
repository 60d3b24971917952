// spdlog's asynchronous logger as its wiki has it ("Asynchronous logging"): a thread pool of one
// thread and 8,192 slots, which blocks when full, and a basic file sink. The pattern is the bare
// message, and the caller's stamp goes with it, so that spdlog neither reads a clock nor formats
// a date that nobody asked for.
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <memory>

#include "contest.hpp"

namespace reel::peers {
namespace {

class SpdlogPeer {
 public:
  explicit SpdlogPeer(const std::string& folder)
      : pool_(std::make_shared<spdlog::details::thread_pool>(8192, 1)),
        sink_(std::make_shared<CountingSink>(folder + "/log")),
        logger_(std::make_shared<spdlog::async_logger>("peer", sink_, pool_,
                                                       spdlog::async_overflow_policy::block)) {
    logger_->set_pattern("%v");
  }

  void record(const Token& token) {
    fmt::memory_buffer line;
    fmt::format_to(std::back_inserter(line), "{} {} {} {}", token.stream, token.index, token.ts_ms,
                   token.text);
    const spdlog::log_clock::time_point when{
        std::chrono::microseconds(static_cast<std::int64_t>(token.ts_ms * 1000))};
    logger_->log(when, spdlog::source_loc{}, spdlog::level::info,
                 spdlog::string_view_t(line.data(), line.size()));
  }
  // Its flush() only asks for one: wait until the sink has seen it.
  void drain() {
    const std::uint64_t before = sink_->flushes();
    logger_->flush();
    while (sink_->flushes() == before) std::this_thread::yield();
  }

 private:
  class CountingSink final : public spdlog::sinks::base_sink<std::mutex> {
   public:
    explicit CountingSink(const std::string& file) : file_(file) {}
    std::uint64_t flushes() const { return flushes_.load(std::memory_order_acquire); }

   protected:
    void sink_it_(const spdlog::details::log_msg& message) override { file_.log(message); }
    void flush_() override {
      file_.flush();
      flushes_.fetch_add(1, std::memory_order_release);
    }
    void set_pattern_(const std::string& pattern) override { file_.set_pattern(pattern); }

   private:
    spdlog::sinks::basic_file_sink_st file_;
    std::atomic<std::uint64_t> flushes_{0};
  };

  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<CountingSink> sink_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

Contestant spdlog_async() {
  return {"spdlog, async", "what left its queue and buffer", run_round<SpdlogPeer>};
}

}  // namespace reel::peers
