"""The store's folder: text files, lanes, tombstones, saved snapshots (FORMAT.md, "The store's folder")."""

import os
import re
from collections import namedtuple

from .arena import read_arena
from .base import FormatError
from .segment import Segment, read_header
from .textfile import Fields, read_file
from .xxh3 import xxh3_128

Listed = namedtuple("Listed", "number id bytes digest events streams state")
Snapshot = namedtuple("Snapshot", "folder name fields")


def parse_uuid(text):
    value = int(text.replace(b"-", b""), 16)
    return value >> 64, value & 2**64 - 1


class Lane:
    """One lane: what its catalog lists, what is newer than that, and its arena."""

    def __init__(self, folder, number, store_uuid, any_boot):
        self.folder, self.number, self.store_uuid = folder, number, store_uuid
        self._read_catalog()
        self.segments = [self._listed(entry) for entry in self.listed]
        if not self.clean:
            self.segments += self._newer()
        self.arena = read_arena(self, any_boot)

    def path(self, number):
        return os.path.join(self.folder, "%010d.seg" % number)

    def _read_catalog(self):
        path = os.path.join(self.folder, "catalog")
        self.catalog_path, self.listed, self.clean, self.next_number = path, [], True, 1
        if not os.path.exists(path):
            return
        fields = Fields(path, b"reel catalog")
        self.clean, self.next_number = fields.flag("clean"), fields.number("next_number")
        form = rb"(\d+) ([0-9a-f]{16}) (\d+) ([0-9a-f]{16}) (\d+) (\d+) (sealed|unsealed)"
        for line in fields.all("segment"):
            match = re.fullmatch(form, line)
            if not match:
                raise FormatError(path, 0, "a line of a segment")
            number, ident, size, digest, events, streams, state = match.groups()
            self.listed.append(Listed(int(number), int(ident, 16), int(size), int(digest, 16), int(events),
                                      int(streams), state.decode()))
        numbers = [entry.number for entry in self.listed]
        if numbers != sorted(set(numbers)) or (numbers and numbers[-1] >= self.next_number):
            raise FormatError(path, 0, "segments out of order")

    def _listed(self, entry):
        path = self.path(entry.number)
        if not os.path.exists(path):
            raise FormatError(path, 0, "a segment that the catalog lists is missing")
        segment = Segment(path, read_file(path), entry)
        self._belongs(segment, entry.number)
        return segment

    def _belongs(self, segment, number):
        header = segment.header
        if header and (header.store != self.store_uuid or header.number != number or header.lane != self.number):
            raise FormatError(segment.path, 16, "a segment of another store, lane or number")

    def _newer(self):
        """Files above every listed number: the one being written and, before it, one not yet durable."""
        highest = self.listed[-1].number if self.listed else 0
        found = sorted(int(name[:-4]) for name in os.listdir(self.folder) if re.fullmatch(r"\d{10,}\.seg", name))
        segments = []
        for number in (n for n in found if n > highest):
            data = read_file(self.path(number))
            header = read_header(data, self.path(number))
            if header is None or (header.before_number and not self._whole(header)):
                continue
            segments.append(Segment(self.path(number), data, None))
            self._belongs(segments[-1], number)
        return segments

    def _whole(self, header):
        """The segment before has the bytes that it had when this one was begun."""
        path = self.path(header.before_number)
        return os.path.exists(path) and os.path.getsize(path) >= header.before_bytes


class Stream:
    """A stream with all that was found of it, over all lanes."""

    def __init__(self, info):
        self.namespace, self.id = info.namespace, info.id
        self.ordinal, self.incarnation = info.ordinal, info.incarnation
        self.events = {}

    def add(self, path, events):
        for event in events:
            known = self.events.setdefault(event.seq, event)
            if known is not event and known._replace(off_grid=0) != event._replace(off_grid=0):
                raise FormatError(path, 0, "seq %d of %r is there twice and differs" % (event.seq, self.id))

    def in_order(self):
        return [self.events[seq] for seq in sorted(self.events)]


class Store:
    def __init__(self, folder, any_boot=False):
        self.folder = folder
        fields = Fields(os.path.join(folder, "reel.store"), b"reel store")
        if fields.number("format") > 1:
            raise FormatError(fields.path, 0, "made by a newer reel")
        uuid = fields.get("uuid", rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
        lanes = os.path.join(folder, "lanes")
        self.lanes = [Lane(os.path.join(lanes, name), int(name), parse_uuid(uuid), any_boot)
                      for name in sorted(os.listdir(lanes)) if re.fullmatch(r"\d{4,}", name)]
        self.deleted = {self._tombstone(name) for name in self._names("deleted") if not name.endswith(".tmp")}
        self.snapshots = [self._snapshot(folder_name, name) for folder_name in self._names("snapshots")
                          for name in self._names("snapshots", folder_name) if not name.endswith(".tmp")]

    def _names(self, *parts):
        path = os.path.join(self.folder, *parts)
        return sorted(os.listdir(path)) if os.path.isdir(path) else []

    def _tombstone(self, name):
        fields = Fields(os.path.join(self.folder, "deleted", name), b"reel tombstone")
        if "%016x" % fields.hex("incarnation") != name:
            raise FormatError(fields.path, 0, "a tombstone of another incarnation")
        return fields.hex("incarnation")

    def _snapshot(self, folder, name):
        """A saved snapshot; folder and name must fit what it says."""
        fields = Fields(os.path.join(self.folder, "snapshots", folder, name), b"reel snapshot")
        stream = fields.get("namespace") + b"\0" + fields.get("stream")
        if "%032x" % xxh3_128(stream) != folder:
            raise FormatError(fields.path, 0, "a snapshot of another stream")
        if "%010d-%d" % (fields.number("number"), int(fields.get("seq", rb"-?\d+"))) != name:
            raise FormatError(fields.path, 0, "a snapshot of another number or seq")
        return Snapshot(folder, name, fields.entries)

    def streams(self):
        """The streams that count, in order of first appearance (ascending ordinals)."""
        found = {}
        for lane in self.lanes:
            for source in lane.segments + ([lane.arena] if lane.arena else []):
                for info, events in source.streams():
                    stream = found.setdefault(info.incarnation, Stream(info))
                    stream.add(source.path, events)
        newest = {}
        for stream in found.values():
            name = stream.namespace, stream.id
            if name not in newest or newest[name].ordinal < stream.ordinal:
                newest[name] = stream
        return sorted((s for s in newest.values() if s.incarnation not in self.deleted), key=lambda s: s.ordinal)
