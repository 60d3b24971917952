"""Text files with a checksum (FORMAT.md, "The text form")."""

import re

from .base import FormatError
from .xxh3 import xxh3_64


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def read_text(path, title):
    """[(key, value)] of a file in the text form; any byte that is not as it must be is damage."""
    data = read_file(path)
    at = data.rfind(b"\nchecksum ") + 1
    if not data.startswith(title + b"\n") or at == 0:
        raise FormatError(path, 0, "not a text file titled '%s'" % title.decode())
    if data[at:] != b"checksum %016x\n" % xxh3_64(data[:at]):
        raise FormatError(path, at, "checksum")
    entries, place = [], len(title) + 1
    for line in data[place:at].split(b"\n")[:-1]:
        key, space, value = line.partition(b" ")
        if not key or not space or not re.fullmatch(rb"(?:[^\\]|\\n|\\\\)*", value, re.S):
            raise FormatError(path, place, "a line that is not 'key value'")
        value = re.sub(rb"\\(.)", lambda m: b"\n" if m[1] == b"n" else b"\\", value)
        entries.append((key.decode("utf-8", "replace"), value))
        place += len(line) + 1
    return entries


class Fields:
    """Typed looks at the entries of a text file."""

    def __init__(self, path, title):
        self.path, self.entries = path, read_text(path, title)

    def all(self, key):
        return [value for k, value in self.entries if k == key]

    def get(self, key, pattern=rb".*"):
        values = self.all(key)
        if len(values) != 1 or not re.fullmatch(pattern, values[0], re.S):
            raise FormatError(self.path, 0, "key '%s' is missing, repeated or malformed" % key)
        return values[0]

    def number(self, key):
        return int(self.get(key, rb"0|[1-9][0-9]*"))

    def flag(self, key):
        return self.get(key, rb"yes|no") == b"yes"

    def hex(self, key):
        return int(self.get(key, rb"[0-9a-f]{16}"), 16)
