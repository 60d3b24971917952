// reel erase: a stream and every byte of it.
#include <fmt/format.h>

#include "json_text.hpp"
#include "open_reader.hpp"
#include "progress.hpp"
#include "reel/erasure.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct EraseArgs {
  Common common;
  std::string stream;
  double wait_s = 60;
};

std::string receipt_json(const ErasureReceipt& receipt) {
  const std::string incarnations = json_array(receipt.incarnations, [](std::uint64_t incarnation) {
    return fmt::format("\"{:016x}\"", incarnation);
  });
  return fmt::format(
      "{{\"erased\":true,\"store\":{},\"namespace\":{},\"stream\":{},\"incarnations\":{},"
      "\"events\":{},\"segments\":{},\"live_lanes\":{},\"erased_us\":{}}}\n",
      json_string(receipt.store_uuid), json_string(receipt.name_space),
      json_string(receipt.stream_id), incarnations, receipt.events, receipt.segments,
      receipt.live_lanes, receipt.erased_us);
}

ExitCode erase(const EraseArgs& args) {
  const auto receipt = [&args] {
    constexpr double kMsPerS = 1000;
    EraseOptions options;
    options.wait_ms = static_cast<std::uint32_t>(args.wait_s * kMsPerS);
    std::unique_ptr<Progress> progress;
    options.compact.progress = [&](std::uint64_t events, std::uint64_t of) {
      if (progress == nullptr) {
        progress = std::make_unique<Progress>(args.common.progress, Work{.events = of});
      }
      progress->advance(0, events);
      return true;
    };
    return erase_stream(args.common.store, args.stream, args.common.name_space, options);
  }();
  if (!receipt) {
    complain(receipt.error().to_string());
    return receipt.error().code == ErrorCode::not_found && receipt.error().sys_errno == 0
               ? ExitCode::found
               : ExitCode::unusable;
  }
  Output out;
  if (args.common.json) {
    out.buffer() += receipt_json(*receipt);
  } else {
    constexpr double kUsPerMs = 1000;
    out.buffer() +=
        fmt::format("erased {} at {}: {} gone, {} written anew", escaped(receipt->stream_id),
                    human_time(static_cast<double>(receipt->erased_us) / kUsPerMs),
                    plural(receipt->events, "event"), plural(receipt->segments, "segment"));
    if (receipt->live_lanes > 0) {
      out.buffer() += fmt::format("; {} said so", plural(receipt->live_lanes, "live lane"));
    }
    out.buffer() += '\n';
  }
  return out.finish(ExitCode::fine);
}

}  // namespace

void add_erase(CLI::App& app, Run& run) {
  auto args = std::make_shared<EraseArgs>();
  CLI::App* verb = add_verb(
      app, "erase", "Erase a stream: no byte of it is left in the store (see rm: to hide it)",
      {"erase store chat-7", "erase store chat-7 --json > receipt.json"});
  add_common(*verb, args->common);
  verb->add_option("STREAM", args->stream, "The stream")->required();
  constexpr double kWaitMaxS = 1e6;
  verb->add_option("--wait", args->wait_s, "Seconds to wait for processes that record")
      ->check(CLI::Range(0.0, kWaitMaxS))
      ->capture_default_str();
  verb->callback([args, &run] { run = [args] { return erase(*args); }; });
}

}  // namespace reel::tool
