#include "copy_report.hpp"

#include <fmt/format.h>

#include "export_events.hpp"
#include "json_text.hpp"
#include "progress.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

std::string report_json(const CopyReport& report, const std::string& to) {
  const auto conflict = [](const CopyConflict& at) {
    return fmt::format(
        "{{\"namespace\":{},\"stream\":{},\"seq\":{},\"store\":{},\"copied_as\":{}}}",
        json_string(at.name_space), json_string(at.stream_id), at.seq, json_string(at.store),
        json_string(at.copied_as));
  };
  return fmt::format(
      "{{\"out\":{},\"streams\":{},\"events\":{},\"missing\":{},\"conflicts\":{},\"damage\":{},"
      "\"notes\":{}}}"
      "\n",
      json_string(to), report.streams, report.events, report.missing,
      json_array(report.conflicts, conflict), json_damage(report.damage),
      json_strings(report.notes));
}

void print_report(Output& out, const CopyReport& report, const std::string& to) {
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
  out.buffer() += fmt::format("copied {} of {} to {}", plural(report.events, "event"),
                              plural(report.streams, "stream"), escaped(to));
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
    printed.buffer() += report_json(*report, out);
  } else {
    print_report(printed, *report, out);
  }
  const bool is_whole = report->damage.empty() && report->conflicts.empty() &&
                        report->missing == 0 && report->notes.empty();
  return printed.finish(is_whole ? ExitCode::fine : ExitCode::found);
}

}  // namespace reel::tool
