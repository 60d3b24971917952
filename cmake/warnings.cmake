# Warnings and sanitizers, shared by every target of the project.
add_library(reel_warnings INTERFACE)
target_compile_options(reel_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion
  $<$<BOOL:${REEL_WERROR}>:-Werror>)
# g++ 12 sees overlaps that are not there in `"text" + std::to_string(n)` (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(reel_warnings INTERFACE -Wno-restrict)
endif()

set(REEL_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined or thread")
if(REEL_SANITIZE)
  # g++ says that it cannot follow the fences of moodycamel's queue; tests/support/tsan.supp knows.
  if(REEL_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
  # g++ itself warns that instrumented code looks uninitialised to it where it is not.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_compile_options(-fsanitize=${REEL_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REEL_SANITIZE})
endif()
