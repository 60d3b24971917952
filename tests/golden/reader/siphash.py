"""SipHash-1-3 with 128 bits, fed piece by piece (the text so far of a stream, and its CHECK)."""

from struct import unpack_from

M64 = 2**64 - 1


def _round(v0, v1, v2, v3):
    v0 = (v0 + v1) & M64
    v1 = (v1 << 13 | v1 >> 51) & M64 ^ v0
    v0 = (v0 << 32 | v0 >> 32) & M64
    v2 = (v2 + v3) & M64
    v3 = (v3 << 16 | v3 >> 48) & M64 ^ v2
    v0 = (v0 + v3) & M64
    v3 = (v3 << 21 | v3 >> 43) & M64 ^ v0
    v2 = (v2 + v1) & M64
    v1 = (v1 << 17 | v1 >> 47) & M64 ^ v2
    v2 = (v2 << 32 | v2 >> 32) & M64
    return v0, v1, v2, v3


class SipHash13:
    """add() only keeps the piece; the work is done when a result is asked for."""

    def __init__(self, key_low, key_high):
        self._v = (0x736F6D6570736575 ^ key_low, 0x646F72616E646F6D ^ key_high ^ 0xEE,
                   0x6C7967656E657261 ^ key_low, 0x7465646279746573 ^ key_high)
        self._pieces, self._tail, self.bytes = [], b"", 0

    def add(self, piece):
        self._pieces.append(piece)
        self.bytes += len(piece)

    def _catch_up(self):
        data = self._tail + b"".join(self._pieces)
        whole = len(data) // 8 * 8
        v0, v1, v2, v3 = self._v
        for word in unpack_from("<%dQ" % (whole // 8), data):
            v0, v1, v2, v3 = _round(v0, v1, v2, v3 ^ word)
            v0 ^= word
        self._v, self._tail, self._pieces = (v0, v1, v2, v3), data[whole:], []

    def state(self):
        """v0 to v3, the last bytes mod 8 bytes, bytes: as a snapshot keeps it."""
        self._catch_up()
        return self._v + (int.from_bytes(self._tail, "little"), self.bytes)

    def digest(self):
        """(low word, high word) of what was added so far; more may be added afterwards."""
        v0, v1, v2, v3, tail, size = self.state()
        last = (size & 255) << 56 | tail
        v0, v1, v2, v3 = _round(v0, v1, v2, v3 ^ last)
        v0, v2 = v0 ^ last, v2 ^ 0xEE
        for _ in range(3):
            v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xDD
        for _ in range(3):
            v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        return low, v0 ^ v1 ^ v2 ^ v3
