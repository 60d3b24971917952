// What the examples share: saying why something failed, and a folder to write to.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <reel/reel.hpp>
#include <string>

namespace example {

// Says why. `if (!state) return failed(state);`
template <class Answer>
int failed(const Answer& answer) {
  std::cerr << answer.error().to_string() << '\n';
  return 1;
}

// The first answer that is an error, if one is. Braces keep the order of the calls:
// `all({recorder.record_token("Hello", 0), recorder.record_token(" world", 1)})`
inline reel::Status all(std::initializer_list<reel::EventRecorder::Answer> answers) {
  for (const auto& answer : answers) {
    if (!answer) return answer.error();
  }
  return {};
}

// The folder that the program was given, which stays; else a temporary one, which goes. It outlives
// the stores in it: make it first.
class Folder {
 public:
  Folder(int argc, char** argv) {
    if (argc > 1) {
      path_ = argv[1];
      return;
    }
    std::string name = (std::filesystem::temp_directory_path() / "reel-example-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      std::cerr << "no temporary folder can be made; give a folder as argument\n";
      std::exit(1);
    }
    path_ = name;
    temporary_ = true;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (temporary_) std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
  bool temporary_ = false;
};

}  // namespace example
