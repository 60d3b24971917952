// thread_own<T>(): the calling thread's own T, made when it is first asked for.
//
// Unlike a thread_local T it may be asked for at any time: statics are destroyed after the main
// thread's thread_local objects, and may still record, read or close a log. What is made anew by
// then is never destroyed. Tag: tells apart two of one type.
#pragma once

namespace reel::base {

template <class T, class Tag = T>
T& thread_own() {
  // Destroying a pointer does nothing, so it is there as long as its thread.
  constinit static thread_local T* own = nullptr;
  struct Owner {
    ~Owner() {
      delete own;
      own = nullptr;
    }
  };
  if (own == nullptr) {
    own = new T;
    static thread_local const Owner owner;
    (void)owner;
  }
  return *own;
}

}  // namespace reel::base
