// reel import: files into a store, as fast as it goes.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "intake.hpp"
#include "snapshot_file.hpp"
#include "std_fds.hpp"

namespace reel::tool {
namespace {

struct ImportArgs {
  Common common;
  IntakeOptions intake;
  std::vector<std::string> files;
};

// The file's name without folders and without its (last) extension.
std::string stem(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string::npos && dot > 0) name.resize(dot);
  return name;
}

std::uint64_t total_bytes(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode)) {
      total += static_cast<std::uint64_t>(facts.st_size);
    }
  }
  return total;
}

void import_stdin(const ImportArgs& args, Intake& intake) {
  if (stdin_was_closed()) return intake.refuse_input("-", "stdin is closed", ExitCode::unusable);
  FeederOptions options;
  options.input = "stdin";
  options.stream = args.intake.stream;
  options.format = intake.format();
  intake.run(STDIN_FILENO, std::move(options), true);
}

void import_snapshot(const ImportArgs& args, Intake& intake, const std::string& file, int fd) {
  const auto snapshot = read_snapshot(fd);
  if (!snapshot) {
    const bool unreadable = snapshot.error().code == ErrorCode::io;
    return intake.refuse_input(file, snapshot.error().message,
                               unreadable ? ExitCode::unusable : ExitCode::found);
  }
  const Status saved = save_snapshot_once(args.common.store, args.common.name_space, *snapshot);
  if (!saved) return intake.refuse_input(file, saved.to_string(), ExitCode::unusable);
  intake.note_snapshot();
}

void import_file(const ImportArgs& args, Intake& intake, const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    intake.refuse_input(file, std::strerror(errno), ExitCode::unusable);
    return;
  }
  struct stat facts {};
  if (::fstat(fd, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    intake.refuse_input(file, "is a folder; name the files in it", ExitCode::unusable);
  } else if (intake.format() == Format::automatic && looks_like_snapshot(fd)) {
    import_snapshot(args, intake, file, fd);
  } else {
    FeederOptions options;
    options.input = file;
    options.stream = args.intake.stream.empty() ? stem(file) : args.intake.stream;
    options.format = intake.format();
    intake.run(fd, std::move(options), true);
  }
  ::close(fd);
}

ExitCode import(const ImportArgs& args) {
  Intake intake(args.common, args.intake, total_bytes(args.files));
  if (!intake.open(JumpRule::gap)) return ExitCode::unusable;
  for (const std::string& file : args.files) {
    if (intake.stopped()) break;
    file == "-" ? import_stdin(args, intake) : import_file(args, intake, file);
  }
  const ExitCode code = intake.finish();
  // Interrupted, an import is not what was asked for; shells expect 128 + the signal.
  return intake.signal() == 0 ? code : static_cast<ExitCode>(128 + intake.signal());
}

}  // namespace

void add_import(CLI::App& app, Run& run) {
  auto args = std::make_shared<ImportArgs>();
  CLI::App* verb =
      add_verb(app, "import", "Import files: JSONL, L0's .json arrays, SSE and NDJSON captures",
               {"import store events.jsonl", "import store l0-events/chat-7.json",
                "import store captures/*.sse"});
  add_common(*verb, args->common);
  add_many(*verb, "FILE", args->files, "Files; - is stdin")->required();
  add_intake(*verb, args->intake);
  verb->callback([args, &run] { run = [args] { return import(*args); }; });
}

}  // namespace reel::tool
