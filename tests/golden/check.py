#!/usr/bin/env python3
"""check.py REEL: reads each golden store (stores/NAME) with reel and with the second reader
(read_store.py, which knows docs/FORMAT.md and nothing else). Both must print what its twin
(stores/NAME.NAMESPACE.jsonl.zst) says, byte for byte, and reel must find it whole."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

# Each store, and the namespaces it has a twin of.
TWINS = {"bench": ["l0"], "bench2": ["l0"], "big": ["l0"], "days": ["l0"], "elided": ["l0"], "empty": ["l0"],
         "events": ["l0", "ns 2", "é"], "given-up": ["l0"], "killed": ["l0"], "lanes": ["l0"], "long": ["l0"],
         "merged": ["l0"],
         "many": ["l0", "tenant-3", "é"]}

HERE = os.path.dirname(os.path.abspath(__file__))
STORES = os.path.join(HERE, "stores")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def difference(name, told, twin):
    """The first line that differs, or None."""
    if told == twin:
        return None
    a, b = told.split(b"\n"), twin.split(b"\n")
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return "%s: line %d: %r, twin: %r" % (name, at + 1, a[at:at + 1], b[at:at + 1])


def check_twin(reel, store, namespace, twin):
    for name, command in (("reel export", (reel, "export", store, "--ns", namespace)),
                          ("read_store.py", (sys.executable, os.path.join(HERE, "read_store.py"), store,
                                             "--ns", namespace))):
        done = run(*command)
        if done.returncode != 0:
            yield "%s: exit %d: %s" % (name, done.returncode, done.stderr.decode(errors="replace"))
        else:
            yield difference(name, done.stdout, twin)


# One was killed, and its arena is not kept: the only thing that is wrong with it.
ARENA_MISSING = "killed"


def options_told(twin):
    """{(key, value): [ids]} of the last START of each stream: strings by their text, numbers as written."""
    last = {}
    for line in twin.splitlines():
        if b'"type":"START"' in line:
            row = json.loads(line, parse_int=str, parse_float=str)
            last[row["stream_id"]] = row["event"].get("options")
    told = {}
    for stream, options in last.items():
        for key, value in (options if isinstance(options, dict) else {}).items():
            if isinstance(value, str) and len(value) < 1000 and "=" not in key and "\0" not in key + value:
                told.setdefault((key, value), []).append(stream)
    return told


def check_options(reel, store, namespace, twin):
    """Streams are found by their options, those that several have above all."""
    told = options_told(twin)
    for key, value in sorted(told, key=lambda pair: -len(told[pair]))[:12]:
        done = run(reel, "ls", store, "--ns", namespace, "--json", "--where", "%s=%s" % (key, value))
        found = [json.loads(line)["stream_id"] for line in done.stdout.splitlines()]
        if sorted(found) != sorted(told[key, value]):
            yield "ls --where %s=%s: %s, twin: %s" % (key, value[:50], found, told[key, value])


def check_whole(reel, store):
    done = run(reel, "verify", store, "--json")
    damage = json.loads(done.stdout)["damage"]
    if os.path.basename(store) == ARENA_MISSING:
        damage = [found for found in damage if not found["what"].startswith("arena missing")]
        return "reel verify: %s" % damage if damage or done.returncode != 1 else None
    return "reel verify: %s" % damage if damage or done.returncode != 0 else None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not shutil.which("zstd"):
        print("skipped: the zstd command is not installed")
        sys.exit(77)
    reel, bad = sys.argv[1], 0
    with tempfile.TemporaryDirectory() as folder:
        # A copy: a store may be locked, and nothing may write to these.
        stores = shutil.copytree(STORES, os.path.join(folder, "stores"))
        for store, namespace in ((store, namespace) for store in TWINS for namespace in TWINS[store]):
            unpacked = run("zstd", "-dcq", os.path.join(STORES, "%s.%s.jsonl.zst" % (store, namespace)))
            if unpacked.returncode != 0:
                sys.exit("the twin of %s cannot be unpacked: %s" % (store, unpacked.stderr.decode()))
            twin, path = unpacked.stdout, os.path.join(stores, store)
            problems = list(check_twin(reel, path, namespace, twin)) + [check_whole(reel, path)]
            problems += check_options(reel, path, namespace, twin)
            problems = [problem for problem in problems if problem]
            print("%-8s %s %s" % ("differs" if problems else "same", store, namespace))
            for problem in problems:
                print("  " + problem)
            bad += len(problems)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
