// What stands behind the handles of C.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capi/shown_event.hpp"
#include "reel/follower.hpp"
#include "reel/json.hpp"
#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "reel/recorder.hpp"
#include "reel/reel.h"

struct reel_log {
  reel::Log log;
};

struct reel_recorder {
  reel::Recorder recorder;  // first: the hot path hands its address on as it is
  std::string stream_id = {};
  std::optional<reel::json::Parser> parser = {};  // made by the first reel_record_json
};

struct reel_reader {
  std::shared_ptr<reel::Reader> reader;  // its Cursors hold it too
};

struct reel_names {
  std::vector<std::string> names;
};

struct reel_cursor {
  std::shared_ptr<reel::Reader> reader;
  reel::Cursor cursor;
  reel::capi::ShownEvent shown;
};

struct reel_follower {
  reel::Follower follower;
  reel::capi::ShownEvent shown;
};
