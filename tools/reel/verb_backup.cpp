// reel backup: a live store as it is at one moment, in a folder of its own.
#include <fmt/format.h>

#include "export_events.hpp"
#include "json_text.hpp"
#include "progress.hpp"
#include "reel/backup.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

struct BackupArgs {
  Common common;
  std::string out;
  BackupOptions options;
  bool no_verify = false;
};

std::string report_json(const BackupReport& report, const BackupArgs& args) {
  return fmt::format(
      "{{\"out\":{},\"store_uuid\":{},\"taken_us\":{},\"linked_segments\":{},\"linked_bytes\":{},"
      "\"copied_segments\":{},\"copied_bytes\":{},\"memory_events\":{},\"deleted_streams\":{},"
      "\"saved_snapshots\":{},\"verified\":{},\"damage\":{},\"notes\":{}}}\n",
      json_string(args.out), json_string(report.store_uuid), report.taken_us,
      report.linked_segments, report.linked_bytes, report.copied_segments, report.copied_bytes,
      report.memory_events, report.deleted_streams, report.saved_snapshots, args.options.verify,
      json_damage(report.damage), json_strings(report.notes));
}

void print_report(Output& out, const BackupReport& report, const BackupArgs& args) {
  for (const Damage& at : report.damage) {
    out.buffer() += fmt::format("damaged in the store: {} at {}: {}\n", escaped(at.file), at.offset,
                                escaped(at.what));
  }
  for (const std::string& note : report.notes) out.buffer() += "note: " + escaped(note) + '\n';
  out.buffer() += fmt::format(
      "backed up to {}: {} linked ({}), {} copied ({}), {} from memory{}\n", escaped(args.out),
      plural(report.linked_segments, "segment"),
      human_bytes(static_cast<double>(report.linked_bytes)), human_count(report.copied_segments),
      human_bytes(static_cast<double>(report.copied_bytes)), plural(report.memory_events, "event"),
      args.options.verify ? "; every byte checked" : "");
}

// Interrupted like anything here: the next one clears away what it leaves.
Result<BackupReport> backup_with_progress(BackupArgs& args) {
  args.options.verify = !args.no_verify;
  args.options.mmap = !args.common.no_mmap;
  std::unique_ptr<Progress> progress;
  std::uint64_t told = 0;
  args.options.progress = [&](std::uint64_t bytes, std::uint64_t of) {
    if (progress == nullptr) progress = std::make_unique<Progress>(args.common.progress, Work{of});
    progress->advance(bytes - std::min(told, bytes), 0);
    told = std::max(told, bytes);
    return true;
  };
  return backup(args.common.store, args.out, args.options);
}

ExitCode run_backup(BackupArgs& args) {
  const Result<BackupReport> report = backup_with_progress(args);
  if (!report) {
    complain(report.error().to_string());
    return report.error().code == ErrorCode::invalid_argument ? ExitCode::usage
                                                              : ExitCode::unusable;
  }
  Output out;
  if (args.common.json) {
    out.buffer() += report_json(*report, args);
  } else {
    print_report(out, *report, args);
  }
  return out.finish(report->damage.empty() ? ExitCode::fine : ExitCode::found);
}

}  // namespace

void add_backup(CLI::App& app, Run& run) {
  auto args = std::make_shared<BackupArgs>();
  CLI::App* verb = add_verb(
      app, "backup",
      "Take a backup of a store, which may be recorded into meanwhile: hard links where they can "
      "be, else copies",
      {"backup store backups/monday", "backup store /mnt/disk/tuesday --link-from /mnt/disk/monday",
       "backup store elsewhere --copy --json"});
  add_common(*verb, args->common);
  verb->add_option("OUT", args->out, "The backup's folder: missing or empty")->required();
  verb->add_flag("--copy", args->options.copy,
                 "Copies only: what goes bad in the store stays there");
  verb->add_option("--link-from", args->options.link_from,
                   "An earlier backup: what it has already is linked to its files, not copied");
  verb->add_flag("--no-verify", args->no_verify, "Do not read the backup to check it");
  verb->callback([args, &run] { run = [args] { return run_backup(*args); }; });
}

}  // namespace reel::tool
