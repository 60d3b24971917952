"""The index block of a sealed segment (FORMAT.md, "Index block")."""

from collections import namedtuple

from .base import Cursor, FormatError, signed64, unzigzag, unzstd
from .xxh3 import xxh3_64

BlockEntry = namedtuple("BlockEntry", "offset stored raw events kind first_ts last_ts")
SnapEntry = namedtuple("SnapEntry", "first_seq last_seq text_bytes stream block")
Page = namedtuple("Page", "checksum offset first_stream plain_bytes column_bytes")
Totals = namedtuple("Totals", "events gap_records gap_events")
FLAGS = {"has_events": 1, "token_count": 2, "start": 4, "end": 8, "completed": 16, "error": 32, "ends_in_error": 64}


def block_entry(block):
    return BlockEntry(block.offset, block.stored, block.raw, block.events, block.kind, block.first_ts, block.last_ts)


class Index:
    def __init__(self, block, file):
        self.file, self.block = file, block
        cursor = Cursor(block.payload, file, block.offset, "index")
        front_sum, lookup_sum = cursor.unpack("<QQ", 16)
        self.totals = Totals(*cursor.unpack("<QQQ", 24))
        self.stream_count, blocks, snaps, pages = cursor.unpack("<IIII", 16)
        self.page_bytes, self.bits, self.width, zero = cursor.unpack("<IBBH", 8)
        cursor.need(zero == 0 and 1 <= self.width <= 4 and self.bits < 32, "header of the index")
        self.blocks = [BlockEntry(*cursor.unpack("<QIIIIdd", 40)) for _ in range(blocks)]
        self.snaps = [SnapEntry(*cursor.unpack("<QQQII", 32)) for _ in range(snaps)]
        self.pages = [Page(*cursor.unpack("<QIIII", 24)) for _ in range(pages)]
        cursor.need(front_sum == xxh3_64(block.payload[8:cursor.at]), "checksum of the index's front")
        start = cursor.at
        self._read_lookup(cursor)
        cursor.need(lookup_sum == xxh3_64(block.payload[start:cursor.at]), "checksum of the index's lookup")
        self._read_pages(cursor)
        cursor.done()

    def _read_lookup(self, cursor):
        count = (1 << self.bits) + 1
        cursor.need(4 * count <= cursor.left(), "more buckets than bytes")
        self.buckets = cursor.unpack("<%dI" % count, 4 * count)
        self.fingerprints = cursor.unpack("<%dH" % self.stream_count, 2 * self.stream_count)
        self.numbers = [int.from_bytes(cursor.take(self.width), "little") for _ in range(self.stream_count)]
        cursor.need(self.buckets[0] == 0 and self.buckets[-1] == self.stream_count
                    and list(self.buckets) == sorted(self.buckets), "buckets of the lookup")
        cursor.need(sorted(self.numbers) == list(range(self.stream_count)), "numbers in the lookup")

    def find(self, namespace, stream_id):
        """Number of a stream through one bucket, or None."""
        hash_ = xxh3_64(namespace + b"\0" + stream_id)
        bucket = hash_ >> (64 - self.bits)
        for at in range(self.buckets[bucket], self.buckets[bucket + 1]):
            if self.fingerprints[at] == hash_ & 0xFFFF:
                stream = self.streams[self.numbers[at]]
                if (stream["namespace"], stream["id"]) == (namespace, stream_id):
                    return self.numbers[at]
        return None

    def _read_pages(self, cursor):
        """Each page's columns, those that are compressed unpacked in one go."""
        cursor.need(cursor.left() == self.page_bytes, "bytes of the pages")
        ends = [page.offset for page in self.pages[1:]] + [self.page_bytes]
        plains, columns, frames = [], [], []
        for number, (page, end) in enumerate(zip(self.pages, ends)):
            data = cursor.take(end - page.offset)
            cursor.need(xxh3_64(data) == page.checksum, "checksum of page %d" % number)
            cursor.need(page.plain_bytes <= len(data), "plain bytes of page %d" % number)
            plains.append(data[:page.plain_bytes])
            columns.append(data[page.plain_bytes:])
            if len(columns[-1]) != page.column_bytes:
                frames.append(number)
        sizes = [self.pages[n].column_bytes for n in frames]
        for number, data in zip(frames, unzstd(list(zip([columns[n] for n in frames], sizes)), self.file,
                                               self.block.offset)):
            columns[number] = data
        self.streams = []
        firsts = [page.first_stream for page in self.pages[1:]] + [self.stream_count]
        for number, end in enumerate(firsts):
            cursor.need(self.pages[number].first_stream == len(self.streams) < end, "first stream of a page")
            names = ("plain bytes of page %d" % number, "columns of page %d" % number)
            self.streams += PageReader(Cursor(plains[number], self.file, self.block.offset, names[0]),
                                       Cursor(columns[number], self.file, self.block.offset, names[1]),
                                       end - len(self.streams)).read()

    def find_all(self):
        """Every stream must be found through its bucket and fingerprint."""
        for number, stream in enumerate(self.streams):
            if self.find(stream["namespace"], stream["id"]) != number:
                raise FormatError(self.file, self.block.offset, "the lookup does not find stream %d" % number)


class PageReader:
    """One page: plain bytes, then one column after the other."""

    def __init__(self, plain, columns, count):
        self.plain, self.columns, self.streams = plain, columns, [{} for _ in range(count)]

    def _varints(self, count=None):
        return [self.columns.varint() for _ in range(len(self.streams) if count is None else count)]

    def _set(self, name, values):
        for stream, value in zip(self.streams, values):
            stream[name] = value

    def read(self):
        self._set("incarnation", [self.plain.u64() for _ in self.streams])
        self._set("flags", self.columns.take(len(self.streams)))
        self._set("stamps", self.columns.take(len(self.streams)))
        self._read_counts()
        self._read_links()
        self._read_stamps()
        self._read_names()
        self.plain.done()
        self.columns.done()
        return self.streams

    def _read_counts(self):
        ordinal = 0
        for stream, value in zip(self.streams, self._varints()):
            ordinal = stream["ordinal"] = signed64(ordinal + 1 + unzigzag(value)) & 2**64 - 1
        for name in ("first_seq", "events", "gap_records", "gap_events"):
            self._set(name, self._varints())
        for stream, value in zip(self.streams, self._varints()):
            base = stream["first_seq"] + stream["events"] + stream["gap_events"]
            stream["next_seq"] = signed64(base + unzigzag(value))
        for stream, value in zip(self.streams, self._varints()):
            base = stream["next_seq"] if stream["flags"] & FLAGS["token_count"] else 0
            stream["token_count"] = signed64(base + unzigzag(value))
        for stream, value in zip(self.streams, self._varints()):
            base = stream["first_seq"] if stream["flags"] & FLAGS["start"] else 0
            stream["start_seq"] = signed64(base + unzigzag(value))

    def _read_links(self):
        """Which blocks have rows of the stream, and the first seq there."""
        counts = self._varints()
        last_first = 0
        blocks = []
        for count in counts:
            self.columns.need(count <= self.columns.left(), "more links than bytes")
            row = []
            for place in range(count):
                if place == 0:
                    last_first = signed64(last_first + self.columns.zigzag())
                    row.append(last_first)
                else:
                    row.append(row[-1] + 1 + self.columns.varint())
            blocks.append(row)
        for stream, row in zip(self.streams, blocks):
            relative, stream["links"] = 0, []
            for block in row:
                relative = (relative + self.columns.varint()) & 2**32 - 1
                stream["links"].append((block, relative))

    def _read_stamps(self):
        """Start and end; kind 0 is +0.0, 1 whole microseconds, 2 a double."""
        micros, starts = 0, []
        for stream in self.streams:
            kind = stream["stamps"] & 3
            if kind == 1:
                micros = signed64(micros + self.columns.zigzag())
            starts.append(micros)
            stream["start"] = self._stamp(kind, micros)
            stream["start_micros"] = micros if kind == 1 else None
        for stream, base in zip(self.streams, starts):
            kind = stream["stamps"] >> 2 & 3
            end = signed64(base + self.columns.zigzag()) if kind == 1 else 0
            stream["end"] = self._stamp(kind, end)

    def _stamp(self, kind, micros):
        self.columns.need(kind < 3, "kind of a stamp")
        return (0.0, micros / 1000.0, None)[kind] if kind < 2 else self.columns.unpack("<d", 8)[0]

    def _read_names(self):
        """Namespaces, ids (UUIDs lie apart), and last their bytes, stream by stream."""
        namespaces, ids = self._varints(), self._varints()
        uuids, last = [], 0
        for stream, size in zip(self.streams, ids):
            if size == 0:
                micros = stream["start_micros"]
                base = last if micros is None else micros // 1000
                last = (base + self.columns.zigzag()) & 2**48 - 1
                low16, low = self.plain.unpack("<HQ", 10)
                text = "%012x%04x%016x" % (last, low16, low)
                uuids.append("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])).encode())
        uuids, namespace = iter(uuids), None
        for stream, namespace_size, id_size in zip(self.streams, namespaces, ids):
            if namespace_size:
                namespace = self.columns.take(namespace_size - 1)
            self.columns.need(namespace is not None, "a page's first stream without a namespace")
            stream["namespace"] = namespace
            stream["id"] = self.columns.take(id_size - 1) if id_size else next(uuids)
