// Many streams, long ones, and many threads.
#include <algorithm>
#include <thread>

#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

constexpr std::int64_t kStreams = 2000;
constexpr std::int64_t kLong = 20000;
constexpr std::int64_t kThreads = 4, kEach = 500;

void many_streams(const MakeStore& make) {
  const Store store = make();
  Strings ids;
  for (std::int64_t i = 0; i < kStreams; ++i) {
    ids.push_back("stream-" + std::to_string(i));
    add(*store, ids.back(), token(i));
  }
  for (const std::string& id : ids) add(*store, id, token(0));
  expect_equal(got(store->list_streams(), "list_streams"), ids, "the list");
  for (std::int64_t i = 0; i < kStreams; i += 97) {
    const auto events = got(store->get_events(ids[static_cast<std::size_t>(i)]), "get_events");
    expect_equal(seqs_of(events), up_to(2), "the seqs of one of many streams");
    expect_equal(events[0].event.ts_ms, token(i).ts_ms, "the ts in one of many streams");
  }
}

void long_stream(const MakeStore& make) {
  const Store store = make();
  add_tokens(*store, "s", kLong);
  expect_equal(read_seqs(*store, "s"), up_to(kLong), "the seqs of a long stream");
  expect_equal(read_seqs(*store, "s", {12345, 12347}), Seqs{12345, 12346, 12347},
               "a range of a long stream");
  expect_equal(present(store->metadata("s"), "metadata").token_count, kLong, "token_count");
  std::string content;
  for (std::int64_t index = 0; index < kLong; ++index) {
    content += std::get<Token>(token(index).body).value;
  }
  expect_equal(got(store->fold("s"), "fold").content, content, "the content of a long stream");
}

// Every thread appends to its stream; the seqs that it was answered, or why it stopped.
struct Worker {
  Seqs seqs;
  std::string wrong;

  void run(EventStore& store, const std::string& id, std::int64_t number) noexcept try {
    for (std::int64_t i = 0; i < kEach; ++i) {
      const auto seq = store.append(id, event_at(0, Token{std::to_string(number), i}));
      if (!seq) {
        wrong = "append beside other threads failed: " + seq.error().to_string();
        return;
      }
      seqs.push_back(*seq);
    }
  } catch (...) {
    wrong = "append beside other threads threw";
  }
};

std::vector<Worker> run_workers(EventStore& store, bool one_stream) {
  std::vector<Worker> workers(kThreads);
  std::vector<std::thread> threads;
  for (std::int64_t t = 0; t < kThreads; ++t) {
    Worker& worker = workers[static_cast<std::size_t>(t)];
    const std::string id = one_stream ? "s" : "s-" + std::to_string(t);
    threads.emplace_back([&worker, &store, id, t] { worker.run(store, id, t); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Worker& worker : workers) expect(worker.wrong.empty(), worker.wrong);
  return workers;
}

void threads_on_one_stream(const MakeStore& make) {
  const Store store = make();
  Seqs answered;
  const auto workers = run_workers(*store, true);
  for (const Worker& worker : workers) {
    expect(std::is_sorted(worker.seqs.begin(), worker.seqs.end()),
           "a thread was answered falling seqs");
    answered.insert(answered.end(), worker.seqs.begin(), worker.seqs.end());
  }
  std::sort(answered.begin(), answered.end());
  expect_equal(answered, up_to(kThreads * kEach), "the seqs answered to all threads");
  const auto events = got(store->get_events("s"), "get_events");
  expect_equal(seqs_of(events), up_to(kThreads * kEach), "the seqs stored");
  // Under the seq that a thread was answered stands the event that it appended.
  for (std::size_t t = 0; t < workers.size(); ++t) {
    for (const std::uint64_t seq : workers[t].seqs) {
      expect_equal(std::get<Token>(events[seq].event.body).value, std::to_string(t),
                   "the thread whose event is at seq " + std::to_string(seq));
    }
  }
}

void threads_on_streams_of_their_own(const MakeStore& make) {
  const Store store = make();
  for (const Worker& worker : run_workers(*store, false)) {
    expect_equal(worker.seqs, up_to(kEach), "the seqs answered to a thread");
  }
  for (std::int64_t t = 0; t < kThreads; ++t) {
    expect_equal(read_seqs(*store, "s-" + std::to_string(t)), up_to(kEach), "the seqs stored");
  }
  expect_equal(got(store->list_streams("s-"), "list_streams").size(), std::size_t{kThreads},
               "the number of streams listed");
}

}  // namespace

void add_load_checks(Checks& checks) {
  checks.push_back(check("2,000 streams", many_streams));
  checks.push_back(check("a stream of 20,000 events", long_stream));
  checks.push_back(check("appends from many threads to one stream", threads_on_one_stream));
  checks.push_back(
      check("appends from many threads to streams of their own", threads_on_streams_of_their_own));
}

}  // namespace reel::conformance
