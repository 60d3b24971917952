#include "copy_report.hpp"

#include <fmt/format.h>

#include "export_events.hpp"
#include "progress.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

// A JSON array of what `each` makes of the items.
template <class Items, class Each>
std::string array_of(const Items& items, Each each) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? "," : "") + each(item);
  return out + ']';
}

std::string report_json(const CopyReport& report) {
  const auto conflict = [](const CopyConflict& at) {
    return fmt::format(
        "{{\"namespace\":{},\"stream\":{},\"seq\":{},\"store\":{},\"copied_as\":{}}}",
        json_string(at.name_space), json_string(at.stream_id), at.seq, json_string(at.store),
        json_string(at.copied_as));
  };
  const auto damage = [](const Damage& at) {
    return fmt::format("{{\"file\":{},\"offset\":{},\"bytes\":{},\"what\":{}}}",
                       json_string(at.file), at.offset, at.bytes, json_string(at.what));
  };
  return fmt::format(
      "{{\"streams\":{},\"events\":{},\"missing\":{},\"conflicts\":{},\"damage\":{},\"notes\":{}}}"
      "\n",
      report.streams, report.events, report.missing, array_of(report.conflicts, conflict),
      array_of(report.damage, damage), array_of(report.notes, json_string));
}

void print_report(Output& out, const CopyReport& report) {
  for (const Damage& at : report.damage) {
    out.buffer() +=
        fmt::format("passed over: {} at {}: {}\n", escaped(at.file), at.offset, escaped(at.what));
  }
  for (const std::string& note : report.notes) out.buffer() += "note: " + escaped(note) + '\n';
  for (const CopyConflict& at : report.conflicts) {
    out.buffer() +=
        fmt::format("conflict: {} of {} differs from seq {} on; copied as {}\n",
                    escaped(at.stream_id), escaped(at.store), at.seq, escaped(at.copied_as));
  }
  out.buffer() += fmt::format("copied {} of {}", plural(report.events, "event"),
                              plural(report.streams, "stream"));
  if (report.missing != 0) out.buffer() += fmt::format("; {} missing", human_count(report.missing));
  out.buffer() += '\n';
}

}  // namespace

ExitCode copy_and_report(const Common& common, const std::vector<std::string>& inputs,
                         const std::string& out, CopyOptions options) {
  options.reader.mmap = !common.no_mmap;
  const Result<CopyReport> report = [&] {
    Progress progress(common.progress, {});
    options.progress = [&progress](std::uint64_t events) { progress.advance(0, events); };
    return copy_streams(inputs, out, options);
  }();
  if (!report) {
    complain(report.error().to_string());
    return report.error().code == ErrorCode::invalid_argument ? ExitCode::usage
                                                              : ExitCode::unusable;
  }
  Output printed;
  if (common.json) {
    printed.buffer() += report_json(*report);
  } else {
    print_report(printed, *report);
  }
  const bool is_whole = report->damage.empty() && report->conflicts.empty() &&
                        report->missing == 0 && report->notes.empty();
  return printed.finish(is_whole ? ExitCode::fine : ExitCode::found);
}

}  // namespace reel::tool
