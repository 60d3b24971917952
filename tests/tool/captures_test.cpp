// Every provider's capture, imported by the tool into one store.
#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

TEST_CASE("every capture is recorded, or refused with a reason", "[tool][captures]") {
  if (shared_dir().empty()) {
    WARN("no shared folder: skipped");
    return;
  }
  const TempDir dir;
  const std::string store = dir.file("s");
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(shared_dir() / "data" / "sse")) {
    if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
  }
  REQUIRE(files.size() > 100);
  std::size_t recorded = 0;
  for (const std::string& file : files) {
    const Finished finished = run_reel({"import", store, file, "--json"});
    CAPTURE(file, finished.err.substr(0, 500));
    CHECK(finished.code <= 1);
    CHECK((finished.code == 0) == finished.err.empty());
    const Json totals = Json::parse(finished.out);
    if (finished.code == 0) CHECK(totals["events"] > 0);
    if (totals["events"] == 0) continue;
    ++recorded;
    const std::string id = std::filesystem::path(file).stem();
    const Json info = reel_json({"info", store, id});
    CHECK(info["event_count"] > 0);
  }
  CHECK(recorded * 100 >= files.size() * 95);
  CHECK(run_reel({"verify", store}).code == 0);
}
