"""What the stores do: TTL, prefixes, composites, snapshots, deleting, adapters, comparing."""

import asyncio
import pickle

import pytest
from conftest import run

import reel
from reel import EventSourcing
from reel.eventsourcing import Snapshot, StorageAdapterConfig, TokenEvent
from reel.types import now_ms


async def tokens(store, stream_id, *values):
    await EventSourcing.recorder(store, stream_id).record_tokens(list(values))


async def texts(store, stream_id):
    return [one.event.value for one in await store.get_events(stream_id)]


@pytest.fixture(params=["memory", "file"])
def make(request, tmp_path):
    if request.param == "memory":
        return lambda **options: EventSourcing.memory(**options)
    return lambda **options: EventSourcing.file(tmp_path / "s", **options)


def test_reading(make):
    async def scenario():
        store = make()
        assert await store.get_events("a") == []
        assert await store.get_last_event("a") is None
        assert await EventSourcing.metadata("a", store) is None
        assert await EventSourcing.replayer(store).replay_to_state("a") == EventSourcing.State()
        assert [one async for one in await EventSourcing.replay("a", store)] == []
        await tokens(store, "b", "x", "y", "z")
        await tokens(store, "a", "x")
        await tokens(store, "ba", "x")
        assert await store.list_streams() == ["b", "a", "ba"]
        assert await store.list_streams(prefix="b") == ["b", "ba"]
        assert await store.list_streams("") == ["b", "a", "ba"]
        assert [one.seq for one in await store.get_events_after("b", 0)] == [1, 2]
        assert [one.seq for one in await store.get_events_after("b", -7)] == [0, 1, 2]
        assert await store.get_events_after("b", 2**64 - 1) == []
        assert (await store.get_last_event("b")).event.value == "z"
        events = await store.get_events("b")
        assert pickle.loads(pickle.dumps(events)) == events
        assert await store.delete("b") is True
        assert await store.delete("b") is False
        await tokens(store, "b", "new")
        assert (await store.get_events("b"))[0].seq == 0

    run(scenario())


def test_ttl(make):
    async def scenario():
        store = make(ttl=60_000)
        now = now_ms()
        for age in (120_000, 30_000, 0):
            await store.append("a", TokenEvent(ts=now - age, value=str(age)))
        assert [one.seq for one in await store.get_events("a")] == [1, 2]
        state = await EventSourcing.replayer(store).replay_to_state("a")
        assert state.content == "300000"
        assert (await EventSourcing.metadata("a", store)).event_count == 2
        result = await EventSourcing.replay("a", store)
        assert [one.seq async for one in result] == [1, 2]

    run(scenario())


def test_with_ttl(make):
    async def scenario():
        base = make()
        now = now_ms()
        await base.append("a", TokenEvent(ts=now - 5000, value="old"))
        await base.append("a", TokenEvent(ts=now + 60_000, value="new"))
        limited = EventSourcing.with_ttl(base, ttl_ms=1000)
        assert await texts(limited, "a") == ["new"]
        assert [one.seq for one in await limited.get_events_after("a", 0)] == [1]
        assert len(await base.get_events("a")) == 2
        assert await texts(EventSourcing.with_ttl(base, 0), "a") == ["new"]
        await EventSourcing.recorder(limited, "a").record_token("seen", 2)
        assert (await limited.get_last_event("a")).seq == 2
        assert await base.list_streams() == await limited.list_streams()
        assert await limited.delete("a") is True
        assert not await base.exists("a")
        with pytest.raises(reel.InvalidArgumentError):
            EventSourcing.with_ttl(base, 1.5)

    run(scenario())


def test_prefixes_are_namespaces(tmp_path):
    async def scenario():
        one = EventSourcing.file(tmp_path, prefix="one")
        two = EventSourcing.file(tmp_path, prefix="two")
        await tokens(one, "a", "x")
        assert await two.list_streams() == []
        await tokens(two, "a", "y")
        assert await texts(one, "a") == ["x"] and await texts(two, "a") == ["y"]

    run(scenario())


def test_composite(tmp_path):
    async def scenario():
        memory, file = EventSourcing.memory(), EventSourcing.file(tmp_path / "s")
        both = EventSourcing.composite([memory, file], primary_index=1)
        await tokens(both, "a", "x", "y")
        recorder = EventSourcing.recorder(both, "a")
        await recorder.record_complete("xy", 2)
        assert len(await memory.get_events("a")) == len(await file.get_events("a")) == 3
        await memory.append("a", TokenEvent(value="only here"))
        with pytest.raises(reel.CompositeStoreError) as caught:
            await recorder.record_token("z", 2)
        error = caught.value
        assert str(error).startswith("Partial failure writing to CompositeEventStore: ")
        assert sorted(error.succeeded_indices + error.failed_indices) == [0, 1]
        assert all(isinstance(one, reel.SequenceError) for one in error.errors)
        with pytest.raises(reel.CompositeStoreError, match="2/2 stores failed"):
            await both.append("a", reel.EventSourcing.Envelope("a", 77, TokenEvent()))
        assert await both.delete("a") is True
        assert await both.delete("a") is False
        for bad in ([], [memory]):
            with pytest.raises(ValueError):
                EventSourcing.composite(bad, primary_index=1)

    run(scenario())


def test_composite_with_a_failing_store():
    class Failing:
        async def append(self, stream_id, event):
            raise OSError("no such database")

        async def get_events(self, stream_id):
            return []

        async def exists(self, stream_id):
            return False

        async def delete(self, stream_id):
            raise OSError("no such database")

        async def list_streams(self, prefix=None):
            return []

    async def scenario():
        memory = EventSourcing.memory()
        both = EventSourcing.composite([memory, Failing()])
        with pytest.raises(reel.CompositeStoreError, match="writing to .*: 1/2 stores") as caught:
            await EventSourcing.recorder(both, "a").record_token("x", 0)
        assert (caught.value.succeeded_indices, caught.value.failed_indices) == ([0], [1])
        assert isinstance(caught.value.errors[0], OSError)
        assert await texts(memory, "a") == ["x"]
        with pytest.raises(reel.CompositeStoreError, match="deleting from"):
            await both.delete("a")

    run(scenario())


def test_repair():
    async def scenario():
        one, two = EventSourcing.memory(), EventSourcing.memory()
        await tokens(one, "a", "x", "y")
        both = EventSourcing.composite([one, two])
        assert both.repair() == 2
        assert await texts(two, "a") == ["x", "y"]

    run(scenario())


def test_snapshots(make):
    async def scenario():
        store = make()
        await tokens(store, "a", "x", "y")
        for seq in (5, 1):
            await store.save_snapshot(
                Snapshot("a", seq, 1.5, f"at {seq}", 2, "c", violations=[{"r": 1}], completed=True)
            )
        assert (await store.get_snapshot("a")).seq == 1
        assert (await store.get_snapshot_before("a", 9)).seq == 5
        found = await store.get_snapshot_before("a", 4)
        assert found == Snapshot(
            "a", 1, 1.5, "at 1", 2, "c", violations=[{"r": 1}], completed=True
        )
        assert await store.get_snapshot_before("a", 0) is None
        assert await store.get_snapshot_before("a", -1) is None
        assert await store.get_snapshot("b") is None
        error = reel.eventsourcing.SerializedError("E", "m")
        await store.save_snapshot(Snapshot("a", 6, 1.5, "", 0, "", error=error))
        assert (await store.get_snapshot("a")).error == error
        with pytest.raises(reel.InvalidArgumentError):
            await store.save_snapshot(Snapshot("a", -1, 1.5, "", 0, ""))
        assert isinstance(store, reel.eventsourcing.EventStoreWithSnapshots)

    run(scenario())


def test_memory_store_counts():
    async def scenario():
        store = EventSourcing.memory()
        await tokens(store, "a", "x", "y")
        await tokens(store, "b", "x")
        assert (store.get_stream_count(), store.get_total_event_count()) == (2, 3)
        store.clear()
        assert (store.get_stream_count(), store.get_total_event_count()) == (0, 0)

    run(scenario())


def test_adapters(tmp_path):
    async def scenario():
        made = []

        def factory(config):
            made.append(config)
            return EventSourcing.memory()

        async def slow_factory(config):
            await asyncio.sleep(0)
            return factory(config)

        config = StorageAdapterConfig(type="own", options={"a": 1})
        try:
            EventSourcing.register_adapter("own", factory)
            EventSourcing.register_adapter("slow", slow_factory)
            assert EventSourcing.list_adapters() == ["memory", "file", "own", "slow"]
            await EventSourcing.create(config)
            assert made == [config] and made[0] is config
            store = await EventSourcing.create(StorageAdapterConfig(type="slow"))
            assert await store.list_streams() == []
            EventSourcing.register_adapter("own", lambda config: None)
            with pytest.raises(reel.InvalidArgumentError, match="None"):
                await EventSourcing.create(config)
        finally:
            assert EventSourcing.unregister_adapter("own") is True
            assert EventSourcing.unregister_adapter("slow") is True
        assert EventSourcing.unregister_adapter("own") is False
        with pytest.raises(ValueError) as caught:
            await EventSourcing.create(StorageAdapterConfig(type="Memory"))
        assert str(caught.value) == (
            'Unknown storage adapter type: "Memory". Available adapters: memory, file'
        )
        file = await EventSourcing.create(
            StorageAdapterConfig("file", str(tmp_path / "e"), options={"sync_interval_ms": 100})
        )
        await tokens(file, "a", "x")
        assert (tmp_path / "e").is_dir()
        for bad in ("", None):
            with pytest.raises(ValueError):
                EventSourcing.register_adapter(bad, factory)
        with pytest.raises(TypeError):
            EventSourcing.register_adapter("x", "not callable")

    run(scenario())


def test_replays(make):
    async def scenario():
        store = make()
        recorder = EventSourcing.recorder(store, "a")
        await recorder.record_start({"model": "m"})
        await recorder.record_tokens([f"t{i} " for i in range(1000)])
        result = await EventSourcing.replay("a", store)
        assert result.state == EventSourcing.State()
        seen = 0
        async for envelope in result:
            seen += 1
            assert envelope.seq == seen - 1
            if seen == 5:
                held = result.state
                await recorder.record_token("later")  # is not seen by this iteration
            if seen == 500:
                break
        assert held is result.state and held.token_count == 499
        assert len([one async for one in result]) == 1002
        assert result.state.token_count == 1001 and held.token_count == 499
        assert await EventSourcing.replayer(store).replay_to_state("a") == result.state
        for first, last, count in ((5, 7, 3), (-3, 0, 1), (7, 5, 0), (0, -1, 0), (1001, None, 1)):
            part = await EventSourcing.replay("a", store, from_seq=first, to_seq=last)
            assert len([one async for one in part]) == count
        at = await EventSourcing.replayer(store).replay_to_state("a", to_seq=3)
        assert at.content == "t0 t1 t2 "
        with pytest.raises(reel.InvalidArgumentError):
            await EventSourcing.replay("a", store, speed=float("nan"))

    run(scenario())


def test_callbacks(make):
    async def scenario():
        store = make()
        recorder = EventSourcing.recorder(store, "a")
        await recorder.record_token("x", 0)
        await recorder.record_guardrail({"violations": [{"r": 1}, {"r": 2}]})
        await recorder.record_retry("slow", 3)
        calls = []
        result = await EventSourcing.replay("a", store, fire_callbacks=True)
        result.set_callbacks(
            on_token=lambda token: calls.append(("token", token, result.state.content)),
            on_violation=lambda violation: calls.append(("violation", violation)),
            on_retry=lambda attempt, reason: calls.append(("retry", attempt, reason)),
        )
        result.set_callbacks(on_token=None, on_event=lambda one: calls.append(one.event.type))
        async for _ in result:
            pass
        assert calls == [
            ("token", "x", "x"),
            "TOKEN",
            ("violation", {"r": 1}),
            ("violation", {"r": 2}),
            "GUARDRAIL",
            ("retry", 3, "slow"),
            "RETRY",
        ]
        calls.clear()
        quiet = await EventSourcing.replay("a", store)
        quiet.set_callbacks(on_event=calls.append)
        async for _ in quiet:
            pass
        assert calls == []

        def fail(_):
            raise KeyError("from the callback")

        result.set_callbacks(on_token=fail)
        with pytest.raises(KeyError):
            async for _ in result:
                pass

    run(scenario())


def test_speed():
    async def scenario():
        store = EventSourcing.memory()
        for index, ts in enumerate((1000, 1100, 1050, 1200)):
            await store.append("a", TokenEvent(ts=ts, value="x", index=index))
        loop = asyncio.get_running_loop()
        begin = loop.time()
        result = await EventSourcing.replay("a", store, speed=2)
        assert len([one async for one in result]) == 4
        assert 0.12 <= loop.time() - begin < 5  # 100 + 150 ms, at twice the speed
        begin = loop.time()
        tokens = [one async for one in EventSourcing.replayer(store).replay_tokens("a", speed=10)]
        assert len(tokens) == 4 and loop.time() - begin >= 0.02

    run(scenario())


def test_a_closed_store(tmp_path):
    async def scenario():
        store = EventSourcing.file(tmp_path / "s")
        recorder = EventSourcing.recorder(store, "a")
        await recorder.record_token("x", 0)
        store.sync()
        store.close()
        store.close()
        for call in (recorder.record_token("y"), recorder.record_complete("y", 1),
                     store.get_events("a"), store.append("a", TokenEvent())):  # fmt: skip
            with pytest.raises(reel.ClosedError):
                await call
        assert await texts(EventSourcing.file(tmp_path / "s"), "a") == ["x"]

    run(scenario())


def test_wrong_options(tmp_path):
    for options, kind in (
        ({"colour": 1}, TypeError),
        ({"overflow": "sometimes"}, reel.InvalidArgumentError),
        ({"arena_bytes": -1}, reel.InvalidArgumentError),
        ({"arena_bytes": "much"}, reel.InvalidArgumentError),
        ({"sync_interval_ms": 2**40}, reel.InvalidArgumentError),
    ):
        with pytest.raises(kind) as caught:
            EventSourcing.file(tmp_path / "s", **options)
        assert next(iter(options)) in str(caught.value)


def test_folders_that_are_no_stores(tmp_path):
    async def scenario():
        (tmp_path / "letter.txt").write_text("Dear")
        store = EventSourcing.file(tmp_path)
        with pytest.raises(reel.NotAStoreError) as caught:
            await EventSourcing.recorder(store, "a").record_token("x", 0)
        assert str(tmp_path) in str(caught.value)
        with pytest.raises(reel.NotFoundError):
            EventSourcing.read_only(tmp_path / "nowhere")
        with pytest.raises(OSError):
            await EventSourcing.recorder(
                EventSourcing.file(tmp_path / "letter.txt" / "s"), "a"
            ).record_token("x", 0)

    run(scenario())
