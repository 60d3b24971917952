# Every library reel is built with, and why (versions: Debian 12's or later).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

# simdjson parses all JSON that comes in.
find_package(simdjson 3.0 REQUIRED CONFIG)
# zstd compresses blocks; XXH3 checks them.
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd>=1.4)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash>=0.8)

# moodycamel::ConcurrentQueue carries chunk handles. Debian ships headers without a CMake config.
find_package(concurrentqueue CONFIG QUIET)
if(NOT TARGET concurrentqueue::concurrentqueue)
  find_path(MOODYCAMEL_INCLUDE_DIR NAMES concurrentqueue.h
            PATH_SUFFIXES concurrentqueue/moodycamel concurrentqueue REQUIRED)
  add_library(moodycamel_concurrentqueue INTERFACE)
  target_include_directories(moodycamel_concurrentqueue SYSTEM INTERFACE ${MOODYCAMEL_INCLUDE_DIR})
  add_library(concurrentqueue::concurrentqueue ALIAS moodycamel_concurrentqueue)
endif()

# The tool: CLI11 for arguments, fmt for text (libstdc++ 12 has no <format>).
if(REEL_BUILD_TOOLS)
  find_package(CLI11 2.1 REQUIRED CONFIG)
  find_package(fmt 9 REQUIRED CONFIG)
endif()
if(REEL_BUILD_TESTS)
  find_package(Catch2 3 QUIET CONFIG)
  if(NOT Catch2_FOUND)
    find_package(Catch2 2.13 REQUIRED CONFIG)
  endif()
  find_package(rapidcheck REQUIRED CONFIG)
  find_package(nlohmann_json 3.11 REQUIRED CONFIG)  # the tests' second opinion on JSON
endif()
if(REEL_BUILD_EXAMPLES)
  find_package(SQLite3 3.38 REQUIRED)  # a store of one's own: examples/sqlite_store.cpp
endif()
# The Python package: pybind11, and Python's own headers (docs/PYTHON.md).
if(REEL_BUILD_PYTHON)
  # Debian's pytest and numpy are its own python3's, which need not be the first on the path.
  if(NOT DEFINED Python_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python_EXECUTABLE /usr/bin/python3)
  endif()
  find_package(Python 3.9 QUIET COMPONENTS Interpreter Development.Module)
  find_package(pybind11 2.10 QUIET CONFIG)
  if(REEL_SANITIZE MATCHES "thread")  # which the interpreter would have to be built with
    set(REEL_BUILD_PYTHON OFF)
  elseif(NOT Python_Development.Module_FOUND OR NOT pybind11_FOUND)
    message(STATUS "No Python package: it takes pybind11-dev and python3-dev")
    set(REEL_BUILD_PYTHON OFF)
  endif()
endif()
if(REEL_BUILD_BENCH)
  find_package(benchmark 1.7 REQUIRED CONFIG)
endif()
