#!/usr/bin/env python3
"""column_bytes.py SEGMENT...: where the bytes of segment files go, by kind of block and by column.

Reads block headers and directories as docs/FORMAT.md says them, and unpacks nothing. Of sealed and
unsealed segments alike; stops at the first block that is not one.
"""

import struct
import sys

HEADER_BYTES, BLOCK_HEADER_BYTES, FOOTER_BYTES = 128, 72, 192
KINDS = {1: "data", 2: "fragment", 3: "index", 4: "dictionary", 5: "facets"}
COLUMNS = (
    "STREAMS RUNS TAGS TOKENS-low TOKENS-high LENS TS0 TS1 TS2 TS3 NUM PARTS WIDE CHECK TEXT"
    " WORDLENS WORDS SNAPS"
).split()


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def blocks(data):
    at = HEADER_BYTES
    while data[at + 16 : at + 20] == b"RBLK":
        events, stored = struct.unpack_from("<II", data, at + 44)
        payload = at + BLOCK_HEADER_BYTES
        yield KINDS.get(data[at + 20], "unknown"), events, data[payload : payload + stored]
        at = payload + (stored + 7) // 8 * 8


def main(paths):
    if not paths:
        sys.exit(__doc__)
    events = total = 0
    rest = {"headers and padding": HEADER_BYTES * len(paths), "directories": 0}
    raw, stored = dict.fromkeys(COLUMNS, 0), dict.fromkeys(COLUMNS, 0)
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        total += len(data)
        for kind, rows, payload in blocks(data):
            events += rows
            rest["headers and padding"] += BLOCK_HEADER_BYTES + -len(payload) % 8
            if kind != "data":
                rest[kind] = rest.get(kind, 0) + len(payload)
                continue
            at = 0
            for _ in range(7):  # stamp base and counts
                _, at = varint(payload, at)
            for column in COLUMNS:
                size, at = varint(payload, at)
                raw[column] += size
                if size:
                    size, at = varint(payload, at)
                    stored[column] += size
            rest["directories"] += at
    events = max(events, 1)
    print(f"{events} events, {total / events:.3f} bytes/event")
    print(f"{'':20} {'raw':>8} {'stored':>8}  bytes/event")
    for column in COLUMNS:
        print(f"{column:20} {raw[column] / events:8.3f} {stored[column] / events:8.3f}")
    print(f"{'all columns':20} {sum(raw.values()) / events:8.3f} {sum(stored.values()) / events:8.3f}")
    for name, size in rest.items():
        print(f"{name:20} {'':8} {size / events:8.3f}")


main(sys.argv[1:])
