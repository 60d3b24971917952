"""Snapshots in data blocks: what a stretch of a stream's rows adds up to (FORMAT.md, "Snapshots")."""

import json
from collections import namedtuple

from .arena import read_frame
from .base import FormatError
from .events import (CHANNEL, CHECKPOINT, DRIFT, ERROR, FALLBACK, GUARDRAIL, RESULT, RETRY, START, TOKEN, parse_parts)

TEXT_TOKEN, HAS_CHECKPOINT = 1, 2
Snap = namedtuple("Snap", "stream first_seq last_seq token checkpoint_bytes state frames block")


def read_snaps(cursor, count, block):
    """The SNAPS column: ascending by stream and seq."""
    snaps = []
    for _ in range(count):
        stream, first, length, flags = cursor.varint(), cursor.varint(), cursor.varint(), cursor.byte()
        cursor.need(flags < 4, "flags of a snapshot")
        token = (first + cursor.varint(), cursor.zigzag()) if flags & TEXT_TOKEN else None
        checkpoint = cursor.varint() if flags & HAS_CHECKPOINT else None
        state = cursor.unpack("<6Q", 48)
        data, frames, at = cursor.take(cursor.varint()), [], 0
        while at < len(data):
            slot, incarnation, event, at = read_frame(data, at, cursor)
            cursor.need(slot == incarnation == 0, "slot of a snapshot's frame")
            frames.append(event)
        snaps.append(Snap(stream, first, first + length, token, checkpoint, state, frames, block))
        cursor.need(len(snaps) < 2 or snaps[-2][:3] < snaps[-1][:3], "snapshots out of order")
    cursor.done()
    return snaps


def _result(event, errors):
    try:
        return json.loads(parse_parts(event.parts, errors).get(RESULT, b"null"))
    except (ValueError, RecursionError):
        raise FormatError(errors.file, errors.base, "a result that is no JSON") from None


def _matters(event, errors):
    """RETRY, GUARDRAIL with a violation, DRIFT that was detected: what a fold has to see."""
    if event.type == RETRY:
        return True
    result = _result(event, errors) if event.type in (GUARDRAIL, DRIFT) else None
    key = "violations" if event.type == GUARDRAIL else "detected"
    return isinstance(result, dict) and bool(result.get(key))


def expected_frames(events, errors):
    """What the snapshot must keep: the last START (its stamp alone), FALLBACK and ERROR, and what matters."""
    kept, last, drift = [], {}, False
    for event in events:
        if event.type in (START, FALLBACK, ERROR):
            last[event.type] = event
        elif _matters(event, errors) and not (event.type == DRIFT and drift):
            kept.append(event)
            drift = drift or event.type == DRIFT
    for event in last.values():
        kept.append(event._replace(parts=b"") if event.type == START else event)
    return sorted(kept, key=lambda event: event.seq)


def check_snap(snap, events, hash_state, errors):
    """Compares a snapshot with the rows of its stretch and with the text's hash behind them."""
    def need(condition, what):
        if not condition:
            raise FormatError(errors.file, errors.base, "snapshot of stream %d, seqs %d to %d: %s"
                              % (snap.stream, snap.first_seq, snap.last_seq, what))
    stretch = [event for event in events if snap.first_seq <= event.seq <= snap.last_seq]
    need(stretch and stretch[0].seq == snap.first_seq and stretch[-1].seq == snap.last_seq, "no such rows")
    need(snap.state == hash_state, "state of the text's hash")
    tokens = [e for e in stretch if e.type == TOKEN and CHANNEL not in parse_parts(e.parts, errors)]
    need(snap.token == ((tokens[-1].seq, tokens[-1].number) if tokens else None), "last text token")
    checkpoints = [len(e.text) for e in stretch if e.type == CHECKPOINT]
    need(snap.checkpoint_bytes == (checkpoints[-1] if checkpoints else None), "last checkpoint")
    need(snap.frames == expected_frames(stretch, errors), "the events that matter")
