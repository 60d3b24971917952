"""Every block of code of the event-sourcing document runs, with only the module's name changed."""

import re
import textwrap
import types

import pytest
from conftest import run, shared

import reel
from reel import EventSourcing
from reel.eventsourcing import BaseEventStore, EventEnvelope, InMemoryEventStore, TokenEvent

# What the blocks print where the document says so, by the words that they begin with.
PRINTS = {
    "from reel import EventSourcing\n\n# Create an event store": "Hello world\nTokens: 2\n",
    "replayer = EventSourcing.replayer(store)\n\nasync for token": "Hello world",
}
BLOCKS_MIN = 30  # there are some forty


def blocks():
    text = shared("seed/event-sourcing.md").read_text()
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def for_reel(block):
    """The block with the module's name changed. `l0.run` runs a model: it is no event sourcing."""
    return re.sub(r"\bfrom l0\b", "from reel", block)


class RedisEventStore(InMemoryEventStore):
    def __init__(self, connection, prefix, ttl, db):
        super().__init__(prefix, ttl)
        assert (connection, prefix, db) == ("redis://localhost:6379", "l0", 0)


class PostgresEventStore(InMemoryEventStore):
    def __init__(self, pool, prefix):
        super().__init__(prefix)


async def record(recorder, text=("Hello", " world")):
    await recorder.record_start({"model": "gpt-4"})
    for index, token in enumerate(text):
        await recorder.record_token(token, index)
    await recorder.record_guardrail({"violations": [{"rule": "x"}], "passed": False})
    await recorder.record_retry("slow", 1)
    await recorder.record_complete("".join(text), len(text))


async def run_and_record(recorder, model):
    await record(recorder, ("I am ", model))


async def run_model(stream, on_event):
    async for token in stream():
        await on_event(token)


async def context():
    """Names that the blocks use and leave open."""
    store = EventSourcing.memory()
    recorders = [EventSourcing.recorder(store, name) for name in ("one", "two")]
    await record(recorders[0])
    await record(recorders[1], ("Hi",))

    async def tokens(**_):
        for value in ("a", "b"):
            yield value

    completions = types.SimpleNamespace(create=tokens)
    client = types.SimpleNamespace(chat=types.SimpleNamespace(completions=completions))
    import datetime

    return {
        "EventSourcing": EventSourcing,
        "store": store,
        "ttl_ms": 1000,
        "recorder": EventSourcing.recorder(store, "three"),
        "stream_id": "one",
        "stream_id_1": "one",
        "stream_id_2": "two",
        "request_id": "request-1",
        "user_id": "ann",
        "request": types.SimpleNamespace(id="request-1"),
        "user": types.SimpleNamespace(id="ann"),
        "datetime": datetime.datetime,
        "envelope": EventEnvelope("one", 0, TokenEvent(value="x")),
        "config": EventSourcing.Config(type="memory"),
        "state1": EventSourcing.State(),
        "state2": EventSourcing.State(content="x"),
        "adapter_type": "own",
        "factory": lambda config: EventSourcing.memory(),
        "RedisEventStore": RedisEventStore,
        "PostgresEventStore": PostgresEventStore,
        "asyncpg": types.SimpleNamespace(),
        "client": client,
        "l0": types.SimpleNamespace(run=run_model),
        "record_event_to_store": lambda recorder, token: recorder.record_token(token),
        "run_and_record": run_and_record,
        "__name__": "block",
    }


async def run_block(block):
    names = await context()
    body = block.replace("client.chat.completions.create(...)", "client.chat.completions.create()")
    code = "async def block():\n" + textwrap.indent(body + "\nreturn locals()", "    ")
    exec(compile(code, "event-sourcing.md", "exec"), names)
    found = await names["block"]()
    for name, value in (found or {}).items():
        if name.startswith("test_"):
            value.__globals__.update(names)
            await value()
    return names


def pytest_generate_tests(metafunc):
    if "block" in metafunc.fixturenames:
        try:
            found = [for_reel(block) for block in blocks()]
        except pytest.skip.Exception as skipped:
            found = [pytest.param("", marks=pytest.mark.skip(reason=str(skipped)), id="absent")]
        metafunc.parametrize("block", found, ids=lambda block: block.strip().split("\n")[0][:40])


def test_block(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = EventSourcing.list_adapters()
    try:
        run(run_block(block))
    finally:
        for name in EventSourcing.list_adapters():
            if name not in before:
                EventSourcing.unregister_adapter(name)
    for beginning, printed in PRINTS.items():
        if block.startswith(beginning):
            assert capsys.readouterr().out == printed


def test_all_blocks_are_found():
    found = blocks()
    assert len(found) >= BLOCKS_MIN
    for beginning in PRINTS:
        assert any(for_reel(block).startswith(beginning) for block in found), beginning


def test_stores_of_ones_own_as_the_document_writes_them():
    """A class with the protocol's five methods and nothing else works everywhere."""

    class OwnStore:
        def __init__(self):
            self.streams = {}

        async def append(self, stream_id, event):
            assert isinstance(event, EventEnvelope)
            self.streams.setdefault(stream_id, []).append(event)

        async def get_events(self, stream_id):
            return list(self.streams.get(stream_id, []))

        async def exists(self, stream_id):
            return stream_id in self.streams

        async def delete(self, stream_id):
            return self.streams.pop(stream_id, None) is not None

        async def list_streams(self, prefix=None):
            return [one for one in self.streams if one.startswith(prefix or "")]

    async def scenario():
        store = OwnStore()
        assert isinstance(store, reel.eventsourcing.EventStore)
        await record(EventSourcing.recorder(store, "own"))
        assert [one.seq for one in store.streams["own"]] == [0, 1, 2, 3, 4, 5]
        state = await EventSourcing.replayer(store).replay_to_state("own")
        assert (state.content, state.token_count, state.retry_attempts) == ("Hello world", 2, 1)
        meta = await EventSourcing.metadata("own", store)
        assert (meta.event_count, meta.completed, meta.options["model"]) == (6, True, "gpt-4")
        result = await EventSourcing.replay("own", store, from_seq=1, to_seq=2)
        assert [one.event.value async for one in result] == ["Hello", " world"]
        both = EventSourcing.composite([EventSourcing.memory(), store])
        await record(EventSourcing.recorder(both, "own"), ("again",))
        assert [one.seq for one in store.streams["own"]] == list(range(11))
        assert len(await both.get_events("own")) == 5  # the memory store counts for itself
        assert await EventSourcing.with_ttl(store, 10**9).exists("own")
        assert await both.delete("own") is True
        assert not await store.exists("own")

    run(scenario())


def test_stores_of_ones_own_as_l0_writes_them():
    """append wraps what it is given in an envelope of its own."""

    class OwnStore(BaseEventStore):
        def __init__(self):
            super().__init__()
            self.streams = {}

        async def append(self, stream_id, event):
            events = self.streams.setdefault(stream_id, [])
            assert event.type and event.ts >= 0
            events.append(EventEnvelope(stream_id=stream_id, seq=len(events), event=event))

        async def get_events(self, stream_id):
            return list(self.streams.get(stream_id, []))

        async def exists(self, stream_id):
            return stream_id in self.streams

        async def delete(self, stream_id):
            return self.streams.pop(stream_id, None) is not None

        async def list_streams(self, prefix=None):
            return list(self.streams)

    async def scenario():
        store = OwnStore()
        await record(EventSourcing.recorder(store, "own"))
        assert isinstance(store.streams["own"][1].event, TokenEvent)
        state = await EventSourcing.replayer(store).replay_to_state("own")
        assert state.content == "Hello world"

    run(scenario())
