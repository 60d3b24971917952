#include "capi/options.hpp"

#include "capi/arguments.hpp"
#include "capi/grown_struct.hpp"

namespace reel::capi {
namespace {

static_assert(REEL_OVERFLOW_DROP == static_cast<int>(Overflow::drop));
static_assert(REEL_CLOCK_TICKER == static_cast<int>(ClockKind::ticker));
static_assert(REEL_ARENA_STORE == static_cast<int>(ArenaPlace::store));

// Sizes in ABI 1, which is where a caller begins; no struct ends with padding, in which a member of
// a later version might come to lie.
constexpr std::size_t kLogBytes = 128, kReaderBytes = 24, kFollowBytes = 48;
static_assert(sizeof(reel_log_options) == kLogBytes &&
              offsetof(reel_log_options, user) + sizeof(void*) == kLogBytes);
static_assert(sizeof(reel_reader_options) == kReaderBytes &&
              offsetof(reel_reader_options, reserved) + sizeof(std::int32_t) == kReaderBytes);
static_assert(sizeof(reel_follow_options) == kFollowBytes &&
              offsetof(reel_follow_options, reserved) + sizeof(std::int32_t) == kFollowBytes);

Error refuse(const std::string& name, std::int64_t value) {
  return {ErrorCode::invalid_argument, 0, "", 0, name + " cannot be " + std::to_string(value)};
}

template <class Enum>
Status take_enum(Enum& to, std::int32_t value, Enum last, const char* name) {
  if (value < 0 || value > static_cast<std::int32_t>(last)) return refuse(name, value);
  to = static_cast<Enum>(value);
  return {};
}

Status take_reserved(std::int64_t value) {
  return value == 0 ? Status() : Status(refuse("reserved", value));
}

void take_sizes(LogOptions& to, const reel_log_options& from) {
  to.arena_bytes = from.arena_bytes;
  to.event_bytes_max = from.event_bytes_max;
  to.segment_bytes_max = from.segment_bytes_max;
  to.batch_bytes = from.batch_bytes;
  to.block_bytes = from.block_bytes;
  to.open_streams_max = from.open_streams_max;
  to.segment_streams_max = from.segment_streams_max;
  to.zstd_level = from.zstd_level;
  to.compression_threads = from.compression_threads;
  to.snapshot_events = from.snapshot_events;
}

void take_calls(LogOptions& to, const reel_log_options& from) {
  if (from.on_error != nullptr) {
    to.on_error = [call = from.on_error, user = from.user](const Error& error) {
      reel_error_info info;
      tell(&info, error);
      call_back([&] { call(user, &info); });
    };
  }
  if (from.on_wanted != nullptr) {
    to.on_wanted = [call = from.on_wanted, user = from.user] { call_back([&] { call(user); }); };
  }
}

reel_log_options default_log_options() {
  const LogOptions from;
  reel_log_options to = {};
  to.struct_size = sizeof to;
  to.overflow = static_cast<std::int32_t>(from.overflow);
  to.block_deadline_ms = from.block_deadline_ms;
  to.sync_interval_ms = from.sync_interval_ms;
  to.clock = static_cast<std::int32_t>(from.clock);
  to.ticker_us = from.ticker_us;
  to.arena = static_cast<std::int32_t>(from.arena);
  to.create = from.create;
  to.writer_thread = from.writer_thread;
  to.arena_bytes = from.arena_bytes;
  to.event_bytes_max = from.event_bytes_max;
  to.segment_bytes_max = from.segment_bytes_max;
  to.batch_bytes = from.batch_bytes;
  to.block_bytes = from.block_bytes;
  to.open_streams_max = from.open_streams_max;
  to.segment_streams_max = from.segment_streams_max;
  to.zstd_level = from.zstd_level;
  to.compression_threads = from.compression_threads;
  to.snapshot_events = from.snapshot_events;
  return to;
}

reel_reader_options default_reader_options() {
  const ReaderOptions from;
  return {sizeof(reel_reader_options), from.strict, from.arena, from.mmap, 0};
}

reel_follow_options default_follow_options() {
  return {sizeof(reel_follow_options), nullptr, nullptr, nullptr, 0, FollowOptions().mmap, 0};
}

}  // namespace

Result<LogOptions> log_options(const reel_log_options* given) {
  const auto from = take_struct(given, default_log_options(), kLogBytes, "reel_log_options_init");
  if (!from) return from.status();
  LogOptions to;
  for (const Status& status : {take_enum(to.overflow, from->overflow, Overflow::drop, "overflow"),
                               take_enum(to.clock, from->clock, ClockKind::ticker, "clock"),
                               take_enum(to.arena, from->arena, ArenaPlace::store, "arena"),
                               take_reserved(from->reserved)}) {
    if (!status) return status;
  }
  to.block_deadline_ms = from->block_deadline_ms;
  to.sync_interval_ms = from->sync_interval_ms;
  to.ticker_us = from->ticker_us;
  to.create = from->create != 0;
  to.writer_thread = from->writer_thread != 0;
  take_sizes(to, *from);
  take_calls(to, *from);
  return to;
}

Result<ReaderOptions> reader_options(const reel_reader_options* given) {
  const auto from =
      take_struct(given, default_reader_options(), kReaderBytes, "reel_reader_options_init");
  if (!from) return from.status();
  if (Status status = take_reserved(from->reserved); !status) return status;
  return ReaderOptions{
      .strict = from->strict != 0, .arena = from->arena != 0, .mmap = from->mmap != 0};
}

Result<FollowOptions> follow_options(const reel_follow_options* given) {
  const auto from =
      take_struct(given, default_follow_options(), kFollowBytes, "reel_follow_options_init");
  if (!from) return from.status();
  if (Status status = take_reserved(from->reserved); !status) return status;
  FollowOptions to;
  to.name_space = namespace_of(from->name_space);
  to.mmap = from->mmap != 0;
  if (from->stream_count == 0) return to;
  if (Status status =
          need({{from->stream_ids, "stream_ids"}, {from->stream_ids_bytes, "stream_ids_bytes"}});
      !status) {
    return status;
  }
  for (std::size_t i = 0; i < from->stream_count; ++i) {
    const auto id = text_of(from->stream_ids[i], from->stream_ids_bytes[i], "a stream id");
    if (!id) return id.status();
    to.streams.emplace_back(*id);
  }
  return to;
}

}  // namespace reel::capi

using namespace reel;

void reel_log_options_init(reel_log_options* options, size_t struct_size) {
  capi::init_struct(options, struct_size, capi::default_log_options());
}
void reel_reader_options_init(reel_reader_options* options, size_t struct_size) {
  capi::init_struct(options, struct_size, capi::default_reader_options());
}
void reel_follow_options_init(reel_follow_options* options, size_t struct_size) {
  capi::init_struct(options, struct_size, capi::default_follow_options());
}
