// Followers: what is recorded from now on.
#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace reel;
using capi::guarded;
using capi::need;

namespace {

// A handle of what `open`, a Result<Follower>(FollowOptions), opens.
template <class Open>
int open_follower(const reel_follow_options* options, reel_follower** follower,
                  reel_error_info* error, Open&& open) noexcept {
  return capi::make_handle(follower, error, [&]() -> Result<std::unique_ptr<reel_follower>> {
    auto known = capi::follow_options(options);
    if (!known) return known.status();
    const std::string name_space = known->name_space;
    Result<Follower> opened = open(*std::move(known));
    if (!opened) return opened.status();
    return std::make_unique<reel_follower>(
        reel_follower{*std::move(opened), capi::ShownEvent(name_space)});
  });
}

}  // namespace

int reel_follower_open(const char* path, const char* position, const reel_follow_options* options,
                       reel_follower** follower, reel_error_info* error) {
  return open_follower(options, follower, error, [&](FollowOptions known) -> Result<Follower> {
    if (Status status = need({{path, "the path"}}); !status) return status;
    if (position == nullptr) return Follower::from_start(path, std::move(known));
    return Follower::resume(path, position, std::move(known));
  });
}

int reel_follower_after(const reel_reader* reader, const reel_follow_options* options,
                        reel_follower** follower, reel_error_info* error) {
  return open_follower(options, follower, error, [&](FollowOptions known) -> Result<Follower> {
    if (Status status = need({{reader, "the Reader"}}); !status) return status;
    return Follower::after(*reader->reader, std::move(known));
  });
}

void reel_follower_close(reel_follower* follower) { delete follower; }

int reel_follower_poll(reel_follower* follower, reel_error_info* error) {
  return guarded(error, [&]() -> Status {
    if (Status status = need({{follower, "the Follower"}}); !status) return status;
    follower->shown.clear();
    return follower->follower.poll();
  });
}

int reel_follower_next(reel_follower* follower, const reel_event** event, reel_error_info* error) {
  if (event != nullptr) *event = nullptr;
  return guarded(error, [&]() -> Status {
    if (Status status = need({{follower, "the Follower"}, {event, "the place for the event"}});
        !status) {
      return status;
    }
    follower->shown.clear();
    if (follower->follower.next()) *event = follower->shown.show(follower->follower.view());
    return {};
  });
}

int reel_follower_json(reel_follower* follower, const char** json, size_t* json_bytes,
                       reel_error_info* error) {
  if (json != nullptr) *json = nullptr;
  if (json_bytes != nullptr) *json_bytes = 0;
  return guarded(error, [&]() -> Status {
    if (Status status = need({{follower, "the Follower"},
                              {json, "the place for the JSON"},
                              {json_bytes, "the place for its size"}});
        !status) {
      return status;
    }
    return follower->shown.json(json, json_bytes);
  });
}

int reel_follower_position(const reel_follower* follower, reel_string* position,
                           reel_error_info* error) {
  return capi::make_string(position, error, [&](std::string& out) -> Status {
    if (Status status = need({{follower, "the Follower"}}); !status) return status;
    out = follower->follower.cursor();
    return {};
  });
}
