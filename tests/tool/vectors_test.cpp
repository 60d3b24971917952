// The test vectors, through import and back out by state, info, tokens and export.
#include <fstream>

#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

namespace {

void check_stream(const std::string& store, const std::string& id, const Json& expect) {
  const Finished info = run_reel({"info", store, id, "--json"});
  if (expect["metadata"].is_null()) {
    CHECK(info.code == 1);
    CHECK(info.out == "null\n");
    return;
  }
  const Json metadata = Json::parse(info.out);
  for (const auto& [name, value] : expect["metadata"].items()) {
    CAPTURE(id, name);
    if (name == "options" && value.is_object()) {
      for (const auto& [key, option] : metadata[name].items()) CHECK(option == value[key]);
    } else {
      CHECK(metadata[name] == value);
    }
  }
  CHECK(reel_json({"state", store, id}) == expect["state"]);
  CHECK(reel_json({"tokens", store, id}) == expect["tokens"]);
}

void check_export(const std::string& store, const Json& events) {
  std::map<std::string, std::vector<Json>> want, got;
  for (const Json& event : events) want[event["stream_id"]].push_back(event);
  for (const Json& event : values_of(run_reel({"export", store}).out)) {
    got[event["stream_id"]].push_back(event);
  }
  CHECK(got == want);
}

void check_diff(const std::string& store, const Json& vector) {
  const std::string a = vector["stream_id"], b = vector["stream_id_b"];
  const Json& expect = vector["expect"]["compare"];
  const Finished diff = run_reel({"diff", store, a, b, "--timestamps", "--json"});
  CHECK(diff.code == (expect["identical"] == true ? 0 : 1));
  check_stream(store, a, vector["expect"]);
  if (vector["events_b"].empty()) {  // no stream at all
    CHECK(diff.out.empty());
    return;
  }
  const Json found = Json::parse(diff.out);
  CHECK(found["identical"] == expect["identical"]);
  CHECK(found["fields"] == expect["fields"]);
  REQUIRE(found["differences"].size() == expect["differences"].size());
  for (std::size_t i = 0; i < expect["fields"].size(); ++i) {
    if (expect["fields"][i] == "violations") continue;  // the lines above have other orders of keys
    CHECK(found["differences"][i] == expect["differences"][i]);
  }
  CHECK(reel_json({"state", store, b}) == vector["expect"]["state_b"]);
}

void check_vector(const Json& vector) {
  const TempDir dir;
  Json events = vector["events"];
  for (const Json& event : vector.value("events_b", Json::array())) events.push_back(event);
  std::string lines;
  for (const Json& event : events) lines += event.dump() + "\n";
  write_bytes(dir.file("v.jsonl"), lines);
  const std::string store = dir.file("s");
  const Finished imported = run_reel({"import", store, dir.file("v.jsonl")});
  CAPTURE(vector["name"], imported.err);
  CHECK(imported.code == 0);
  check_export(store, events);
  if (vector["kind"] == "multi") {
    for (const auto& [id, expect] : vector["expect"]["streams"].items()) {
      check_stream(store, id, expect);
    }
  } else if (vector["kind"] == "compare") {
    check_diff(store, vector);
  } else if (vector["kind"] != "ttl") {
    check_stream(store, vector["stream_id"], vector["expect"]);
  }
}

}  // namespace

TEST_CASE("the vectors hold through the command line", "[tool][vectors]") {
  if (shared_dir().empty()) {
    WARN("no shared folder: skipped");
    return;
  }
  std::size_t count = 0;
  for (const char* file : {"rules.jsonl", "streams.jsonl", "compare.jsonl"}) {
    std::ifstream in(shared_dir() / "vectors" / file);
    for (std::string line; std::getline(in, line); ++count) check_vector(Json::parse(line));
  }
  CHECK(count > 40);
}
