// The test vectors, through import and back out by state, info, tokens and export.
#include <fstream>

#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

namespace {

// Of the stream's last START.
Json given_options(const Json& events, const std::string& id) {
  Json options = Json::object();
  for (const Json& event : events) {
    if (event["stream_id"] != id || event["event"]["type"] != "START") continue;
    options = event["event"].value("options", Json::object());
  }
  return options;
}

void check_partial(const std::string& store, const std::string& id, const Json& partial) {
  std::vector<std::string> arguments = {"replay", store,    id,
                                        "--json", "--from", partial["from_seq"].dump()};
  if (!partial["to_seq"].is_null()) {
    arguments.insert(arguments.end(), {"--to", partial["to_seq"].dump()});
  }
  Json seqs = Json::array();
  for (const Json& envelope : values_of(run_reel(arguments).out)) seqs.push_back(envelope["seq"]);
  CHECK(seqs == partial["seqs"]);
  if (partial["from_seq"].get<std::int64_t>() > 0 || partial["to_seq"].is_null()) return;
  CHECK(reel_json({"state", store, id, "--at", partial["to_seq"].dump()}) == partial["state"]);
}

void check_stream(const std::string& store, const std::string& id, const Json& events,
                  const Json& expect) {
  const Finished info = run_reel({"info", store, id, "--json"});
  if (expect["metadata"].is_null()) {
    CHECK(info.code == 1);
    CHECK(info.out == "null\n");
    return;
  }
  const Json metadata = Json::parse(info.out);
  for (const auto& [name, value] : expect["metadata"].items()) {
    CAPTURE(id, name);
    if (name != "options" || !value.is_object()) {
      CHECK(metadata[name] == value);
      continue;
    }
    // What was not given may be absent or show its default.
    for (const auto& [key, option] : metadata[name].items()) CHECK(option == value[key]);
    const Json given = given_options(events, id);
    for (const auto& [key, option] : given.items()) {
      CHECK(metadata[name][key] == option);
    }
  }
  CHECK(reel_json({"state", store, id}) == expect["state"]);
  CHECK(reel_json({"tokens", store, id}) == expect["tokens"]);
  for (const Json& partial : expect.value("partial", Json::array())) {
    check_partial(store, id, partial);
  }
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
  check_stream(store, a, vector["events"], vector["expect"]);
  if (vector["events_b"].empty()) {  // no stream at all
    CHECK(diff.out.empty());
    return;
  }
  const Json found = Json::parse(diff.out);
  CHECK(found["identical"] == expect["identical"]);
  CHECK(found["fields"] == expect["fields"]);
  REQUIRE(found["differences"].size() == expect["differences"].size());
  for (std::size_t i = 0; i < expect["fields"].size(); ++i) {
    CHECK(found["differences"][i] == expect["differences"][i]);
  }
  CHECK(reel_json({"state", store, b}) == vector["expect"]["state_b"]);
}

void check_vector(const std::string& line) {
  const TempDir dir;
  const Json vector = Json::parse(line);
  Json events = vector["events"];
  for (const Json& event : vector.value("events_b", Json::array())) events.push_back(event);
  const auto ordered = nlohmann::ordered_json::parse(line);  // keys as they stand there
  std::string lines;
  for (const char* list : {"events", "events_b"}) {
    for (const auto& event : ordered.value(list, nlohmann::ordered_json::array())) {
      lines += event.dump() + "\n";
    }
  }
  write_bytes(dir.file("v.jsonl"), lines);
  const std::string store = dir.file("s");
  const Finished imported = run_reel({"import", store, dir.file("v.jsonl")});
  CAPTURE(vector["name"], imported.err);
  CHECK(imported.code == 0);
  check_export(store, events);
  if (vector["kind"] == "multi") {
    for (const auto& [id, expect] : vector["expect"]["streams"].items()) {
      check_stream(store, id, events, expect);
    }
  } else if (vector["kind"] == "compare") {
    check_diff(store, vector);
  } else if (vector["kind"] != "ttl") {
    check_stream(store, vector["stream_id"], events, vector["expect"]);
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
    for (std::string line; std::getline(in, line); ++count) check_vector(line);
  }
  CHECK(count > 40);
}
