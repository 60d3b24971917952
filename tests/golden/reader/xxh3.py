"""XXH3, 64 and 128 bits, seed 0 (the public algorithm). FORMAT.md calls the 64 bit one "checksum"."""

from operator import mul
from struct import Struct, unpack_from

_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")
M32, M64 = 2**32 - 1, 2**64 - 1
P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
MX1, MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25


def _r32(data, at):
    return unpack_from("<I", data, at)[0]


def _r64(data, at):
    return unpack_from("<Q", data, at)[0]


def _s64(at):
    return _r64(_SECRET, at)


def _swap64(value):
    return int.from_bytes(value.to_bytes(8, "little"), "big")


def _rotl64(value, bits):
    return (value << bits | value >> (64 - bits)) & M64


def _fold(a, b):
    product = a * b
    return (product & M64) ^ (product >> 64)


def _avalanche(h):
    h ^= h >> 37
    h = h * MX1 & M64
    return h ^ h >> 32


def _avalanche_xxh64(h):
    h = (h ^ h >> 33) * P64_2 & M64
    h = (h ^ h >> 29) * P64_3 & M64
    return h ^ h >> 32


def _mix16(data, at, secret):
    return _fold(_r64(data, at) ^ _s64(secret), _r64(data, at + 8) ^ _s64(secret + 8))


# Inputs above 240 bytes: eight accumulators over stripes of 64 bytes, blocks of 16 stripes.

def _secret_as_int(stripes):
    """The secret as it lies over `stripes` stripes: each one begins 8 bytes further on."""
    return int.from_bytes(b"".join(_SECRET[8 * i:8 * i + 64] for i in range(stripes)), "little")


_BLOCK_SECRETS = [_secret_as_int(n) for n in range(17)]
_SCRAMBLE = unpack_from("<8Q", _SECRET, 128)
_START = (P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1)
_BLOCK_WORDS = [(Struct("<%dQ" % (8 * n)), Struct("<%dI" % (16 * n))) for n in range(17)]


def _accumulate(acc, piece, secret):
    """Adds whole stripes (at most 16); sums may exceed 64 bits until someone masks them."""
    stripes = len(piece) // 64
    words, halves = _BLOCK_WORDS[stripes]
    plain = words.unpack(piece)
    keyed = (int.from_bytes(piece, "little") ^ secret).to_bytes(len(piece), "little")
    keyed = halves.unpack(keyed)
    return [acc[i] + sum(plain[i ^ 1::8]) + sum(map(mul, keyed[2 * i::16], keyed[2 * i + 1::16]))
            for i in range(8)]


def _long_accumulators(data):
    acc = list(_START)
    blocks = (len(data) - 1) // 1024
    for at in range(0, blocks * 1024, 1024):
        acc = _accumulate(acc, data[at:at + 1024], _BLOCK_SECRETS[16])
        for i in range(8):
            value = acc[i] & M64
            acc[i] = ((value ^ value >> 47) ^ _SCRAMBLE[i]) * P32_1 & M64
    stripes = (len(data) - 1 - blocks * 1024) // 64
    if stripes:
        rest = data[blocks * 1024:blocks * 1024 + stripes * 64]
        acc = _accumulate(acc, rest, _BLOCK_SECRETS[stripes])
    acc = _accumulate(acc, data[-64:], int.from_bytes(_SECRET[121:185], "little"))
    return [value & M64 for value in acc]


def _merge(acc, secret, start):
    for i in range(4):
        start += _fold(acc[2 * i] ^ _s64(secret + 16 * i), acc[2 * i + 1] ^ _s64(secret + 16 * i + 8))
    return _avalanche(start & M64)


def _short64(data):
    size = len(data)
    if size == 0:
        return _avalanche_xxh64(_s64(56) ^ _s64(64))
    if size <= 3:
        combined = data[0] << 16 | data[size >> 1] << 24 | data[-1] | size << 8
        return _avalanche_xxh64(combined ^ _r32(_SECRET, 0) ^ _r32(_SECRET, 4))
    if size <= 8:
        h = (_r32(data, size - 4) + (_r32(data, 0) << 32)) ^ _s64(8) ^ _s64(16)
        h ^= _rotl64(h, 49) ^ _rotl64(h, 24)
        h = h * MX2 & M64
        h ^= (h >> 35) + size
        h = h * MX2 & M64
        return h ^ h >> 28
    low = _r64(data, 0) ^ _s64(24) ^ _s64(32)
    high = _r64(data, size - 8) ^ _s64(40) ^ _s64(48)
    return _avalanche((size + _swap64(low) + high + _fold(low, high)) & M64)


def xxh3_64(data):
    """XXH3-64 with seed 0."""
    size = len(data)
    if size > 240:
        return _merge(_long_accumulators(bytes(data)), 11, size * P64_1 & M64)
    if size <= 16:
        return _short64(data)
    acc = size * P64_1
    if size <= 128:
        for i in range((size - 1) // 32 + 1):
            acc += _mix16(data, 16 * i, 32 * i) + _mix16(data, size - 16 * (i + 1), 32 * i + 16)
        return _avalanche(acc & M64)
    for i in range(8):
        acc += _mix16(data, 16 * i, 16 * i)
    acc = _avalanche(acc & M64)
    for i in range(8, size // 16):
        acc += _mix16(data, 16 * i, 16 * (i - 8) + 3)
    return _avalanche((acc + _mix16(data, size - 16, 136 - 17)) & M64)


def _short128(data):
    size = len(data)
    if size == 0:
        return _avalanche_xxh64(_s64(80) ^ _s64(88)), _avalanche_xxh64(_s64(64) ^ _s64(72))
    if size <= 3:
        low = data[0] << 16 | data[size >> 1] << 24 | data[-1] | size << 8
        high = int.from_bytes(low.to_bytes(4, "little"), "big")
        high = (high << 13 | high >> 19) & M32
        return (_avalanche_xxh64(high ^ _r32(_SECRET, 8) ^ _r32(_SECRET, 12)),
                _avalanche_xxh64(low ^ _r32(_SECRET, 0) ^ _r32(_SECRET, 4)))
    if size <= 8:
        keyed = (_r32(data, 0) + (_r32(data, size - 4) << 32)) ^ _s64(16) ^ _s64(24)
        product = keyed * (P64_1 + (size << 2))
        low, high = product & M64, product >> 64
        high = (high + (low << 1)) & M64
        low ^= high >> 3
        low = (low ^ low >> 35) * MX2 & M64
        return _avalanche(high), low ^ low >> 28
    first, last = _r64(data, 0), _r64(data, size - 8)
    product = (first ^ last ^ _s64(32) ^ _s64(40)) * P64_1
    low = ((product & M64) + ((size - 1) << 54)) & M64
    last ^= _s64(48) ^ _s64(56)
    high = ((product >> 64) + last + (last & M32) * (P32_2 - 1)) & M64
    product = (low ^ _swap64(high)) * P64_2
    return _avalanche(((product >> 64) + high * P64_2) & M64), _avalanche(product & M64)


def _mix32(acc, data, one, two, secret):
    high, low = acc
    low = (low + _mix16(data, one, secret)) & M64 ^ (_r64(data, two) + _r64(data, two + 8)) & M64
    high = (high + _mix16(data, two, secret + 16)) & M64 ^ (_r64(data, one) + _r64(data, one + 8)) & M64
    return high, low


def xxh3_128(data):
    """XXH3-128 with seed 0, as one number (the high word in the upper 64 bits)."""
    size = len(data)
    if size > 240:
        acc = _long_accumulators(bytes(data))
        low = _merge(acc, 11, size * P64_1 & M64)
        return _merge(acc, 192 - 64 - 11, ~(size * P64_2) & M64) << 64 | low
    if size <= 16:
        high, low = _short128(data)
        return high << 64 | low
    acc = 0, size * P64_1 & M64
    if size <= 128:
        for i in range((size - 1) // 32, -1, -1):
            acc = _mix32(acc, data, 16 * i, size - 16 * (i + 1), 32 * i)
    else:
        for at in range(0, 128, 32):
            acc = _mix32(acc, data, at, at + 16, at)
        acc = _avalanche(acc[0]), _avalanche(acc[1])
        for at in range(128, size - 31, 32):
            acc = _mix32(acc, data, at, at + 16, 3 + at - 128)
        acc = _mix32(acc, data, size - 16, size - 32, 136 - 17 - 16)
    high, low = acc
    mixed = (low * P64_1 + high * P64_4 + size * P64_2) & M64
    return (-_avalanche(mixed) & M64) << 64 | _avalanche((low + high) & M64)
