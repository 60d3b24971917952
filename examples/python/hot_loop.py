"""The engine without coroutines, and its store as columns: with NumPy where it is installed."""

import sys
import tempfile

import reel

try:
    import numpy
except ImportError:
    numpy = None


def record(folder):
    with reel.Log(folder) as log:
        for number in range(3):
            with log.recorder(f"chat-{number}") as recorder:
                recorder.record_start({"model": "m"})
                for _ in range(100):
                    recorder.record_token("Hello ")  # safe from kill -9 when it returns
                recorder.record_tokens(["a", "list"] * 50)
                recorder.record_complete("", 200)
        log.sync()  # and from a power cut


def token_bytes(folder):
    total = 0
    for batch in reel.scan_columns(folder, stamps=False):
        if numpy is not None:
            total += int(numpy.asarray(batch.token_bytes).sum())  # a view: nothing is copied
        else:
            total += sum(memoryview(batch.token_bytes))
    return total


with tempfile.TemporaryDirectory() as temporary:
    folder = sys.argv[1] if len(sys.argv) > 1 else temporary
    record(folder)
    print(token_bytes(folder), "bytes of tokens")

# Output:
# 2550 bytes of tokens
