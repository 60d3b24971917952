"""Facets: what the options of the streams' last STARTs have (FORMAT.md, "Facet block")."""

import json

from .base import Cursor
from .events import OPTIONS, START, parse_parts

NONE, LOOK = 0, 1


def read_facets(data, streams, file, offset):
    """({key: (values, a byte for each stream)}, whether there are more keys)."""
    cursor = Cursor(data, file, offset, "facets")
    count, more = cursor.varint(), cursor.byte()
    cursor.need(count <= 64 and more <= 1, "front of the facets")
    keys = []
    for _ in range(count):
        key = cursor.take(cursor.varint())
        keys.append((key, [cursor.take(cursor.varint()) for _ in range(cursor.varint())]))
    facets = {key: (values, cursor.take(streams)) for key, values in keys}
    cursor.done()
    for values, column in facets.values():
        cursor.need(len(values) <= 253 and max(column, default=0) < len(values) + 2, "a value that is not there")
    return facets, more == 1


def text_of(value):
    """A string's text, a number or literal as written; None for an object or array."""
    if isinstance(value, (dict, list)):
        return None
    words = {True: "true", False: "false", None: "null"}
    return (words[value] if value is None or isinstance(value, bool) else value).encode("utf-8", "surrogatepass")


def options_of(events, errors):
    """The members of the last START's options; none where there is no START, or they are no object."""
    members = {}
    for event in events:
        if event.type == START:
            try:
                members = json.loads(parse_parts(event.parts, errors).get(OPTIONS, b"{}"),
                                     parse_int=str, parse_float=str)
            except ValueError:
                members = {}
    members = members if isinstance(members, dict) else {}
    return {key.encode("utf-8", "surrogatepass"): text_of(value) for key, value in members.items()}


def check_facets(data, streams, file, offset):
    """What is told must be what the STARTs say; a 1 tells nothing."""
    facets, more = read_facets(data, len(streams), file, offset)
    errors = Cursor(b"", file, offset, "facets")
    for place, (info, events) in enumerate(streams):
        options = options_of(events, errors)
        errors.need(more or set(options) <= set(facets), "a key that is not told of, stream %r" % info.id)
        for key, (values, column) in facets.items():
            if column[place] != LOOK:
                told = None if column[place] == NONE else values[column[place] - 2]
                errors.need((key in options) == (told is not None) and options.get(key) == told,
                            "%r of stream %r" % (key, info.id))
