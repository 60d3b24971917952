#include "log/neighbours.hpp"

#include <algorithm>

#include "catalog/catalog.hpp"

namespace reel::log {
namespace {

constexpr std::uint64_t kLockBytesMax = 4096;

}  // namespace

Neighbours::Neighbours(LaneContext context, std::uint32_t lane, arena::Arena& own)
    : context_(std::move(context)), lane_(lane), own_(own) {}

Status Neighbours::announce(RecoveryReport& report) { return look_around(report, true); }

Neighbour& Neighbours::of(std::uint32_t lane) {
  const auto known = std::find_if(neighbours_.begin(), neighbours_.end(),
                                  [&](const auto& each) { return each->lane() == lane; });
  if (known != neighbours_.end()) return **known;
  return *neighbours_.emplace_back(std::make_unique<Neighbour>(context_, lane));
}

// Counted before anybody is looked at: who arrives meanwhile is looked at the next time.
Status Neighbours::look_around(RecoveryReport& report, bool announcing) {
  const std::uint32_t arrivals = this->arrivals();
  const auto lanes = catalog::list_lanes(context_.fs, context_.store);
  if (!lanes) return lanes.status();
  for (const std::uint32_t lane : *lanes) {
    if (lane == lane_) continue;
    Neighbour& neighbour = of(lane);
    if (Status status = neighbour.look(report); !status) {
      if (announcing || status.error().code != ErrorCode::busy) return status;
    }
    if (announcing) neighbour.announce();
  }
  seen_ = arrivals;
  return {};
}

Result<Sighting> Neighbours::find(std::string_view name_space, std::string_view id) {
  if (arrivals() != seen_) {
    RecoveryReport ignored;  // the lanes' catalogs keep a line of it
    if (Status status = look_around(ignored, false); !status) return status;
  }
  Sighting furthest;
  for (const auto& neighbour : neighbours_) {
    auto sighting = neighbour->find(name_space, id);
    if (!sighting) return sighting;
    if (sighting->place == Sighting::Place::nowhere) continue;
    if (sighting->place != Sighting::Place::at_rest) return sighting;
    if (furthest.place == Sighting::Place::nowhere || sighting->stream.is_after(furthest.stream)) {
      furthest = *sighting;
    }
  }
  return furthest;
}

bool Neighbours::anybody() const noexcept {
  return arrivals() != seen_ ||
         std::any_of(neighbours_.begin(), neighbours_.end(),
                     [](const auto& neighbour) { return neighbour->is_open(); });
}

void Neighbours::let_go() noexcept {
  for (const auto& neighbour : neighbours_) neighbour->let_go();
}

std::string Neighbours::holder(std::uint32_t lane) const {
  const std::string file = catalog::lock_file(catalog::lane_directory(context_.store, lane));
  const auto line = context_.fs.read(file, kLockBytesMax);  // "pid host boot-id"
  const std::string pid = line ? line->substr(0, line->find(' ')) : std::string();
  return pid.empty() || pid.find_first_not_of("0123456789") != std::string::npos ? "another process"
                                                                                 : "process " + pid;
}

}  // namespace reel::log
