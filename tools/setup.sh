#!/bin/sh
# Installs the Debian packages that building and testing reel needs. Says what it does, installs
# only what is missing, and needs no more than a shell: `tools/setup.sh`, or `tools/setup.sh --full`
# to add the second compiler that tools/test-full.sh builds with, and the model checker, or
# `tools/setup.sh --bench` to add the peers that bench/peers compares reel with. As root, or as a user
# who may sudo.
set -eu

# What each is for stands in README.md, "Packages".
packages="g++ cmake ninja-build pkg-config ccache
  libconcurrentqueue-dev libsimdjson-dev libzstd-dev libxxhash-dev libcli11-dev libfmt-dev
  libbenchmark-dev catch2 librapidcheck-dev nlohmann-json3-dev libsqlite3-dev python3 zstd
  pybind11-dev python3-dev python3-pytest python3-numpy"
case "${1:-}" in
  "") ;;
  --full) packages="$packages clang-19 libclang-rt-19-dev spin" ;;
  --bench) packages="$packages libspdlog-dev librocksdb-dev liblmdb-dev" ;;
  *) echo "usage: tools/setup.sh [--full | --bench]" >&2; exit 2 ;;
esac

say() { echo "setup: $*"; }

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
  say "no apt-get here: please install the equivalents of these Debian packages yourself:"
  # shellcheck disable=SC2086  # one line, single spaces
  echo $packages
  exit 0
fi

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  say "nothing to install"
  exit 0
fi

if [ "$(id -u)" = 0 ]; then
  as_root="env"
elif command -v sudo >/dev/null 2>&1; then
  as_root="sudo env"
else
  say "missing:$missing" >&2
  say "not root and no sudo here; as root, run: apt-get install$missing" >&2
  exit 1
fi

apt="$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
apt="$apt -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
say "installing with apt-get:$missing"
# A source of somebody else's that does not answer is no reason to stop; a missing package is.
$apt update </dev/null || say "apt-get update was not happy; going on with the lists there are"
# shellcheck disable=SC2086
$apt install -y --no-install-recommends $missing </dev/null
say "done"
