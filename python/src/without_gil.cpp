#include "without_gil.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>

namespace reel::python {
namespace {

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool open = true;
  // The interpreter ends: a thread that asks for the GIL then is ended by it in the middle of our
  // frames. So no thread but the one that ends it comes back.
  bool ending = false;
  std::thread::id ender;
};

// Never destroyed: threads may be inside while the process ends.
Gate& gate() {
  static Gate* const made = new Gate;
  return *made;
}

}  // namespace

WithoutGil::WithoutGil() : thread_(PyEval_SaveThread()) {
  std::unique_lock lock(gate().mutex);
  gate().changed.wait(lock, [] { return gate().open; });
  ++gate().inside;
}

WithoutGil::~WithoutGil() {
  {
    std::unique_lock lock(gate().mutex);
    const bool stays = gate().ending && gate().ender != std::this_thread::get_id();
    if (stays) {
      --gate().inside;
      gate().changed.notify_all();
    }
    while (stays) gate().changed.wait(lock);  // until the process is gone
  }
  PyEval_RestoreThread(thread_);
  {
    const std::lock_guard lock(gate().mutex);
    --gate().inside;
  }
  gate().changed.notify_all();
}

// Those on their way back to the GIL come there first; those at work stay where they are.
void end_interpreter() {
  const pybind11::gil_scoped_release release;
  std::unique_lock lock(gate().mutex);
  gate().ending = true;
  gate().ender = std::this_thread::get_id();
  gate().changed.wait_for(lock, std::chrono::seconds(1), [] { return gate().inside == 0; });
}

void before_fork() {
  const pybind11::gil_scoped_release release;
  std::unique_lock lock(gate().mutex);
  gate().open = false;
  gate().changed.wait_for(lock, std::chrono::seconds(10), [] { return gate().inside == 0; });
}

void after_fork_in_parent() {
  {
    const std::lock_guard lock(gate().mutex);
    gate().open = true;
  }
  gate().changed.notify_all();
}

// Those who were inside, or waited to be, are not in the child.
void after_fork_in_child() { new (&gate()) Gate; }

}  // namespace reel::python
