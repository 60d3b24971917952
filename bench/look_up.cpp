// What it costs to learn about single streams of a store: `reel_look_up STORE [look-ups]`. Opening
// it; then, of streams chosen at random, with a Reader that has looked up so many before: the
// metadata, whether a stream is there that is not, the whole state, and how many bytes were
// decompressed for that, beside the bytes of the stream's own texts and rows.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "reel/reader.hpp"
#include "reel/replay.hpp"

namespace {

std::uint64_t decompressed_bytes = 0;

}  // namespace

// The library's calls come through here.
extern "C" std::size_t ZSTD_decompressDCtx(void* context, void* to, std::size_t room,
                                           const void* from, std::size_t bytes) {
  using Function = std::size_t (*)(void*, void*, std::size_t, const void*, std::size_t);
  static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "ZSTD_decompressDCtx"));
  const std::size_t made = next(context, to, room, from, bytes);
  if (made <= room) decompressed_bytes += made;
  return made;
}

namespace reel::bench {
namespace {

double now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::micro>(now).count();
}

// Memory of this process that no file stands behind.
double anonymous_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "RssAnon:") continue;
    double kib = 0;
    status >> kib;
    return kib / 1024;
  }
  return 0;
}

void print(const char* what, std::vector<double> values, const char* unit) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  std::printf("%-24s %10.1f %10.1f %10.1f %s\n", what, quantile(0.5), quantile(0.99), values.back(),
              unit);
}

Reader opened(const std::string& path) {
  auto reader = Reader::open(path);
  if (!reader) {
    std::fprintf(stderr, "reel_look_up: %s\n", reader.status().to_string().c_str());
    std::exit(3);
  }
  return *std::move(reader);
}

class LookUps {
 public:
  LookUps(const std::string& path, std::size_t count) : path_(path), count_(count) {
    const Reader reader = opened(path);
    const std::vector<std::string> all = reader.list_streams();
    if (all.empty()) std::exit(1);
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < 2 * count; ++i) ids_.push_back(all[random() % all.size()]);
    std::printf("%zu streams\n%-24s %10s %10s %10s\n", all.size(), "", "p50", "p99", "max");
  }

  void open() {
    std::vector<double> times, memory;
    for (int i = 0; i < 9; ++i) {
      const double before = anonymous_mib(), from = now_us();
      const Reader reader = opened(path_);
      times.push_back((now_us() - from) / 1000);
      memory.push_back(anonymous_mib() - before);
    }
    print("open", times, "ms");
    print("open, private memory", memory, "MiB");
  }

  void metadata() {
    time("metadata", [](const Reader& reader, const std::string& id) {
      const auto found = reader.metadata(id);
      return found && *found;
    });
    time("absent", [](const Reader& reader, const std::string& id) {
      return !reader.exists(id + "?");
    });
  }

  void states() {
    std::vector<double> times, ratios;
    const Reader reader = opened(path_);
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const std::uint64_t before = decompressed_bytes;
      const double from = now_us();
      const auto state = replay_to_state(reader, ids_[i]);
      const double took = now_us() - from;
      if (!state) std::abort();
      if (i < count_) continue;  // warms up
      times.push_back(took);
      ratios.push_back(static_cast<double>(decompressed_bytes - before) /
                       static_cast<double>(own_bytes(reader, ids_[i])));
    }
    print("state", times, "us");
    print("decompressed / own", ratios, "times");
  }

 private:
  // A row takes some 9 bytes in a block beside its text.
  static constexpr std::uint64_t kRowBytes = 9;

  template <class Ask>
  void time(const char* what, Ask ask) {
    const Reader reader = opened(path_);
    std::vector<double> times;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const double from = now_us();
      if (!ask(reader, ids_[i])) std::abort();
      if (i >= count_) times.push_back(now_us() - from);
    }
    print(what, times, "us");
  }

  static std::uint64_t own_bytes(const Reader& reader, const std::string& id) {
    std::uint64_t bytes = 0;
    auto cursor = reader.cursor(id);
    while (cursor->next()) {
      const EventView& event = cursor->view().event;
      bytes += kRowBytes + (event.type == EventType::token ? event.text.size() : 0);
    }
    return bytes;
  }

  const std::string path_;
  const std::size_t count_;
  std::vector<std::string> ids_;
};

}  // namespace
}  // namespace reel::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: reel_look_up STORE [look-ups]\n");
    return 2;
  }
  const std::size_t count = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 2000;
  reel::bench::LookUps look_ups(argv[1], std::max<std::size_t>(count, 10));
  look_ups.open();
  look_ups.metadata();
  look_ups.states();
}
