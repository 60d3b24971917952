// OpenAI transcription streams and realtime sessions.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("transcription, realtime", "[provider][dialects]") {
  const Collected got =
      collect(sse({R"({"type":"transcript.text.delta","delta":"Hi"})",
                   R"({"type":"transcript.text.done","text":"Hi","usage":{"n":1}})"}));
  CHECK(got.text() == Strings{"Hi"});
  CHECK(got.last<Complete>()->extra == R"("usage":{"n":1})");
  CHECK(collect(sse({R"({"type":"transcript.text.done","text":"Hi"})"})).text() == Strings{"Hi"});
  const Collected live = collect(R"({"type":"session.created","session":{"id":"s","model":"m"}})"
                                 "\n"
                                 R"({"type":"session.input_transcript.delta","delta":"a"})"
                                 "\n"
                                 R"({"type":"session.output_transcript.delta","delta":"b"})"
                                 "\n"
                                 R"({"type":"session.closed"})"
                                 "\n");
  CHECK(live.channel("input_transcript") == Strings{"a"});
  CHECK(live.complete().content == "b");
}

}  // namespace
}  // namespace reel::test
