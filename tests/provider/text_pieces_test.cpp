// Servers whose payload is little more than the next piece of text, and Replicate, whose is just that.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("pieces of text: writer, text generation inference, llama.cpp", "[provider][dialects]") {
  const Collected writer = collect(sse({R"({"value":"a"})", R"({"value":"b"})"}));
  CHECK(writer.text() == Strings{"a", "b"});
  CHECK(writer.count<Complete>() == 0);
  const Collected tgi = collect(sse(
      {R"({"index":1,"token":{"id":1,"text":"a","logprob":-1.0,"special":false},"generated_text":null,"details":null})",
       R"({"index":2,"token":{"id":2,"text":"</s>","logprob":-1.0,"special":true},"generated_text":"a","details":{"finish_reason":"eos_token"}})"}));
  CHECK(tgi.text() == Strings{"a"});
  CHECK(tgi.complete().content == "a");
  const Collected llama = collect(
      sse({R"({"content":"a","stop":false})", R"({"content":"","stop":true,"timings":{"n":1}})"}));
  CHECK(llama.text() == Strings{"a"});
  CHECK(llama.last<Complete>()->extra == R"("usage":{"n":1})");
}

TEST_CASE("replicate: events with plain text", "[provider][dialects]") {
  const Collected got = collect(
      ": hi\n\nevent: output\nid: 1:0\ndata: \n\nevent: output\ndata:  a \"b\"\n\n"
      "event: output\ndata: c\ndata: \ndata: {\n\nevent: done\ndata: {}\n\n");
  CHECK(got.dialect == "replicate");
  CHECK(got.text() == Strings{" a \"b\"", "c\n\n{"});
  CHECK(got.complete().token_count == 2);
  const Collected cancelled =
      collect("event: output\ndata: a\n\nevent: done\ndata: {\"reason\":\"canceled\"}\n\n");
  CHECK(cancelled.last<Complete>()->extra == R"("finish_reason":"canceled")");
  const Collected failed =
      collect("event: output\ndata: a\n\nevent: error\ndata: {\"detail\":\"x\"}\n\n");
  CHECK(failed.count<ErrorEvent>() == 1);
}

}  // namespace
}  // namespace reel::test
