// reel verify: checks every byte of a store.
#include <fmt/format.h>

#include "export_events.hpp"
#include "folder_bytes.hpp"
#include "json_text.hpp"
#include "progress.hpp"
#include "table.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

std::string report_json(const VerifyReport& report) {
  return fmt::format(
      "{{\"ok\":{},\"damage\":{},\"files\":{},\"bytes\":{},\"blocks\":{},\"events\":{},"
      "\"notes\":{}}}\n",
      report.ok, json_damage(report.damage), report.files, report.bytes, report.blocks,
      report.events, json_strings(report.notes));
}

void print_report(Output& out, const VerifyReport& report) {
  if (!report.damage.empty()) {
    Table table({{"FILE"}, {"OFFSET", Align::right}, {"BYTES", Align::right}, {"WHAT"}});
    for (const Damage& at : report.damage) {
      table.add({{escaped(at.file)},
                 {std::to_string(at.offset)},
                 {std::to_string(at.bytes)},
                 {escaped(at.what), Colour::red}});
    }
    table.print(out);
  }
  for (const std::string& note : report.notes) out.buffer() += "note: " + escaped(note) + '\n';
  out.buffer() +=
      fmt::format("{}: {} in {}, {}, {} checked\n",
                  report.ok ? coloured("whole", Colour::green) : coloured("DAMAGED", Colour::red),
                  plural(report.events, "event"), plural(report.blocks, "block"),
                  plural(report.files, "file"), human_bytes(static_cast<double>(report.bytes)));
}

ExitCode check(const Common& common) {
  const Result<VerifyReport> report = [&common] {
    Progress progress(common.progress, {.bytes = bytes_in(common.store)});
    return verify(common.store,
                  [&progress, told = std::uint64_t{0}](const VerifyReport& so_far) mutable {
                    progress.advance(so_far.bytes - told, so_far.events);
                    told = so_far.bytes;
                  });
  }();
  if (!report) {
    complain(report.error().to_string());
    return ExitCode::unusable;
  }
  Output out;
  if (common.json) {
    out.buffer() += report_json(*report);
  } else {
    print_report(out, *report);
  }
  return out.finish(report->ok ? ExitCode::fine : ExitCode::found);
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto args = std::make_shared<Common>();
  CLI::App* verb = add_verb(app, "verify", "Check every byte of a store",
                            {"verify store", "verify store --json"});
  add_common(*verb, *args);
  verb->callback([args, &run] { run = [args] { return check(*args); }; });
}

}  // namespace reel::tool
