"""What every part needs: the error, a cursor over bytes, and zstd."""

import subprocess
from struct import unpack_from

M64 = 2**64 - 1


class FormatError(Exception):
    """Something on disk that is not as FORMAT.md says: which file, which offset, what."""

    def __init__(self, file, offset, what):
        super().__init__("%s: offset %d: %s" % (file, offset, what))
        self.file, self.offset, self.what = file, offset, what


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def signed64(value):
    """Arithmetic on stamps and numbers wraps at 64 bits."""
    value &= M64
    return value - (value >> 63 << 64)


class Cursor:
    """Reads forward through bytes that begin at `base` in `file`; running out is damage.

    Of decompressed bytes `base` is where their block begins."""

    def __init__(self, data, file, base=0, name=""):
        self.data, self.file, self.base, self.name, self.at = data, file, base, name, 0

    def fail(self, what):
        raise FormatError(self.file, self.base, "%s (%s, byte %d)" % (what, self.name, self.at))

    def need(self, condition, what):
        if not condition:
            self.fail(what)

    def left(self):
        return len(self.data) - self.at

    def take(self, size):
        self.need(0 <= size <= self.left(), "runs out of bytes")
        self.at += size
        return self.data[self.at - size:self.at]

    def unpack(self, layout, size):
        self.need(size <= self.left(), "runs out of bytes")
        self.at += size
        return unpack_from(layout, self.data, self.at - size)

    def u64(self):
        return self.unpack("<Q", 8)[0]

    def byte(self):
        return self.unpack("B", 1)[0]

    def varint(self):
        """LEB128: 7 bits a byte, low first, at most 10 bytes."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                self.need(value <= M64, "a number above 64 bits")
                return value
            shift += 7
            self.need(shift < 70, "a number of more than 10 bytes")

    def zigzag(self):
        return unzigzag(self.varint())

    def done(self):
        self.need(self.at == len(self.data), "%d bytes too many" % self.left())


def unzstd(frames, file, offset):
    """[(frame, raw size)] -> [raw bytes]: all frames in one run of zstd, which joins their contents."""
    if not frames:
        return []
    for frame, raw in frames:
        if frame[:4] != b"\x28\xb5\x2f\xfd":
            raise FormatError(file, offset, "not a zstd frame")
    run = subprocess.run(["zstd", "-dcq"], input=b"".join(f for f, _ in frames),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode != 0 or len(run.stdout) != sum(raw for _, raw in frames):
        raise FormatError(file, offset, "a zstd frame does not unpack: " + run.stderr.decode(errors="replace").strip())
    out, at = [], 0
    for _, raw in frames:
        out.append(run.stdout[at:at + raw])
        at += raw
    return out
