// The tests of somebody else's store: here they try the one in memory.
#include <cstdio>
#include <reel/store_conformance.hpp>
#include <reel/stores.hpp>

int main() {
  int failures = 0;
  for (const auto& check : reel::conformance::checks()) {
    const std::string wrong = check.run([] { return reel::memory_store(); });
    if (wrong.empty()) continue;
    ++failures;
    std::printf("%s: %s\n", check.name.c_str(), wrong.c_str());
  }
  return failures == 0 ? 0 : 1;
}
