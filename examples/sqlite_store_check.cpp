// Does the SQLite store keep every rule of an EventStore? A store of your own is asked like this.
#include "example.hpp"
#include "reel/store_conformance.hpp"
#include "sqlite_store.hpp"

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);
  int databases = 0, broken = 0;
  // A new, empty store each time.
  const auto make_store = [&]() -> std::shared_ptr<reel::EventStore> {
    auto store = sqlite_store(folder / (std::to_string(databases++) + ".db"));
    return store ? *store : nullptr;
  };
  for (const auto& check : reel::conformance::checks()) {
    const std::string wrong = check.run(make_store);
    if (wrong.empty()) continue;
    std::cerr << check.name << ": " << wrong << '\n';
    ++broken;
  }
  std::cout << "rules broken: " << broken << '\n';
  return broken == 0 ? 0 : 1;
}

// Output:
// rules broken: 0
