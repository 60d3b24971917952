#include "reel/follower.hpp"

#include "reader/follow_core.hpp"

namespace reel {

Follower::Follower(std::unique_ptr<detail::FollowCore> core) noexcept : core_(std::move(core)) {}
Follower::Follower(Follower&&) noexcept = default;
Follower& Follower::operator=(Follower&&) noexcept = default;
Follower::~Follower() = default;

Result<Follower> Follower::after(const Reader& reader, FollowOptions options) {
  const detail::ReaderCore& shown = detail::ReaderAccess::core(reader);
  auto core = detail::FollowCore::open(shown.fs(), shown.view().path, std::move(options));
  if (!core) return core.status();
  (*core)->skip(shown);
  return Follower(*std::move(core));
}

Result<Follower> Follower::from_start(const std::string& path, FollowOptions options) {
  auto core = detail::FollowCore::open(io::posix(), path, std::move(options));
  if (!core) return core.status();
  return Follower(*std::move(core));
}

Result<Follower> Follower::resume(const std::string& path, std::string_view cursor,
                                  FollowOptions options) {
  auto core = detail::FollowCore::open(io::posix(), path, std::move(options));
  if (!core) return core.status();
  if (Status status = (*core)->skip(cursor); !status) return status;
  return Follower(*std::move(core));
}

Status Follower::poll() { return core_->poll(); }
bool Follower::next() { return core_->next(); }
const EnvelopeView& Follower::view() const noexcept { return core_->view(); }
std::string Follower::cursor() const { return core_->cursor(); }
const std::vector<Damage>& Follower::damage() const noexcept { return core_->damage(); }

}  // namespace reel
