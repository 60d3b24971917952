// Another program, run to its end or killed on the way, with its output in hand.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace reel::test {

struct Finished {
  int code = -1;  // exit code; 128 + signal when killed
  std::string out, err;
};

// Runs `arguments` ([0] is the program) with `input` on stdin, without a shell, and waits.
Finished run(const std::vector<std::string>& arguments, const std::string& input = {});

// A child whose stdin and stdout the test holds; killed and reaped by the destructor.
class Child {
 public:
  explicit Child(const std::vector<std::string>& arguments);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  bool write(const std::string& bytes);  // false once the child reads no more
  void close_input();
  void close_output();
  // The next line of stdout without its LF; waits at most `milliseconds`. False: none came.
  bool read_line(std::string& line, int milliseconds);
  std::string read_rest();  // until the child closes stdout
  void signal(int number);
  int wait();  // exit code as in Finished

 private:
  pid_t pid_ = -1;
  int input_ = -1, output_ = -1;
  std::string pending_;
};

}  // namespace reel::test
