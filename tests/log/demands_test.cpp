#include "log/demands.hpp"

#include <thread>

#include "support/catch.hpp"

using reel::log::Demands;
using reel::writer::Demand;
using Outcome = Demands::Outcome;
using std::chrono::milliseconds;

TEST_CASE("a round serves the tickets taken before it, and no later ones", "[log][demands]") {
  Demands demands;
  REQUIRE(demands.next()->demand == Demand::none);
  CHECK(demands.wait_for(Demand::write, milliseconds(0)) == Outcome::late);
  const auto first = demands.next();
  CHECK(first->demand == Demand::write);
  CHECK(demands.wait_for(Demand::sync, milliseconds(0)) == Outcome::late);
  demands.served(*first);
  const auto second = demands.next();
  CHECK(second->demand == Demand::sync);
  demands.served(*second);
  CHECK(demands.next()->demand == Demand::none);
}

TEST_CASE("a round that served nothing leaves its tickets out", "[log][demands]") {
  Demands demands;
  CHECK(demands.wait_for(Demand::write, milliseconds(0)) == Outcome::late);
  CHECK(demands.next()->demand == Demand::write);
  CHECK(demands.next()->demand == Demand::write);
}

TEST_CASE("a sync that ends in a later round serves the tickets of the one it began in",
          "[log][demands]") {
  const auto ticket = [](Demands& demands, Demand demand) {
    CHECK(demands.wait_for(demand, milliseconds(0)) == Outcome::late);
  };
  Demands demands;
  ticket(demands, Demand::sync);
  auto round = demands.next();
  CHECK(round->demand == Demand::sync);
  demands.sync_began(*round);
  CHECK(demands.next()->demand == Demand::none);  // nothing more to do for it

  ticket(demands, Demand::sync);
  ticket(demands, Demand::write);
  round = demands.next();
  CHECK(round->demand == Demand::write);  // the sync's turn is when the one under way is over
  demands.written(*round);
  CHECK(demands.next()->demand == Demand::none);
  demands.sync_ended(true);
  CHECK(demands.next()->demand == Demand::sync);  // the second one's is not done

  round = demands.next();
  demands.sync_began(*round);
  CHECK(demands.next()->demand == Demand::none);
  demands.sync_ended(false);
  CHECK(demands.next()->demand == Demand::sync);
  round = demands.next();
  demands.sync_began(*round);
  demands.sync_ended(true);
  CHECK(demands.next()->demand == Demand::none);
}

TEST_CASE("who waits is told when served and when closed", "[log][demands][threads]") {
  Demands demands;
  Outcome served = Outcome::late, closed = Outcome::late;
  std::thread caller([&] {
    served = demands.wait_for(Demand::sync, milliseconds(60'000));
    closed = demands.wait_for(Demand::write, milliseconds(60'000));
  });
  for (;;) {
    const auto round = demands.next();
    demands.served(*round);
    if (round->demand == Demand::sync) break;
    demands.rest(true, true, milliseconds(1));
  }
  while (demands.next()->demand != Demand::write) demands.rest(true, true, milliseconds(1));
  CHECK(demands.close());
  caller.join();
  CHECK(served == Outcome::served);
  CHECK(closed == Outcome::closed);
  CHECK_FALSE(demands.next());
  CHECK_FALSE(demands.close());
}

TEST_CASE("while a sync is under way later tickets ask for nothing, and are served by the next",
          "[log][demands]") {
  Demands demands;
  CHECK(demands.wait_for(Demand::sync, milliseconds(0)) == Outcome::late);
  const auto first = demands.next();
  demands.written(*first);
  demands.sync_began(*first);
  int called = 0;
  REQUIRE(demands.call_when_synced([&](const reel::Status&) { ++called; }));
  CHECK(demands.next()->demand == Demand::none);
  CHECK(demands.sync_ended(true).empty());  // of the first ticket only
  const auto second = demands.next();
  CHECK(second->demand == Demand::sync);
  demands.sync_began(*second);
  CHECK(demands.sync_ended(false).empty());
  const auto third = demands.next();
  CHECK(third->demand == Demand::sync);  // a bad one leaves its tickets out
  for (const auto& done : demands.served(*third)) done({});
  CHECK(called == 1);
}
