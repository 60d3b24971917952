"""A segment file: header, blocks, fragments, dictionary, facets, lineage, footer (FORMAT.md, "The segment")."""

from collections import namedtuple
from struct import pack, unpack_from

from .base import Cursor, FormatError, unzstd
from .columns import Decoder
from .events import GAP
from .facets import check_facets
from .lineage import check_lineage
from .index import Index, block_entry
from .verify import compare_index
from .xxh3 import xxh3_64

HEADER, BLOCK_HEADER, FOOTER = 128, 72, 192
DATA, FRAGMENT, INDEX, DICTIONARY, FACETS, LINEAGE = 1, 2, 3, 4, 5, 6
RAW_LIMITS = {DATA: 4 << 20, FRAGMENT: 1 << 20, DICTIONARY: 4 << 20, FACETS: 4 << 20, LINEAGE: 1 << 30, INDEX: 2**32}
PACKED_WHOLE = (FRAGMENT, DICTIONARY, FACETS, LINEAGE)
PIECE = 1 << 20

Header = namedtuple("Header", "store id number lane level created_us key_high key_low before_number before_bytes raw")
Block = namedtuple("Block", "offset end kind flags ordinal events stored raw first_ts last_ts checksum payload")
Footer = namedtuple("Footer", "index_offset index_bytes events streams blocks digest")


def read_header(data, file, at=0):
    """The 128 bytes in front; None for what a crash caught while it was still empty."""
    raw = data[at:at + HEADER]
    if len(raw) < HEADER or raw == bytes(HEADER):
        return None
    if raw[:8] != b"REELSEG1":
        raise FormatError(file, at, "no segment's magic")
    if unpack_from("<Q", raw, 120)[0] != xxh3_64(raw[:120]):
        raise FormatError(file, at, "checksum of the header")
    version, minor, features = unpack_from("<HHI", raw, 8)
    if version != 1 or features != 0:
        raise FormatError(file, at + 8, "format %d.%d with features %#x: not known here" % (version, minor, features))
    high, low, ident, number, lane, level, created = unpack_from("<QQQQIiQ", raw, 16)
    key_high, key_low, before_number, before_bytes = unpack_from("<QQQQ", raw, 64)
    return Header((high, low), ident, number, lane, level, created, key_high, key_low,
                  before_number, before_bytes, raw)


def read_block(data, file, header, at, ordinal):
    """One whole block with both checksums, or FormatError."""
    def need(condition, where, what):
        if not condition:
            raise FormatError(file, at + where, what)
    need(at + BLOCK_HEADER <= len(data), 0, "a block header that is cut off")
    own, deep = unpack_from("<QQ", data, at)
    need(data[at + 16:at + 20] == b"RBLK", 16, "no block's magic")
    need(own == xxh3_64(data[at + 8:at + BLOCK_HEADER]), 0, "checksum of a block header")
    kind, flags, reserved, ident, offset = unpack_from("<BBHQQ", data, at + 20)
    number, events, stored, raw, first, last = unpack_from("<IIIIdd", data, at + 40)
    need(kind > 0, 20, "a block of kind 0")
    need(ident == header.id and offset == at, 24, "a block of another file or place")
    need(number == ordinal, 40, "block %d where %d was expected" % (number, ordinal))
    if kind in RAW_LIMITS:  # of others, which are passed over, no more is known
        need(flags & ~1 == 0 and reserved == 0, 21, "flags %d" % flags)
        need(raw <= RAW_LIMITS[kind], 52, "%d raw bytes" % raw)
        need(events == 0 or kind == DATA, 44, "events in a block that has none")
        need(flags == 0 or kind in PACKED_WHOLE, 21, "a data or index block compressed as a whole")
    start, end = at + BLOCK_HEADER, at + BLOCK_HEADER + stored
    padded = (end + 7) // 8 * 8
    need(padded <= len(data), 48, "a block that is cut off")
    need(deep == xxh3_64(data[at + 16:end]), 8, "checksum of a block")
    need(not any(data[end:padded]), BLOCK_HEADER + stored, "padding is not zero")
    if kind in PACKED_WHOLE:
        need(stored < raw if flags else stored == raw, 48, "stored and raw bytes do not fit the flags")
    return Block(at, padded, kind, flags, number, events, stored, raw, first, last, own, data[start:end])


def scan_blocks(data, file, header):
    """Block by block from offset 128, up to the first that is not whole: (blocks, where that is)."""
    blocks, at = [], HEADER
    while at < len(data):
        try:
            block = read_block(data, file, header, at, len(blocks))
        except FormatError:
            break
        blocks.append(block)
        at = block.end
    return blocks, at


def read_footer(data, file, header):
    """The last 192 bytes of a sealed segment, or None where there is no footer."""
    at = len(data) - FOOTER
    if at < HEADER or data[at + 176:at + 184] != b"REELEND1":
        return None
    raw = data[at:]
    if unpack_from("<Q", raw, 184)[0] != xxh3_64(raw[:184]):
        raise FormatError(file, at, "checksum of the footer")
    if raw[:HEADER] != header.raw:
        raise FormatError(file, at, "the footer repeats another header")
    index_offset, index_bytes, events, streams, blocks, digest, reserved = unpack_from("<QQQIIQQ", raw, HEADER)
    if reserved:
        raise FormatError(file, at + 168, "a reserved field")
    return Footer(index_offset, index_bytes, events, streams, blocks, digest)


def digest_of(header, blocks):
    """Starts as the header's checksum; block by block the checksum of (digest, the block's first checksum)."""
    digest = unpack_from("<Q", header.raw, 120)[0]
    for block in blocks:
        digest = xxh3_64(pack("<QQ", digest, block.checksum))
    return digest


def plain_payload(block, file):
    """The payload of a fragment, dictionary, facets or lineage: one zstd frame if bit 0 says so."""
    return unzstd([(block.payload, block.raw)], file, block.offset)[0] if block.flags else block.payload


class Fragments:
    """Texts and parts of the events above 512 KiB: pieces of 1 MiB in consecutive blocks."""

    def __init__(self, blocks, file):
        self._by_offset = {b.offset: b for b in blocks if b.kind == FRAGMENT}
        self._file = file

    def read(self, offset, text_bytes, parts_bytes, before):
        """(text, parts) of an event whose data block begins at `before`."""
        blocks, at = [], offset
        for size in (text_bytes, parts_bytes):
            for piece in range((size + PIECE - 1) // PIECE):
                block = self._by_offset.get(at)
                if block is None or at >= before:
                    raise FormatError(self._file, at, "no fragment block where a row looks for one")
                if block.raw != min(PIECE, size - piece * PIECE):
                    raise FormatError(self._file, at, "a fragment of an unexpected size")
                blocks.append(block)
                at = block.end
        packed = iter(unzstd([(b.payload, b.raw) for b in blocks if b.flags], self._file, offset))
        joined = b"".join(next(packed) if b.flags else b.payload for b in blocks)
        return joined[:text_bytes], joined[text_bytes:]


def read_dictionary(block, file):
    """Number of words, the lengths of all, their bytes."""
    cursor = Cursor(plain_payload(block, file), file, block.offset, "dictionary")
    count = cursor.varint()
    cursor.need(count <= 65535, "too many words")
    words = [cursor.take(size) for size in [cursor.varint() for _ in range(count)]]
    cursor.done()
    return words


class Segment:
    """A segment with all its rows. entry: the catalog's line, or None for one that it does not list."""

    def __init__(self, path, data, entry):
        self.path, self.header, self.index, self.snaps = path, read_header(data, path), None, []
        self._streams, self.links, self.events, self.torn = [], [], 0, 0
        footer = read_footer(data, path, self.header) if self.header else None
        if entry and entry.state == "sealed":
            self._need(self.header and footer and len(data) == entry.bytes, 0, "a sealed segment that is not whole")
            self._need((footer.digest, self.header.id, footer.events, footer.streams)
                       == (entry.digest, entry.id, entry.events, entry.streams), len(data) - FOOTER,
                       "not the segment that the catalog lists")
        elif entry:
            footer = None
            self._need(len(data) >= entry.bytes, len(data), "fewer bytes than the catalog vouches for")
            self._need(not self.header or self.header.id == entry.id, 32, "not the segment that the catalog lists")
        if footer:
            self._read_sealed(data, footer)
        elif self.header:
            self._read_unsealed(data, entry)

    def _need(self, condition, offset, what):
        if not condition:
            raise FormatError(self.path, offset, what)

    def _read_sealed(self, data, footer):
        """Through the index: its list says where the blocks are, the digest covers all of them."""
        end = footer.index_offset + footer.index_bytes
        self._need(end + FOOTER == len(data), len(data) - FOOTER, "the index does not end at the footer")
        index_block = read_block(data, self.path, self.header, footer.index_offset, footer.blocks)
        self._need(index_block.kind == INDEX and index_block.end == end, footer.index_offset, "no index there")
        self.index = Index(index_block, self.path)
        self._need(len(self.index.blocks) == footer.blocks, footer.index_offset, "number of blocks")
        blocks, at = [], HEADER
        for ordinal, listed in enumerate(self.index.blocks):
            block = read_block(data, self.path, self.header, listed.offset, ordinal)
            self._need(block.offset == at, at, "blocks that do not follow each other")
            self._need(listed == block_entry(block), at, "the index says something else of this block")
            blocks.append(block)
            at = block.end
        self._need(at == footer.index_offset, at, "something before the index")
        self._need(digest_of(self.header, blocks + [index_block]) == footer.digest, len(data) - FOOTER, "digest")
        self._decode(blocks)
        self.index.find_all()
        compare_index(self.index, self, footer)

    def _read_unsealed(self, data, entry):
        """Without a footer: up to the first block that is not whole; the rest is torn."""
        end = entry.bytes if entry else len(data)
        blocks, at = scan_blocks(data[:end], self.path, self.header)
        if entry and entry.digest:
            self._need(entry.digest == xxh3_64(data[at:end]), at, "what follows the last whole block")
        self.torn = end - at
        self._decode([block for block in blocks if block.kind != INDEX])
        if entry:
            self._need(self.events == entry.events and len(self._streams) == entry.streams, 0,
                       "not the events or streams that the catalog lists")

    def _decode(self, blocks):
        decoder = Decoder(self.header, Fragments(blocks, self.path), self.path)
        dictionary, facets, lineage, self.links = None, None, None, decoder.runs
        for block in blocks:
            if block.kind == DATA:
                self.snaps += decoder.block(block)
            elif block.kind == DICTIONARY:
                dictionary = block
            elif block.kind == FACETS:
                facets = block
            elif block.kind == LINEAGE:
                lineage = block
        if dictionary:
            self._need(read_dictionary(dictionary, self.path) == decoder.words, dictionary.offset,
                       "the dictionary repeats other words than the blocks define")
        self._streams = [(decoder.streams[n], decoder.events[n]) for n in sorted(decoder.streams)]
        if facets:
            check_facets(plain_payload(facets, self.path), self._streams, self.path, facets.offset)
        if lineage:
            check_lineage(plain_payload(lineage, self.path), self._streams, self.header.number, self.path,
                          lineage.offset)
        self.events = sum(e.type != GAP for _, events in self._streams for e in events)

    def streams(self):
        """[(Stream, [Event])] in the order of their numbers."""
        return self._streams
