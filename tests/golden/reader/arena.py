"""The arena that arena.ref names after a crash (FORMAT.md, "The arena")."""

import os
from collections import namedtuple
from math import isfinite
from struct import unpack_from

from .base import Cursor, FormatError
from .events import GAP, Event
from .textfile import Fields
from .xxh3 import xxh3_64

HEADER, SLOTS_AT, SLOT, CHUNK_HEADER, PAGE = 4096, 266240, 256, 64, 4096
CHUNK_BYTES = {2: 65536, 3: 131072}
FREE, OPEN, FULL, HEAD, BODY, NAME = range(6)
NONE = 2**32 - 1
HAS_NUMBER, WIDE, HAS_PARTS, DOUBLE = 1, 2, 4, 8

Slot = namedtuple("Slot", "number incarnation ordinal first_seq written_seq namespace id")
Chunk = namedtuple("Chunk", "state committed run_bytes next")


def boot_id():
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip().encode()
    except OSError:
        return b""


def read_arena(lane, any_boot):
    """The lane's arena, or None where there is none, or none that may be trusted."""
    path = os.path.join(lane.folder, "arena.ref")
    if lane.clean or not os.path.exists(path):
        return None
    fields = Fields(path, b"reel arena")
    place = os.fsdecode(fields.get("path"))
    beside = os.path.join(lane.folder, os.path.basename(place))     # a store that was moved
    place = beside if os.path.exists(beside) else place
    if fields.flag("consumed") or not os.path.exists(place):
        return None
    if fields.get("boot_id") != boot_id() and not any_boot:
        return None
    with open(place, "rb") as file:
        arena = Arena(place, file.read(), fields.hex("arena_id"), fields.get("boot_id"), lane)
    folder = os.stat(os.path.dirname(os.path.dirname(lane.folder)))
    copied = arena.folder != (folder.st_dev, folder.st_ino)         # then reel does not trust it either
    return None if arena.ended or (copied and not any_boot) else arena


def read_frame(data, at, errors):
    """(slot, incarnation's low 32 bits, Event, end) of the frame at `at`."""
    errors.need(at + 36 <= len(data), "a frame that is cut off")
    text_bytes, type_, flags, zero, slot, incarnation, seq, ts, number = unpack_from("<IBBHIIQqi", data, at)
    errors.need(zero == 0 and 1 <= type_ <= GAP and flags < 16, "a frame's head")
    end = at + 36 + text_bytes
    cursor = Cursor(data[at + 36:], errors.file, errors.base, "frame in " + errors.name)
    text, parts = cursor.take(text_bytes), b""
    if flags & WIDE:
        number = cursor.unpack("<q", 8)[0]
    if flags & HAS_PARTS:
        parts = cursor.take(cursor.unpack("<I", 4)[0])
    end = at + 36 + cursor.at
    padding = -(end - at) % 4
    errors.need(not any(cursor.take(padding)), "padding of a frame")
    stamp = unpack_from("<d", data, at + 24)[0] if flags & DOUBLE else ts / 1000.0
    errors.need(isfinite(stamp), "a stamp that is not finite")
    event = Event(type_, seq, stamp, bool(flags & DOUBLE), number if flags & HAS_NUMBER else None, text, parts)
    return slot, incarnation, event, end + padding


class Arena:
    def __init__(self, path, data, arena_id, boot, lane):
        self.path, self.data = path, data
        self._read_header(arena_id, boot, lane)
        self._chunks_at()
        self.chunks = [self._chunk(n) for n in range(min(self.chunks_reserved, self.chunk_count))]
        self.slots = [s for s in map(self._slot, range(min(self.slots_used, self.slot_count))) if s]
        self._streams = {slot.number: (slot, []) for slot in self.slots}
        for number, chunk in enumerate(self.chunks):
            if chunk.state in (OPEN, FULL):
                self._read_frames(self._chunk_bytes(number)[:chunk.committed], number)
            elif chunk.state == HEAD and chunk.committed:
                self._read_frames(self._run_bytes(number), number)

    def _need(self, condition, offset, what):
        if not condition:
            raise FormatError(self.path, offset, what)

    def _read_header(self, arena_id, boot, lane):
        head = self.data[:HEADER]
        self._need(len(head) == HEADER and head[:8] == b"REELARN1", 0, "no arena's magic")
        self._need(unpack_from("<Q", head, 120)[0] == xxh3_64(head[:120]), 120, "checksum of the arena's header")
        version, lane_number, high, low, ident = unpack_from("<IIQQQ", head, 8)
        self._need(version in CHUNK_BYTES, 8, "arena version %d" % version)
        self._need(lane_number == lane.number and (high, low) == lane.store_uuid and ident == arena_id
                   and head[80:120].rstrip(b"\0") == boot, 12, "another arena than arena.ref names")
        self.folder = unpack_from("<QQ", head, 40)
        self.chunk_bytes = CHUNK_BYTES[version]
        self.slot_count, self.chunk_count = unpack_from("<II", head, 72)
        self.slots_reserved, self.chunks_reserved = unpack_from("<II", head, 128)
        self.ended, self.slots_used = unpack_from("<II", head, 152)

    def _chunks_at(self):
        """Where tags, chunk headers and chunks begin: each at the next page."""
        def page(offset):
            return (offset + PAGE - 1) // PAGE * PAGE
        tags = page(SLOTS_AT + SLOT * self.slot_count)
        self.headers_at = page(tags + 4 * self.slot_count)
        self.first_chunk = page(self.headers_at + CHUNK_HEADER * self.chunk_count)

    def _chunk(self, number):
        at = self.headers_at + CHUNK_HEADER * number
        self._need(at + CHUNK_HEADER <= len(self.data), at, "chunk headers beyond the end")
        state, committed, _, run, following = unpack_from("<IIQQI", self.data, at)
        self._need(state <= NAME, at, "state of a chunk")
        self._need(state == HEAD or committed <= self.chunk_bytes, at + 4, "committed bytes of a chunk")
        return Chunk(state, committed, run, following)

    def _chunk_bytes(self, number):
        at = self.first_chunk + self.chunk_bytes * number
        self._need(number < len(self.chunks) and at < len(self.data), at, "a chunk beyond the end")
        return self.data[at:at + self.chunk_bytes]

    def _run_bytes(self, number):
        """One frame laid over several chunks."""
        pieces, left = [], self.chunks[number].run_bytes
        while left > 0:
            self._need(number < len(self.chunks), self.headers_at, "a run that ends too early")
            pieces.append(self._chunk_bytes(number)[:left])
            left -= len(pieces[-1])
            number = self.chunks[number].next
        return b"".join(pieces)

    def _slot(self, number):
        """A slot that is taken, or None."""
        at = SLOTS_AT + SLOT * number
        self._need(at + SLOT <= len(self.data), at, "slots beyond the end")
        incarnation, ordinal, first, written = unpack_from("<QQQQ", self.data, at)
        if incarnation == 0:
            return None
        name_chunk, namespace_bytes, id_bytes = unpack_from("<IHH", self.data, at + 64)
        size = namespace_bytes + id_bytes
        name = self.data[at + 96:at + 256] if name_chunk == NONE else self._chunk_bytes(name_chunk)
        self._need(size <= len(name), at + 64, "a name that is too long")
        return Slot(number, incarnation, ordinal, first, written, name[:namespace_bytes], name[namespace_bytes:size])

    def _read_frames(self, data, number):
        """Frames back to back; those below written_seq are in a segment already."""
        errors = Cursor(data, self.path, self.first_chunk + self.chunk_bytes * number, "chunk %d" % number)
        at = 0
        while at < len(data):
            slot, incarnation, event, at = read_frame(data, at, errors)
            info, events = self._streams.get(slot, (None, None))
            if info and info.incarnation & NONE == incarnation and event.seq >= info.written_seq:
                events.append(event)

    def streams(self):
        return [(slot, sorted(events, key=lambda e: e.seq)) for slot, events in self._streams.values()]
