#!/usr/bin/env python3
"""What reel costs from Python, beside an empty coroutine and, where it can be imported, L0.

    PYTHONPATH=build/release/python bench/python/bench.py [--rounds 9] [--json out.json]

Each round measures every row once, in turn, with the garbage collector as programs have it; the
median and the best of the rounds are shown, and the median of the ratios to the empty coroutine of
the same round, which a busy machine slows down alike.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time

import reel
from reel import EventSourcing

try:
    import l0.eventsourcing as l0
except ImportError:
    l0 = None

TOKENS = ["Hello", " wor", "ld,", " how", " are", " you", "?", "\n"]
CALLS = 50_000


def clock(count, work):
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) / count * 1e9


async def clock_async(count, work):
    begin = time.perf_counter()
    await work()
    return (time.perf_counter() - begin) / count * 1e9


async def nothing(value, index):
    pass


async def each(record, calls=CALLS):
    for index in range(calls):
        await record(TOKENS[index & 7], index)


def sync_each(record):
    for index in range(CALLS):
        record(TOKENS[index & 7], index)


class Rows:
    """Rows of one round, by name, in ns an event."""

    def __init__(self, folder):
        self.folder = folder
        self.batch = TOKENS * (CALLS // 8)

    def store(self, name):
        return EventSourcing.file(f"{self.folder}/{name}")

    async def appends(self):
        yield "an empty coroutine, awaited", await clock_async(CALLS, lambda: each(nothing))
        stores = {
            "memory": EventSourcing.memory(),
            "file": self.store("file"),
            "file in a TTL": EventSourcing.with_ttl(self.store("ttl"), 10**9),
            "composite (memory, file)": EventSourcing.composite(
                [EventSourcing.memory(), self.store("composite")]
            ),
        }
        for name, store in stores.items():
            recorder = EventSourcing.recorder(store, "chat")
            await recorder.record_token("warm", 0)
            few = CALLS // 10 if "composite" in name else CALLS
            cost = await clock_async(few, lambda: each(recorder.record_token, few))
            yield f"await record_token, {name}", cost
            if "composite" not in name:
                batched = await clock_async(CALLS, lambda: recorder.record_tokens(self.batch))
                yield f"await record_tokens, {name}", batched
        log = reel.Log(f"{self.folder}/log")
        recorder = log.recorder("chat")
        recorder.record_token("warm")
        yield "Recorder.record_token", clock(CALLS, lambda: sync_each(recorder.record_token))
        yield "Recorder.record_tokens", clock(CALLS, lambda: recorder.record_tokens(self.batch))
        log.close()

    async def reads(self):
        for name, store in (("memory", EventSourcing.memory()), ("file", self.store("reads"))):
            recorder = EventSourcing.recorder(store, "chat")
            count = 0
            for _ in range(10):
                await recorder.record_tokens(self.batch)
                count += len(self.batch)
            if name == "file":
                store.flush()
            replayer = EventSourcing.replayer(store)
            cost = await clock_async(count, lambda: replayer.replay_to_state("chat"))
            yield f"replay_to_state, {name}", cost
            part = count // 10

            async def iterate():
                result = await EventSourcing.replay("chat", store, to_seq=part - 1)
                async for _ in result:
                    pass

            yield f"async for over a replay, {name}", await clock_async(part, iterate)
        yield "scan_columns", clock(
            count, lambda: sum(len(one) for one in reel.scan_columns(f"{self.folder}/reads"))
        )

    async def at_length(self, kind, store, length, appends):
        """An append to a stream that has `length` events already."""
        recorder = kind.recorder(store, f"s{length}")
        for index in range(length):
            await recorder.record_token("Hello", index)

        async def append():
            for index in range(appends):
                await recorder.record_token("Hello", length + index)

        return await clock_async(appends, append)

    async def files(self):
        for length in (10, 1000):
            own = await self.at_length(EventSourcing, self.store(f"l{length}"), length, 2000)
            yield f"file append at {length} tokens", own
            if l0 is not None:
                path = f"{self.folder}/l0-{length}"
                store = l0.EventSourcing.file(path)
                theirs = await self.at_length(l0.EventSourcing, store, length, 5)
                yield f"L0: file append at {length} tokens", theirs
        if l0 is not None:
            recorder = l0.EventSourcing.recorder(l0.EventSourcing.memory(), "chat")
            cost = await clock_async(CALLS, lambda: each(recorder.record_token))
            yield "L0: await record_token, memory", cost

    async def imports(self):
        def start(code):
            subprocess.run([sys.executable, "-c", code], check=True)

        bare = clock(1, lambda: start("pass"))
        yield "import reel (less an empty interpreter)", clock(1, lambda: start("import reel")) - bare
        whole = "from reel import EventSourcing"
        yield f"{whole}, likewise", clock(1, lambda: start(whole)) - bare


async def one_round():
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        rows = Rows(folder)
        for part in (rows.appends, rows.reads, rows.files, rows.imports):
            async for name, ns in part():
                found[name] = ns
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", help="where to write all figures")
    arguments = parser.parse_args()
    rounds = [asyncio.run(one_round()) for _ in range(arguments.rounds)]
    base = "an empty coroutine, awaited"
    print(f"{'ns an event (import: ns)':44} {'median':>12} {'best':>12} {'x empty':>9}")
    for name in rounds[0]:
        times = [one[name] for one in rounds]
        ratio = statistics.median(one[name] / one[base] for one in rounds)
        print(f"{name:44} {statistics.median(times):12,.0f} {min(times):12,.0f} {ratio:9.2f}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as out:
            json.dump(rounds, out, indent=1)


if __name__ == "__main__":
    main()
