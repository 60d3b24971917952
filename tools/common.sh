# shellcheck shell=sh
# Sourced by run.sh, test.sh and test-full.sh: where the checkout is, and the steps they share.
# Honours CMAKE_BUILD_PARALLEL_LEVEL; uses ccache when it is installed.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
cd "$root" || exit 1

# What one checkout has compiled, another one takes from the cache.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

jobs=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
started=$(date +%s)

say() { printf '\n== %s (%ds)\n' "$*" "$(($(date +%s) - started))"; }

# build PRESET [cmake --build arguments]: configures and builds into build/PRESET.
build() {
  preset=$1
  shift
  say "configure: $preset"
  launcher=""
  if command -v ccache >/dev/null 2>&1; then launcher=ccache; fi
  cmake --preset "$preset" "-DCMAKE_CXX_COMPILER_LAUNCHER=$launcher" || return 1
  say "build: $preset, $jobs at a time"
  cmake --build --preset "$preset" --parallel "$jobs" "$@"
}

# check PRESET [ctest arguments]: runs the tests of build/PRESET; ctest's closing lines come last.
check() {
  preset=$1
  shift
  say "test: $preset $*"
  ctest --preset "$preset" --parallel "$jobs" --no-tests=error "$@"
}
