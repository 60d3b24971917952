"""record_* are coroutines like any other, and done at once when awaited."""

import asyncio
import collections.abc
import inspect
import warnings

import pytest
from conftest import run

import reel
from reel import EventSourcing


def recorder_of(tmp_path, kind):
    store = EventSourcing.memory() if kind == "memory" else EventSourcing.file(tmp_path / "s")
    return store, EventSourcing.recorder(store, "a")


@pytest.fixture(params=["memory", "file"])
def made(request, tmp_path):
    return recorder_of(tmp_path, request.param)


def texts(events):
    return [one.event.value for one in events]


def test_awaiting_takes_no_turn_of_the_loop(made):
    store, recorder = made

    async def scenario():
        turns = []
        asyncio.get_running_loop().call_soon(turns.append, 1)
        await recorder.record_start({"model": "m"})
        await recorder.record_token("x", 0)
        await recorder.record_tokens(["y", "z"])
        await recorder.record_complete("xyz", 3)
        assert turns == []
        await asyncio.sleep(0)
        assert turns == [1]

    run(scenario())


def test_tasks_gather_and_timeouts(made):
    store, recorder = made

    async def scenario():
        task = asyncio.create_task(recorder.record_token("a", 0))
        assert "record_token" in repr(task)
        assert await task is None
        await asyncio.gather(*(recorder.record_token(one) for one in "bcd"))
        await asyncio.wait_for(recorder.record_token("e"), timeout=1)
        await asyncio.ensure_future(recorder.record_token("f"))
        await asyncio.shield(recorder.record_tokens(["g", "h"]))
        assert texts(await store.get_events("a")) == list("abcdefgh")
        assert [one.event.index for one in await store.get_events("a")] == list(range(8))
        assert recorder.seq == 8

    run(scenario())


def test_a_task_that_is_cancelled_first_records_nothing(made):
    store, recorder = made

    async def scenario():
        task = asyncio.create_task(recorder.record_token("a", 0))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not await store.exists("a")

    run(scenario())


def test_without_a_loop():
    store = EventSourcing.memory()
    recorder = EventSourcing.recorder(store, "a")
    call = recorder.record_token("x", 0)
    assert isinstance(call, collections.abc.Coroutine) and inspect.isawaitable(call)
    assert asyncio.iscoroutine(call)
    with pytest.raises(StopIteration):
        call.send(None)
    with pytest.raises(RuntimeError, match="already awaited"):
        call.send(None)
    assert recorder.seq == 1


def test_nothing_is_recorded_before_it_is_awaited(made):
    store, recorder = made
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        recorder.record_token("x", 0)
    assert any("never awaited" in str(one.message) for one in caught)
    assert run(store.exists("a")) is False
    call = recorder.record_token("x", 0)
    call.close()  # says nothing then
    call = recorder.record_token("x", 0)
    with pytest.raises(KeyError):
        call.throw(KeyError("k"))
    assert recorder.seq == 0


def test_indexes_follow_each_other(made):
    store, recorder = made

    async def scenario():
        await recorder.record_token("a")
        await recorder.record_token("b", 10)
        await recorder.record_token("c")
        await recorder.record_tokens(["d", "e"], 100)
        await recorder.record_tokens(["f"])
        await recorder.record_tokens([])
        await recorder.record_tokens(str(one) for one in range(2))
        await recorder.record_token("g", index=-5)
        found = [one.event.index for one in await store.get_events("a")]
        assert found == [0, 10, 11, 100, 101, 102, 103, 104, -5]

    run(scenario())


def test_channels(made):
    store, recorder = made

    async def scenario():
        await recorder.record_token("thinking", 0, channel="reasoning")
        await recorder.record_token("{", 0, channel="tool_call", call=1)
        await recorder.record_token("Hi", 0)
        replayer = EventSourcing.replayer(store)
        state = await replayer.replay_to_state("a")
        assert (state.content, state.token_count) == ("Hi", 1)
        events = [one.event for one in await store.get_events("a")]
        assert [(one.channel, one.call) for one in events] == [
            ("reasoning", None),
            ("tool_call", 1),
            (None, None),
        ]
        assert [one async for one in replayer.replay_tokens("a")] == ["Hi"]
        result = await EventSourcing.replay("a", store)
        assert len([one async for one in result]) == 3
        assert result.state == state

    run(scenario())


def test_errors_come_out_of_the_await(made):
    store, recorder = made

    async def scenario():
        with pytest.raises(reel.InvalidArgumentError, match="lone surrogate"):
            await recorder.record_token("\ud800", 0)
        with pytest.raises(reel.InvalidArgumentError):
            await recorder.record_tokens(["a", "\udfff"])
        with pytest.raises(TypeError, match="each value must be a str"):
            await recorder.record_tokens(["a", 1])
        with pytest.raises(TypeError, match="must be a str, not int"):
            await recorder.record_token(1, 0)
        with pytest.raises(TypeError, match="index must be an int"):
            await recorder.record_token("a", "b")
        with pytest.raises(reel.InvalidArgumentError, match="64 bits"):
            await recorder.record_token("a", 2**63)
        with pytest.raises(TypeError, match="needs value"):
            await recorder.record_token(index=1)
        with pytest.raises(TypeError):
            await recorder.record_token("a", 0, colour="red")
        with pytest.raises(TypeError, match="list of str"):
            await recorder.record_tokens("abc")
        with pytest.raises(TypeError, match="list of str, not int"):
            await recorder.record_tokens(3)
        with pytest.raises(TypeError, match="twice"):
            await recorder.record_token("a", 0, index=1)
        assert recorder.seq == 0
        assert not await store.exists("a")

    run(scenario())


def test_the_gist_of_derived_stores_is_kept():
    """A store that overrides append is asked, not the engine below it."""

    class Counting(reel.eventsourcing.InMemoryEventStore):
        appended = 0

        async def append(self, stream_id, event):
            self.appended += 1
            await super().append(stream_id, event)

    async def scenario():
        store = Counting()
        recorder = EventSourcing.recorder(store, "a")
        await recorder.record_token("x", 0)
        await recorder.record_complete("x", 1)
        assert store.appended == 2
        both = EventSourcing.composite([store, EventSourcing.memory()])
        await EventSourcing.recorder(both, "b").record_token("x", 0)
        limited = EventSourcing.with_ttl(store, 1000)
        await EventSourcing.recorder(limited, "c").record_token("x", 0)
        assert store.appended == 4

    run(scenario())


def test_references_are_given_back(tmp_path):
    """Of what is passed to the engine, after calls of every outcome."""
    import sys

    store = EventSourcing.file(tmp_path / "s")
    recorder = EventSourcing.recorder(store, "a")
    log = reel.Log(tmp_path / "l")
    hot = log.recorder("a")
    text, bad, values = "a text " * 5, "\ud800" + "x", ["a text " * 7] * 3
    kept = (text, bad, values, values[0], recorder, hot, store, log)

    async def all_outcomes():
        await recorder.record_token(text, 7)
        await recorder.record_tokens(values, index=7)
        hot.record_token(text, index=8)
        hot.record_tokens(values)
        for call in (
            lambda: recorder.record_token(bad, 0),
            lambda: recorder.record_tokens([text, bad]),
            lambda: recorder.record_tokens([text, 3]),
        ):
            with pytest.raises((reel.ReelError, TypeError)):
                await call()
        for call in (
            lambda: recorder.record_token(text, "b"),
            lambda: recorder.record_token(text, 1, index=2),
            lambda: hot.record_token(bad),
            lambda: hot.record_token(text, 2**70),
            lambda: hot.record_tokens([text, bad]),
        ):
            with pytest.raises((reel.ReelError, TypeError)):
                call()
        recorder.record_token(text, 1).close()
        await store.get_events("a")
        await recorder.record_start({"a": text})

    def counts():
        return [sys.getrefcount(one) for one in kept]

    asyncio.run(all_outcomes())
    before = counts()
    asyncio.run(all_outcomes())
    assert counts() == before
    assert sys.getrefcount(reel._reel.Call) < 100


def test_memory_does_not_grow():
    """A million appends and reads leave nothing behind but what the store keeps."""
    import os
    import resource

    if "asan" in os.environ.get("LD_PRELOAD", ""):
        pytest.skip("AddressSanitizer keeps what is freed")

    async def scenario():
        store = EventSourcing.memory()
        recorder = EventSourcing.recorder(store, "a")

        async def rounds(count):
            for _ in range(count):
                for index in range(1000):
                    await recorder.record_token("x", index)
                await store.get_events("a")
                async for _ in await EventSourcing.replay("a", store):
                    pass
                with pytest.raises(reel.ReelError):
                    await recorder.record_start({"a": float("nan")})
                await store.delete("a")

        await rounds(30)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        await rounds(150)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 4096  # KiB

    asyncio.run(scenario())


def test_who_appends_to_a_store_of_ones_own_takes_turns():
    """Whatever the store is equal to, and whichever loops and threads append."""
    import threading
    from dataclasses import dataclass, field

    @dataclass
    class Own:  # equal to others, and not to be hashed
        kept: list = field(default_factory=list)

        async def append(self, stream_id, envelope):
            await asyncio.sleep(0)
            self.kept.append(envelope)

        async def get_events(self, stream_id):
            await asyncio.sleep(0)
            return list(self.kept)

        async def exists(self, stream_id):
            return bool(self.kept)

        async def get_events_after(self, stream_id, after_seq):
            return [one for one in self.kept if one.seq > after_seq]

        async def get_last_event(self, stream_id):
            return self.kept[-1] if self.kept else None

        async def list_streams(self):
            return ["a"]

        async def delete(self, stream_id):
            self.kept.clear()

    store = Own()

    async def scenario():
        recorders = [EventSourcing.recorder(store, "a") for _ in range(3)]
        await asyncio.gather(*(one.record_token("x") for one in recorders for _ in range(4)))

    threads = [threading.Thread(target=asyncio.run, args=(scenario(),)) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert [one.seq for one in store.kept] == list(range(36))
