#!/usr/bin/env python3
"""A second reader of reel stores, written from docs/FORMAT.md alone: prints a store's events as
`reel export` does, or its indexes. Everything is checked; the first thing that is not as the page
says ends it."""

import argparse
import json
import sys

from reader.base import Cursor, FormatError
from reader.events import json_line
from reader.store import Store


def print_events(store, namespace, out):
    for stream in store.streams():
        if stream.namespace != namespace:
            continue
        errors = Cursor(b"", store.folder, 0, "stream %r" % stream.id)
        for event in stream.in_order():
            line = json_line(stream.id, stream.namespace, event, errors)
            if line is not None:
                out.write(line.encode("utf-8") + b"\n")


def print_notes(store):
    """Torn ends of unsealed segments are no damage, but worth a word."""
    for segment in (segment for lane in store.lanes for segment in lane.segments):
        if segment.torn:
            print("read_store: note: %s: %d bytes behind the last whole block are not read"
                  % (segment.path, segment.torn), file=sys.stderr)


def print_indexes(store, out):
    for lane in store.lanes:
        for segment in lane.segments:
            for number, stream in enumerate(segment.index.streams if segment.index else []):
                row = {"segment": segment.path, "number": number}
                for key, value in stream.items():
                    row[key] = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                out.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("--ns", default="l0", help="namespace of the streams (default: l0)")
    parser.add_argument("--index", action="store_true", help="what the segments' indexes say of each stream")
    parser.add_argument("--any-boot", action="store_true", help="read an arena of another boot or machine, too")
    options = parser.parse_args()
    try:
        store = Store(options.store, options.any_boot)
        print_notes(store)
        if options.index:
            print_indexes(store, sys.stdout.buffer)
        else:
            print_events(store, options.ns.encode("utf-8"), sys.stdout.buffer)
    except FormatError as error:
        print("read_store: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
