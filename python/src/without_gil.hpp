// Work that takes its time is done without the GIL, and never across a fork: a child would inherit
// locks that nobody in it will ever release.
//
// Appends of a microsecond keep the GIL: no fork of Python's can come between. The rest enters
// here. os.fork() waits for those inside, and keeps others outside meanwhile (reel/__init__.py
// registers the three functions).
#pragma once

#include <pybind11/pybind11.h>

#include <utility>

namespace reel::python {

class WithoutGil {
 public:
  WithoutGil();  // with the GIL held; gives it up
  ~WithoutGil();
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  PyThreadState* thread_;
};

template <class Work>
auto without_gil(Work work) {
  const WithoutGil outside;
  return work();
}

// Waits for those inside, ten seconds at most.
void before_fork();
void after_fork_in_parent();
void after_fork_in_child();

// From the calling thread, when the interpreter is about to end: other threads that are at work
// outside stay there, those on their way back are waited for, a second at most.
void end_interpreter();

}  // namespace reel::python
