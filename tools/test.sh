#!/bin/sh
# All tests but the long ones: installs what is missing, builds the release preset, runs ctest.
# Arguments go to ctest, e.g. `tools/test.sh -R segment`.
set -eu

. "$(dirname -- "$0")/common.sh"

"$here/setup.sh"
build release
check release --label-exclude long "$@"
