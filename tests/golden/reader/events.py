"""Events: types, parts, and their form as JSON (FORMAT.md, "Frame" and "Parts"; INTERCHANGE.md)."""


import re
from collections import namedtuple
from decimal import Decimal

from .base import Cursor

(START, TOKEN, CHECKPOINT, GUARDRAIL, DRIFT, RETRY, FALLBACK, CONTINUATION, COMPLETE, ERROR, OPAQUE,
 GAP) = range(1, 13)
TYPE_NAMES = ("START TOKEN CHECKPOINT GUARDRAIL DRIFT RETRY FALLBACK CONTINUATION COMPLETE ERROR").split()
(OPTIONS, RESULT, CHECK_TYPE, REASON, DELAY, FROM, COUNTS, ERROR_PART, FAILURE_TYPE, RECOVERY_STRATEGY, POLICY,
 CHANNEL, CALL, MORE, MORE_OF_ENVELOPE, TYPE_NAME, CAUSE, COUNT) = range(1, 19)

# ts is a double in milliseconds; off_grid: it was stored as one, not as whole microseconds.
Event = namedtuple("Event", "type seq ts off_grid number text parts")

# Members of each type in INTERCHANGE.md's order: (name, kind, part); number and text are no parts.
MEMBERS = {
    START: [("options", "json", OPTIONS)],
    TOKEN: [("value", "text", None), ("index", "number", None), ("channel", "string", CHANNEL), ("call", "int", CALL)],
    CHECKPOINT: [("at", "number", None), ("content", "text", None)],
    GUARDRAIL: [("at", "number", None), ("result", "json", RESULT), ("check_type", "string", CHECK_TYPE)],
    DRIFT: [("at", "number", None), ("result", "json", RESULT)],
    RETRY: [("reason", "string", REASON), ("attempt", "number", None), ("counts_toward_limit", "flag", COUNTS),
            ("delay", "json", DELAY)],
    FALLBACK: [("to", "number", None), ("from", "int", FROM), ("reason", "string", REASON)],
    CONTINUATION: [("checkpoint", "text", None), ("at", "number", None)],
    COMPLETE: [("content", "text", None), ("token_count", "number", None)],
    ERROR: [("error", "json", ERROR_PART), ("failure_type", "string", FAILURE_TYPE),
            ("recovery_strategy", "string", RECOVERY_STRATEGY), ("policy", "string", POLICY)],
    OPAQUE: [],
}


def parse_parts(data, errors):
    """(id byte, varint length, bytes) each, ids ascending, each at most once -> {id: bytes}.

    errors: the cursor whose place a FormatError names."""
    if not data:
        return {}
    cursor, parts, last = Cursor(data, errors.file, errors.base, "parts in " + errors.name), {}, 0
    while cursor.left():
        ident = cursor.byte()
        cursor.need(ident > last, "parts out of order")
        parts[ident], last = cursor.take(cursor.varint()), ident
    return parts


def part_varint(data, errors):
    """A part that is one zigzag varint."""
    cursor = Cursor(data, errors.file, errors.base, "a number in parts")
    value = cursor.zigzag()
    cursor.done()
    return value


def gap_count(event, errors):
    """How many seqs a GAP stands for; 0 when its count is not 1 to 2^62 or not there."""
    parts = parse_parts(event.parts, errors)
    count = part_varint(parts[COUNT], errors) if COUNT in parts else 0
    return count if 1 <= count <= 2**62 else 0


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MUST_ESCAPE = re.compile('["\\\\\x00-\x1f]')


def json_string(data):
    """UTF-8 with the escapes that JSON demands; broken UTF-8 becomes U+FFFD."""
    text = data.decode("utf-8", "replace")
    return '"%s"' % _MUST_ESCAPE.sub(lambda m: _ESCAPES.get(m[0]) or "\\u%04x" % ord(m[0]), text)


def json_double(value):
    """The shortest digits that read back to the same double: fixed or scientific, whichever is shorter
    (fixed when equal), with a fraction or an exponent. (The choice is std::to_chars', by experiment.)"""
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, digits)).rstrip("0") or "0"
    point = Decimal(repr(value)).adjusted() if value else 0
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    scientific = "%se%s%02d" % (mantissa, "-" if point < 0 else "+", abs(point))
    if point >= len(digits) - 1:
        fixed = "%d" % abs(value)
        whole = True
    else:
        whole = False
        fixed = "0." + "0" * (-point - 1) + digits if point < 0 else digits[:point + 1] + "." + digits[point + 1:]
    text = scientific if len(scientific) < len(fixed) else fixed + (".0" if whole else "")
    return ("-" if sign else "") + text


def _member(event, parts, kind, part, errors):
    """A member's JSON, or None where it is absent."""
    if kind == "text":
        return json_string(event.text)
    if kind == "number":
        return None if event.number is None else str(event.number)
    if part not in parts:
        return None
    data = parts[part]
    if kind == "string":
        return json_string(data)
    if kind == "int":
        return str(part_varint(data, errors))
    if kind == "flag":
        errors.need(data in (b"\0", b"\1"), "a flag that is neither 0 nor 1")
        return "true" if data == b"\1" else "false"
    return data.decode("utf-8", "replace")


def json_line(stream_id, namespace, event, errors):
    """One line of `reel export` (without LF); None for a GAP."""
    if event.type == GAP:
        return None
    parts = parse_parts(event.parts, errors)
    if event.type == OPAQUE:
        errors.need(TYPE_NAME in parts, "an opaque event without a type")
        name = json_string(parts[TYPE_NAME])
    else:
        name = '"%s"' % TYPE_NAMES[event.type - 1]
    members = ['"type":' + name, '"ts":' + json_double(event.ts)]
    for member, kind, part in MEMBERS[event.type]:
        value = _member(event, parts, kind, part, errors)
        if value is not None:
            members.append('"%s":%s' % (member, value))
    if MORE in parts:
        members.append(parts[MORE].decode("utf-8", "replace"))
    envelope = ['"stream_id":' + json_string(stream_id)]
    if namespace != b"l0":
        envelope.append('"namespace":' + json_string(namespace))
    envelope += ['"seq":%d' % event.seq, '"event":{%s}' % ",".join(members)]
    if MORE_OF_ENVELOPE in parts:
        envelope.append(parts[MORE_OF_ENVELOPE].decode("utf-8", "replace"))
    return "{%s}" % ",".join(envelope)
