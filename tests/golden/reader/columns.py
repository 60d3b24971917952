"""Data blocks: the directory, the columns, and the rows that they make (FORMAT.md, "Data block")."""

from collections import namedtuple
from math import isfinite

from .base import Cursor, signed64, unzigzag, unzstd
from .events import (CHANNEL, CHECKPOINT, COMPLETE, CONTINUATION, ERROR, FALLBACK, GAP, OPAQUE, RETRY, START, TOKEN,
                     Event, parse_parts)
from .snaps import check_snap, read_snaps
from .siphash import SipHash13

NAMES = ("STREAMS RUNS TAGS TOKENS_LOW TOKENS_HIGH LENS TS0 TS1 TS2 TS3 NUM PARTS WIDE CHECK TEXT "
         "WORDLENS WORDS SNAPS").split()
SUMS = "TOKENS LENS TEXT NUM PARTS WIDE CHECK".split()
ELIDED, IN_FRAGMENTS, LENGTH_IN_NUM = 253, 254, 255
WITHOUT_NUMBER = (START, ERROR, OPAQUE, GAP)
CONTENTS = (CHECKPOINT, CONTINUATION, COMPLETE)
Stream = namedtuple("Stream", "number incarnation ordinal namespace id")
Directory = namedtuple("Directory", "base rows runs definitions snapshots first_word words")


def read_columns(block, file):
    """(Directory, {name: Cursor}): every column of the block unpacked, the zstd frames in one go."""
    cursor = Cursor(block.payload, file, block.offset, "directory")
    directory = Directory(cursor.zigzag(), *(cursor.varint() for _ in range(6)))
    cursor.need(directory.rows == block.events and directory.rows <= 262144, "number of rows")
    raws, storeds = [], []
    for _ in NAMES:
        raws.append(cursor.varint())
        storeds.append(cursor.varint() if raws[-1] else 0)
    cursor.need(sum(raws) == block.raw, "the columns' raw bytes are not the block's")
    columns, frames = [cursor.take(stored) for stored in storeds], []
    cursor.done()
    for number, (raw, stored) in enumerate(zip(raws, storeds)):
        if stored == 1 < raw:
            columns[number] *= raw
        elif stored < raw:
            cursor.need(stored > 0, "a column without bytes")
            frames.append(number)
        else:
            cursor.need(stored == raw, "a column stored larger than raw")
    unpacked = unzstd([(columns[n], raws[n]) for n in frames], file, block.offset)
    for number, data in zip(frames, unpacked):
        columns[number] = data
    return directory, {name: Cursor(data, file, block.offset, "column " + name)
                       for name, data in zip(NAMES, columns)}


class TextSoFar:
    """A stream's text within the segment, which elided contents equal (FORMAT.md, "Elision")."""

    def __init__(self, header):
        self._header = header
        self.replace(b"")

    def replace(self, content):
        self.pieces, self.hash = [], SipHash13(self._header.key_low, self._header.key_high)
        self.add(content)

    def add(self, piece):
        self.pieces.append(piece)
        self.hash.add(piece)

    def whole(self):
        self.pieces = [b"".join(self.pieces)]
        return self.pieces[0]

    def check(self):
        return self.hash.digest()[0] & 0xFFFFFFFF


class Run:
    """One stream's consecutive rows; everything that is predicted starts afresh here."""

    def __init__(self, base):
        self.micros, self.units = base, int(abs(base) // 1000 * 4096) * (-1 if base < 0 else 1)
        self.next_index = {False: 0, True: 0}

    def predicted(self, type_, has_parts):
        if type_ == TOKEN:
            return self.next_index[has_parts]
        return 1 if type_ in (RETRY, FALLBACK) else self.next_index[False]


class Decoder:
    """Turns the data blocks of one segment, given in order, into events of its streams."""

    def __init__(self, header, fragments, file):
        self.header, self.fragments, self.file = header, fragments, file
        self.streams, self.events, self.words, self.texts = {}, {}, [], {}
        self.runs = []          # (stream, block ordinal, first seq): what the index's links say

    def block(self, block):
        """Decodes one block; returns its snapshots, checked against the rows."""
        self.place = block
        directory, self.columns = read_columns(block, self.file)
        self._define_words(directory)
        self._define_streams(directory)
        snaps = read_snaps(self.columns["SNAPS"], directory.snapshots, block.ordinal)
        ends, total = {(snap.stream, snap.last_seq): snap for snap in snaps}, 0
        for run in self._read_runs(directory):
            total += run[2]
            self._decode_run(directory, run)
            snap = ends.pop((run[0], run[1] + run[2] - 1), None)
            if snap:
                check_snap(snap, self.events[snap.stream], self.texts[snap.stream].hash.state(), self.columns["SNAPS"])
        self.columns["SNAPS"].need(not ends, "a snapshot that no run ends with")
        self.columns["TAGS"].need(total == directory.rows, "the runs do not make up the rows")
        for name in NAMES[2:-1]:
            if not name.startswith("TS") and name not in ("TOKENS_LOW", "TOKENS_HIGH", "TAGS"):
                self.columns[name].done()
        return snaps

    def _define_words(self, directory):
        """The words that this block is the first to refer to."""
        lengths, texts = self.columns["WORDLENS"], self.columns["WORDS"]
        if directory.words:
            lengths.need(directory.first_word == len(self.words), "words out of order")
        sizes = [lengths.varint() for _ in range(directory.words)]
        lengths.need(max(sizes, default=0) <= 4096, "a word above 4096 bytes")
        self.words += [texts.take(size) for size in sizes]
        lengths.need(len(self.words) <= 65535 and sum(map(len, self.words)) <= 2 << 20, "too many words")

    def _define_streams(self, directory):
        cursor, last = self.columns["STREAMS"], -1
        for _ in range(directory.definitions):
            number, incarnation, ordinal = cursor.varint(), cursor.u64(), cursor.varint()
            namespace_bytes, id_bytes = cursor.varint(), cursor.varint()
            cursor.need(number > last and number not in self.streams, "streams out of order")
            last = number
            self.streams[number] = Stream(number, incarnation, ordinal, cursor.take(namespace_bytes),
                                          cursor.take(id_bytes))
            self.events[number], self.texts[number] = [], TextSoFar(self.header)
        cursor.done()

    def _read_runs(self, directory):
        """[(stream, first seq, events, {column: sum})]: all streams first, then all seqs, and so on."""
        cursor, count, stream = self.columns["RUNS"], directory.runs, 0
        cursor.need(count <= directory.rows, "more runs than rows")
        streams = []
        for _ in range(count):
            stream += cursor.varint()
            cursor.need(stream in self.streams, "a run of an unknown stream")
            streams.append(stream)
        firsts, lengths = ([cursor.varint() for _ in range(count)] for _ in range(2))
        sums = [[cursor.varint() for _ in range(count)] for _ in SUMS]
        cursor.done()
        return [(*run[:3], dict(zip(SUMS, run[3:]))) for run in zip(streams, firsts, lengths, *sums)]

    def _positions(self):
        entry = {"TOKENS": "TOKENS_LOW"}
        width = {"WIDE": 8, "CHECK": 4}
        return {name: self.columns[entry.get(name, name)].at // width.get(name, 1) for name in SUMS}

    def _decode_run(self, directory, run):
        stream, first_seq, count, sums = run
        before, state, known = self._positions(), Run(directory.base), self.events[stream]
        cursor = self.columns["RUNS"]
        cursor.need(count > 0, "a run without rows")
        cursor.need(not known or first_seq > known[-1].seq, "a stream's seqs do not ascend")
        self.runs.append((stream, self.place.ordinal, first_seq))
        for seq in range(first_seq, first_seq + count):
            cursor.need(not known or known[-1].type != GAP or seq == first_seq, "a row after a GAP in its run")
            known.append(self._decode_row(state, stream, seq))
        after = self._positions()
        for name in SUMS:
            cursor.need(after[name] - before[name] == sums[name], "a run's sum of " + name)

    def _decode_row(self, state, stream, seq):
        tag = self.columns["TAGS"].byte()
        type_, kind, has_parts, surprise = tag & 15, tag >> 4 & 3, bool(tag & 64), bool(tag & 128)
        self.columns["TAGS"].need(1 <= type_ <= GAP, "an unknown type of event")
        ts = self._stamp(state, kind)
        word = self._token_word() if type_ == TOKEN else 0
        length = self.columns["LENS"].byte() if not word else None
        number = self._number(state, type_, has_parts, surprise)
        text, parts = self._text_and_parts(word, length, has_parts, stream, type_)
        event = Event(type_, seq, ts, kind in (2, 3), number, text, parts)
        self._follow(state, stream, event, has_parts, length)
        return event

    def _token_word(self):
        return self.columns["TOKENS_LOW"].byte() | self.columns["TOKENS_HIGH"].byte() << 8

    def _stamp(self, state, kind):
        """FORMAT.md, "Stamps". All four planes have a byte of each row."""
        planes = [self.columns["TS%d" % n].byte() for n in range(4)]
        delta = unzigzag(int.from_bytes(bytes(planes), "little"))
        self.columns["TS0"].need(kind in (0, 2) or delta == 0, "a delta beside a wide stamp")
        if kind == 0:
            state.micros = signed64(state.micros + delta)
        elif kind == 1:
            state.micros = self.columns["WIDE"].unpack("<q", 8)[0]
        elif kind == 2:
            state.units = signed64(state.units + delta)
            return state.units / 4096.0
        else:
            ts = self.columns["WIDE"].unpack("<d", 8)[0]
            self.columns["WIDE"].need(isfinite(ts), "a stamp that is not finite")
            units = ts * 4096.0
            if units != 0 and abs(units) < 4e18 and units == int(units):     # not -0.0, by experiment
                state.units = int(units)
            return ts
        return state.micros / 1000.0

    def _number(self, state, type_, has_parts, surprise):
        """FORMAT.md, "Numbers": None where the event has none."""
        expected = type_ not in WITHOUT_NUMBER
        predicted = state.predicted(type_, has_parts) if expected else 0
        if not surprise:
            return predicted if expected else None
        difference = self.columns["NUM"].zigzag()
        return None if expected and difference == 0 else signed64(predicted + difference)

    def _word(self, number):
        self.columns["NUM"].need(number < len(self.words), "a word that nobody defined")
        return self.words[number]

    def _text_and_parts(self, word, length, has_parts, stream, type_):
        """NUM, after the surprise: text length, parts (a word or a length), or where the fragments are."""
        num, text = self.columns["NUM"], b""
        if length == IN_FRAGMENTS:
            offset, text_bytes, parts_bytes = num.varint(), num.varint(), num.varint()
            num.need(has_parts or parts_bytes == 0, "parts that the tag denies")
            return self.fragments.read(offset, text_bytes, parts_bytes, self.place.offset)
        if word:
            text = self._word(word - 1)
        elif length == ELIDED:
            num.need(type_ in CONTENTS, "an elided text that is no content")
            text = self.texts[stream].whole()
            wanted = self.columns["CHECK"].unpack("<I", 4)[0]
            self.columns["CHECK"].need(wanted == self.texts[stream].check(), "the check of an elided content")
        else:
            text = self.columns["TEXT"].take(num.varint() if length == LENGTH_IN_NUM else length)
        parts = b""
        if has_parts:
            word = num.varint()
            parts = self._word(word - 1) if word else self.columns["PARTS"].take(num.varint())
        return text, parts

    def _follow(self, state, stream, event, has_parts, length):
        """Brings the predictions and the text so far up to this event."""
        parts = parse_parts(event.parts, self.columns["PARTS"])
        if event.type == TOKEN:
            state.next_index[has_parts] = signed64((event.number or 0) + 1)
            if CHANNEL not in parts:
                self.texts[stream].add(event.text)
        elif event.type in CONTENTS and length != ELIDED:
            self.texts[stream].replace(event.text)
