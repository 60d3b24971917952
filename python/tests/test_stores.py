"""What the stores do: TTL, prefixes, composites, snapshots, deleting."""

import pickle

import pytest
from conftest import run

import reel
from reel import EventSourcing
from reel.eventsourcing import Snapshot, TokenEvent
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


def test_what_is_no_store():
    for call in (
        lambda: EventSourcing.recorder(None),
        lambda: EventSourcing.replayer("memory"),
        lambda: EventSourcing.with_ttl(3, 1000),
        lambda: run(EventSourcing.metadata(EventSourcing.memory(), "a")),
        lambda: run(EventSourcing.replay("a", {})),
        lambda: EventSourcing.memory(prefix=3),
        lambda: EventSourcing.file(3),
    ):
        with pytest.raises(TypeError) as caught:
            call()
        assert "incompatible function" not in str(caught.value)


def test_numbers_beyond_any_seq(make):
    async def scenario():
        store = make()
        await tokens(store, "a", "x")
        assert await store.get_events_after("a", 2**70) == []
        assert await store.get_snapshot_before("a", 2**70) is None
        result = await EventSourcing.replay("a", store, from_seq=2**70, to_seq=2**80)
        assert [one async for one in result] == []
        result = await EventSourcing.replay("a", store, from_seq=-(2**70), to_seq=2**80)
        assert len([one async for one in result]) == 1

    run(scenario())


def test_paths_that_are_not_utf_8(tmp_path):
    async def scenario():
        path = bytes(tmp_path) + b"/\xff\xfe"
        await tokens(EventSourcing.file(path), "a", "x")
        assert await texts(EventSourcing.read_only(path), "a") == ["x"]
        with reel.Log(path) as log:
            assert log.recorder("a").next_seq == 1
        assert sum(len(one) for one in reel.scan_columns(path)) == 1

    run(scenario())
