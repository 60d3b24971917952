// reel info: facts about a store, or about one stream.
#include <fmt/format.h>

#include "export_events.hpp"
#include "json_text.hpp"
#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct InfoArgs {
  Common common;
  std::string stream;
  bool has_stream = false;
};

double bytes_per_event(const StoreInfo& info) {
  return info.events == 0 ? 0 : static_cast<double>(info.bytes) / static_cast<double>(info.events);
}

std::string store_json(const StoreInfo& info) {
  std::string per_event;
  json::append_number(per_event, bytes_per_event(info));
  return fmt::format(
      "{{\"store_uuid\":{},\"segments\":{},\"streams\":{},\"events\":{},\"bytes\":{},"
      "\"bytes_per_event\":{},\"gaps\":{},\"gap_events\":{},\"arena_events\":{},\"clean\":{},"
      "\"writer_alive\":{},\"arena_seen\":{},\"arena_path\":{},\"recovery\":{}}}\n",
      json_string(info.store_uuid), info.segments, info.streams, info.events, info.bytes, per_event,
      info.gaps, info.gap_events, info.arena_events, info.clean, info.writer_alive, info.arena_seen,
      json_string(info.arena_path), json_strings(info.notes));
}

std::string arena_text(const StoreInfo& info) {
  if (info.arena_path.empty()) return "none (closed cleanly)";
  return fmt::format("{}{}", escaped(info.arena_path),
                     info.arena_seen ? "" : " (cannot be read: only written events are shown)");
}

void print_store(Output& out, const Common& common, const StoreInfo& info) {
  Facts facts;
  facts.add("store", escaped(common.store));
  facts.add("uuid", escaped(info.store_uuid));
  facts.add("streams", human_count(info.streams));
  facts.add("events", human_count(info.events));
  if (info.arena_events > 0) facts.add("  in the arena", human_count(info.arena_events));
  facts.add("segments", human_count(info.segments));
  facts.add("size", human_bytes(static_cast<double>(info.bytes)));
  facts.add("bytes/event", fmt::format("{:.2f}", bytes_per_event(info)));
  facts.add("gaps", info.gaps == 0 ? "none"
                                   : fmt::format("{} ({} missing)", human_count(info.gaps),
                                                 plural(info.gap_events, "event")));
  facts.add("writer", info.writer_alive ? "alive" : info.clean ? "closed cleanly" : "gone");
  facts.add("arena", arena_text(info));
  for (const std::string& note : info.notes) facts.add("note", escaped(note));
  facts.print(out);
}

void print_stream(Output& out, const StreamMetadata& stream, const char* timing) {
  Facts facts;
  facts.add("stream", escaped(stream.stream_id));
  if (stream.name_space != kDefaultNamespace) facts.add("namespace", escaped(stream.name_space));
  facts.add("status", stream_status_name(stream.status));
  facts.add("events", human_count(stream.event_count));
  facts.add("tokens", std::to_string(stream.token_count));
  facts.add("started", stream.start_ts == 0 ? "-" : human_time(stream.start_ts));
  facts.add("ended", stream.end_ts == 0 ? "-" : human_time(stream.end_ts));
  facts.add("timing", timing);
  facts.add("completed", stream.completed ? "yes" : "no");
  facts.add("error", stream.has_error ? "yes" : "no");
  facts.add("missing", stream.gaps == 0 ? "none" : plural(stream.gaps, "event"));
  facts.add("next seq", std::to_string(stream.next_seq));
  facts.add("durable to seq", stream.durable_seq ? std::to_string(*stream.durable_seq) : "-");
  facts.add("options", stream.options ? escaped(*stream.options) : "-");
  facts.print(out);
}

// Captures without times carry one stamp on all their events.
bool has_timing(const InfoArgs& args, const Reader& reader, std::uint64_t events) {
  std::optional<double> first;
  bool differs = events < 2;
  static_cast<void>(walk_stream(reader, args.common, args.stream, [&](const EnvelopeView& each) {
    if (each.event.type == EventType::gap) return true;
    differs = differs || (first && *first != each.event.ts_ms);
    first = each.event.ts_ms;
    return !differs;
  }));
  return differs;
}

ExitCode stream_info(const InfoArgs& args, const Reader& reader) {
  Output out;
  const auto metadata = reader.metadata(args.stream, args.common.name_space);
  if (!metadata) return complain(metadata.error());
  if (!*metadata) {
    if (args.common.json) out.buffer() += "null\n";
    static_cast<void>(require_stream(reader, args.common, args.stream));
    return out.finish(ExitCode::found);
  }
  const char* timing = has_timing(args, reader, (*metadata)->event_count) ? "recorded" : "none";
  if (args.common.json) {
    json::append_metadata(out.buffer(), **metadata);
    out.buffer().pop_back();
    out.buffer() += fmt::format(",\"timing\":\"{}\"}}\n", timing);
  } else {
    print_stream(out, **metadata, timing);
  }
  return out.finish(tell_damage(reader));
}

ExitCode show_info(const InfoArgs& args) {
  std::optional<Reader> reader = open_reader(args.common);
  if (!reader) return ExitCode::unusable;
  if (args.has_stream) return stream_info(args, *reader);
  Output out;
  if (args.common.json) {
    out.buffer() += store_json(reader->info());
  } else {
    print_store(out, args.common, reader->info());
  }
  return out.finish(tell_damage(*reader));
}

}  // namespace

void add_info(CLI::App& app, Run& run) {
  auto args = std::make_shared<InfoArgs>();
  CLI::App* verb = add_verb(app, "info", "Show facts about a store, or about one stream",
                            {"info store", "info store --json", "info store chat-7"});
  add_common(*verb, args->common);
  CLI::Option* stream = verb->add_option("STREAM", args->stream, "A stream");
  verb->callback([args, stream, &run] {
    args->has_stream = stream->count() > 0;
    run = [args] { return show_info(*args); };
  });
}

}  // namespace reel::tool
