"""reel as a storage adapter of L0: with the real package where it is installed, else with a
stand-in that has its shapes."""

import dataclasses
import enum
import inspect
import sys
import types
from typing import Any, Optional

import pytest
from conftest import run

import reel
from reel import l0_adapter


def stand_in():
    """Of l0.eventsourcing, what an adapter meets: dataclasses, the registry, recorder, replayer."""
    names = "START TOKEN CHECKPOINT GUARDRAIL DRIFT RETRY FALLBACK CONTINUATION COMPLETE ERROR"
    module = types.ModuleType("l0.eventsourcing")
    kinds = enum.Enum("RecordedEventType", [(one, one) for one in names.split()], type=str)
    module.RecordedEventType = kinds

    def add(name, *members):
        made = [
            (key, Any, dataclasses.field(default_factory=value) if callable(value) else value)
            for key, value in members
        ]
        setattr(module, name, dataclasses.make_dataclass(name, made))
        return getattr(module, name)

    options = [(one, None) for one in ("prompt", "model", "retry", "timeout", "check_intervals")]
    switches = [("continue_from_checkpoint", False), ("detect_drift", False),
                ("detect_zero_tokens", False)]  # fmt: skip
    counts = [("fallback_count", 0), ("guardrail_count", 0), ("metadata", None)]
    serialized_options = add("SerializedOptions", *options, *switches, *counts)
    error = dataclasses.make_dataclass(
        "SerializedError",
        ["name", "message"]
        + [(one, Optional[Any], None) for one in ("code", "stack", "metadata")],
    )
    module.SerializedError = error
    decisions = [("should_retry", False), ("should_halt", False)]
    guardrail = add("GuardrailEventResult", ("violations", list), *decisions)
    drift = add("DriftEventResult", ("detected", False), ("types", list), ("confidence", 0.0))

    def event(name, kind, *members):
        add(name, ("type", kinds[kind]), ("ts", 0.0), *members)

    event("StartEvent", "START", ("options", serialized_options))
    event("TokenEvent", "TOKEN", ("value", ""), ("index", 0))
    event("CheckpointEvent", "CHECKPOINT", ("at", 0), ("content", ""))
    event("GuardrailEvent", "GUARDRAIL", ("at", 0), ("result", guardrail))
    event("DriftEvent", "DRIFT", ("at", 0), ("result", drift))
    event("RetryEvent", "RETRY", ("reason", ""), ("attempt", 1), ("counts_toward_limit", True))
    event("FallbackEvent", "FALLBACK", ("to", 0))
    event("ContinuationEvent", "CONTINUATION", ("checkpoint", ""), ("at", 0))
    event("CompleteEvent", "COMPLETE", ("content", ""), ("token_count", 0))
    event("ErrorEvent", "ERROR", ("error", lambda: error("", "")), ("failure_type", ""),
          ("recovery_strategy", ""), ("policy", ""))  # fmt: skip
    envelope = ["stream_id", "seq", "event"]
    module.EventEnvelope = dataclasses.make_dataclass("EventEnvelope", envelope)
    state = [("content", ""), ("token_count", 0), ("checkpoint", ""), ("violations", list),
             ("drift_detected", False), ("retry_attempts", 0), ("network_retry_count", 0),
             ("fallback_index", 0)]  # fmt: skip
    add("ReplayedState", *state, ("completed", False), ("error", None), ("start_ts", 0.0),
        ("end_ts", 0.0))  # fmt: skip
    module.Snapshot = dataclasses.make_dataclass(
        "Snapshot",
        ["stream_id", "seq", "ts", "content", "token_count", "checkpoint"]
        + [("violations", list, dataclasses.field(default_factory=list))]
        + [(one, Any, value) for one, value in state[4:]],
    )
    add("StorageAdapterConfig", ("type", ""), ("connection", None), ("prefix", "l0"), ("ttl", 0),
        ("options", dict))  # fmt: skip
    factories = {}

    class EventSourcing:
        @staticmethod
        def register_adapter(name, factory):
            factories[name] = factory

        @staticmethod
        async def create(config):
            made = factories[config.type](config)
            return await made if inspect.isawaitable(made) else made

    module.EventSourcing = EventSourcing
    return module


@pytest.fixture(params=["stand-in", "real"])
def l0(request, monkeypatch):
    if request.param == "real":
        return pytest.importorskip("l0.eventsourcing", reason="the package l0 is not installed")
    module = stand_in()
    monkeypatch.setitem(sys.modules, "l0", types.ModuleType("l0"))
    monkeypatch.setitem(sys.modules, "l0.eventsourcing", module)
    return module


def every_event(l0):
    return [
        l0.StartEvent(ts=1.5, options=l0.SerializedOptions(model="m", metadata={"a": [1, 2.5]})),
        l0.TokenEvent(ts=2.0, value="Grüße", index=0),
        l0.CheckpointEvent(ts=3.0, at=1, content="Grüße"),
        l0.GuardrailEvent(
            ts=4.0, at=1, result=l0.GuardrailEventResult([{"rule": "r"}], True, False)
        ),
        l0.DriftEvent(ts=5.0, at=1, result=l0.DriftEventResult(True, ["tone"], 0.75)),
        l0.RetryEvent(ts=6.0, reason="slow", attempt=2, counts_toward_limit=False),
        l0.FallbackEvent(ts=7.0, to=1),
        l0.ContinuationEvent(ts=8.0, checkpoint="Gr", at=1),
        l0.CompleteEvent(ts=9.0, content="Grüße", token_count=1),
        l0.ErrorEvent(
            ts=10.0,
            error=l0.SerializedError("E", "m", "c", "stack", {"k": 1}),
            failure_type="network",
            recovery_strategy="retry",
            policy="p",
        ),
    ]


def test_events_go_there_and_back(l0):
    for event in every_event(l0):
        own = l0_adapter.from_l0(event)
        assert type(own).__module__ == "reel.types"
        back = l0_adapter.to_l0(own)
        assert type(back) is type(event)
        assert back == event
        envelope = l0.EventEnvelope("s", 3, event)
        assert l0_adapter.to_l0(l0_adapter.from_l0(envelope)) == envelope


def test_states_and_snapshots_go_there_and_back(l0):
    state = l0.ReplayedState(content="x", error=l0.SerializedError("E", "m"), end_ts=2.0)
    own = l0_adapter.from_l0(state)
    assert isinstance(own, reel.EventSourcing.State) and own.error.name == "E"
    assert l0_adapter.to_l0(own) == state
    snapshot = l0.Snapshot("s", 4, 1.0, "text", 2, "t", violations=[{"a": 1}])
    assert l0_adapter.to_l0(l0_adapter.from_l0(snapshot)) == snapshot


def test_a_store_by_the_adapter(l0, tmp_path):
    async def scenario():
        l0_adapter.register()
        store = await l0.EventSourcing.create(
            l0.StorageAdapterConfig(
                type="reel", connection=str(tmp_path / "e"), options={"sync_interval_ms": 500}
            )
        )
        for event in every_event(l0):
            await store.append("chat", event)
        found = await store.get_events("chat")
        assert [one.seq for one in found] == list(range(10))
        assert [one.event for one in found] == every_event(l0)
        assert all(type(one) is l0.EventEnvelope for one in found)
        assert (await store.get_last_event("chat")).seq == 9
        assert [one.seq for one in await store.get_events_after("chat", 7)] == [8, 9]
        assert await store.exists("chat") and not await store.exists("other")
        assert await store.list_streams() == ["chat"]
        snapshot = l0.Snapshot("chat", 4, 1.0, "text", 2, "t")
        await store.save_snapshot(snapshot)
        assert await store.get_snapshot("chat") == snapshot
        assert await store.get_snapshot_before("chat", 3) is None
        # The same folder through reel itself; and its reasoning, which L0 has no place for.
        own = reel.EventSourcing.file(tmp_path / "e")
        assert (await reel.EventSourcing.replayer(own).replay_to_state("chat")).content == "Grüße"
        await reel.EventSourcing.recorder(own, "chat").record_token("hm", 0, channel="reasoning")
        assert len(await store.get_events("chat")) == 10
        assert (await store.get_last_event("chat")).seq == 9
        assert await store.delete("chat") is True
        assert await store.get_events("chat") == []

    run(scenario())


def test_l0s_recorder_and_replayer(l0, tmp_path):
    if not hasattr(l0, "EventRecorder"):
        pytest.skip("only with the package l0 itself, which is not installed")

    async def scenario():
        l0_adapter.register()
        store = await l0.EventSourcing.create(
            l0.StorageAdapterConfig(type="reel", connection=str(tmp_path / "e"))
        )
        recorder = l0.EventSourcing.recorder(store, "chat")
        await recorder.record_start({"model": "m"})
        await recorder.record_token("Hello", 0)
        await recorder.record_error(RuntimeError("boom"))
        theirs = await l0.EventSourcing.replayer(store).replay_to_state("chat")
        ours = await reel.EventSourcing.replayer(store.store).replay_to_state("chat")
        assert l0_adapter.from_l0(theirs) == ours
        assert ours.error.name == "RuntimeError"

    run(scenario())


def test_without_l0(monkeypatch):
    monkeypatch.setitem(sys.modules, "l0", None)
    monkeypatch.setitem(sys.modules, "l0.eventsourcing", None)
    with pytest.raises(reel.NotFoundError, match="install it"):
        l0_adapter.register()
