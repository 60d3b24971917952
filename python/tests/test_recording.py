"""The argument habits of the document and of L0's code, and what is refused."""

import dataclasses
import math

import pytest
from conftest import run

import reel
from reel import EventSourcing
from reel.eventsourcing import (
    DriftEventResult,
    EventEnvelope,
    GuardrailEventResult,
    RecordedEventType,
    SerializedError,
    SerializedOptions,
    TokenEvent,
)


@pytest.fixture(params=["memory", "file", "log"])
def last_of(request, tmp_path):
    """Calls a record_* method and answers the event that it made."""

    def of_store(store):
        async def last(method, *args, **kwargs):
            recorder = EventSourcing.recorder(store, "a")
            await getattr(recorder, method)(*args, **kwargs)
            return (await store.get_last_event("a")).event

        return lambda *args, **kwargs: run(last(*args, **kwargs))

    if request.param == "memory":
        return of_store(EventSourcing.memory())
    if request.param == "file":
        return of_store(EventSourcing.file(tmp_path / "s"))
    log = reel.Log(tmp_path / "s")
    recorder = log.recorder("a")

    def of_log(method, *args, **kwargs):
        getattr(recorder, method)(*args, **kwargs)
        return run(EventSourcing.read_only(tmp_path / "s").get_last_event("a")).event

    return of_log


def test_start(last_of):
    event = last_of("record_start", {"model": "m", "temperature": 0.7, "deep": {"a": [1, None]}})
    assert event.type == RecordedEventType.START == "START"
    assert event.options.model == "m"
    assert event.options.temperature == event.options["temperature"] == 0.7
    assert event.options == {"model": "m", "temperature": 0.7, "deep": {"a": [1, None]}}
    assert list(event.options) == ["model", "temperature", "deep"]
    with pytest.raises(KeyError):
        event.options["prompt"]
    assert event.options.prompt is None
    with pytest.raises(AttributeError, match="not recorded"):
        event.options.colour
    event = last_of("record_start", SerializedOptions(model="m", detect_drift=True))
    assert event.options == {"model": "m", "detect_drift": True}
    assert last_of("record_start").options == {}
    assert event.ts > 1e12


def test_checkpoint_and_continuation(last_of):
    for args, kwargs in (
        (("Hello", 1), {}),
        ((1, "Hello"), {}),
        ((), {"content": "Hello", "at": 1}),
    ):
        event = last_of("record_checkpoint", *args, **kwargs)
        assert (event.type, event.content, event.at) == ("CHECKPOINT", "Hello", 1)
    event = last_of("record_continuation", checkpoint="Hello", at=1)
    assert (event.checkpoint, event.at) == ("Hello", 1)
    assert last_of("record_continuation", "Hello", 1).checkpoint == "Hello"


def test_guardrail_and_drift(last_of):
    result = {"passed": True, "violations": [{"rule": "r"}], "score": 3}
    event = last_of("record_guardrail", result=result, check_type="content")
    assert (event.at, event.check_type) == (0, "content")
    assert event.result == result and event.result.passed is True
    assert event.result.violations == [{"rule": "r"}] and event.result["score"] == 3
    assert last_of("record_guardrail", 5, result).at == 5
    assert last_of("record_guardrail", result, "content").check_type == "content"
    made = GuardrailEventResult(violations=[{"rule": "r"}], should_halt=True)
    event = last_of("record_guardrail", at=2, result=made)
    assert event.result == made and event.result.should_halt
    event = last_of("record_drift", result={"detected": True, "type": None})
    assert event.result.detected is True and event.result == {"detected": True, "type": None}
    event = last_of("record_drift", 4, DriftEventResult(detected=True, types=["tone"]))
    assert (event.at, event.result.types, event.result.confidence) == (4, ["tone"], 0.0)


def test_retry_and_fallback(last_of):
    event = last_of(
        "record_retry", attempt=1, reason="slow", delay=1000, counts_toward_limit=False
    )
    assert (event.attempt, event.reason, event.delay, event.counts_toward_limit) == (
        1,
        "slow",
        1000,
        False,
    )
    event = last_of("record_retry", "slow", 2)
    assert (event.attempt, event.reason, event.delay, event.counts_toward_limit) == (
        2,
        "slow",
        None,
        True,
    )
    assert last_of("record_retry", "slow", 2, False).counts_toward_limit is False
    event = last_of("record_retry", 3, "slow", 250.5)
    assert (event.attempt, event.reason, event.delay, event.counts_toward_limit) == (
        3,
        "slow",
        250.5,
        True,
    )
    event = last_of("record_fallback", from_index=0, to_index=1, reason="r")
    assert (event.from_, event.to, event.reason) == (0, 1, "r")
    assert last_of("record_fallback", 2).to == 2
    event = last_of("record_fallback", 0, 1, "r")
    assert (event.from_, event.to, event.reason) == (0, 1, "r")


def test_errors_as_events(last_of):
    event = last_of("record_error", error={"name": "TimeoutError", "message": "late", "more": 1})
    assert (event.error.name, event.error.message, event.error.extra) == (
        "TimeoutError",
        "late",
        {"more": 1},
    )

    class OwnError(Exception):
        code = "E7"
        metadata = {"k": [1]}

    try:
        raise OwnError("boom")
    except OwnError as error:
        event = last_of("record_error", error, "network", "retry", "p")
    assert (event.error.name, event.error.message, event.error.code) == ("OwnError", "boom", "E7")
    assert event.error.metadata == {"k": [1]} and "raise OwnError" in event.error.stack
    assert (event.failure_type, event.recovery_strategy, event.policy) == ("network", "retry", "p")
    event = last_of("record_error", SerializedError("E", "m"))
    assert event.error == SerializedError("E", "m")


@pytest.mark.parametrize(
    "method, args, kwargs, kind, words",
    [
        ("record_start", ({"a": math.nan},), {}, reel.InvalidArgumentError, "not JSON"),
        ("record_start", ({"a": object()},), {}, reel.InvalidArgumentError, "convert it first"),
        ("record_start", ({"a": "\ud800"},), {}, reel.InvalidArgumentError, "surrogate"),
        ("record_start", ({"a": 2**70},), {}, reel.InvalidArgumentError, ""),
        ("record_start", ({1: 1, "1": 2},), {}, reel.InvalidArgumentError, ""),
        ("record_start", ([1],), {}, TypeError, "must be a dict"),
        ("record_checkpoint", ("x",), {}, TypeError, "needs at"),
        ("record_checkpoint", ("x", 1.5), {}, reel.InvalidArgumentError, "at"),
        ("record_guardrail", (), {}, TypeError, "needs result"),
        ("record_guardrail", (), {"result": 3}, TypeError, "must be a dict"),
        ("record_retry", ("slow",), {}, TypeError, "needs attempt"),
        ("record_fallback", (), {}, TypeError, "needs to"),
        ("record_complete", ("x",), {}, TypeError, "needs token_count"),
        ("record_complete", (3, 4), {}, reel.InvalidArgumentError, "content"),
        ("record_error", ("text",), {}, TypeError, "exception, a dict"),
        ("record_error", ({"message": "x"},), {}, reel.InvalidArgumentError, "name"),
        ("record", ("text",), {}, TypeError, "an event has a type and a ts"),
        ("record", (TokenEvent(ts=math.inf),), {}, reel.InvalidArgumentError, ""),
        ("record", (TokenEvent(ts="soon"),), {}, reel.InvalidArgumentError, "ts must be"),
        ("record", (TokenEvent(value=3),), {}, reel.InvalidArgumentError, "value"),
    ],
)
def test_rubbish_is_refused_in_words(last_of, method, args, kwargs, kind, words):
    with pytest.raises(kind) as caught:
        last_of(method, *args, **kwargs)
    assert words in str(caught.value) and len(str(caught.value)) > 15
    assert issubclass(kind, (TypeError, reel.ReelError))


def test_deep_and_circular_objects(last_of):
    deep = {}
    at = deep
    for _ in range(100_000):
        at["a"] = {}
        at = at["a"]
    circular = {}
    circular["self"] = circular
    for options in (deep, circular):
        with pytest.raises(reel.InvalidArgumentError):
            last_of("record_start", options)


def test_results_are_free_form():
    async def scenario():
        store = EventSourcing.memory()
        recorder = EventSourcing.recorder(store, "a")
        await recorder.record_guardrail({"violations": 3})
        await recorder.record_drift({"detected": "perhaps"})
        result = await EventSourcing.replay("a", store)
        assert len([one async for one in result]) == 2
        assert result.state == await EventSourcing.replayer(store).replay_to_state("a")

    run(scenario())


def test_unknown_types_and_members_are_kept(last_of):
    event = {"type": "AUDIT", "ts": 5.5, "who": {"id": 7}}
    found = last_of("record", event)
    assert (found.type, found.ts, found.extra) == ("AUDIT", 5.5, {"who": {"id": 7}})
    again = last_of("record", found)
    assert again == found
    token = {"type": "TOKEN", "ts": 1, "value": "x", "index": 0, "logprob": -0.25}
    assert last_of("record", token).extra == {"logprob": -0.25}
    plain = last_of("record", TokenEvent(ts=1.5, value="y", index=3))
    assert plain == TokenEvent(ts=1.5, value="y", index=3) and plain.extra == {}
    assert dataclasses.asdict(plain)["value"] == "y"


def test_expected_seqs():
    async def scenario():
        store = EventSourcing.memory()
        token = TokenEvent(ts=1.0, value="x")
        await store.append("a", token)
        await store.append("a", EventEnvelope("a", 1, token))
        with pytest.raises(reel.SequenceError):
            await store.append("a", EventEnvelope("a", 1, token))
        wrapped = EventEnvelope("a", 2, EventEnvelope("a", 7, token))
        assert wrapped.event is token
        recorder = EventSourcing.recorder(store, "a")
        await recorder.record(wrapped)
        with pytest.raises(reel.SequenceError):
            await recorder.record(wrapped)
        assert recorder.seq == 1
        assert len(await store.get_events("a")) == 3

    run(scenario())


def test_ids(tmp_path):
    async def scenario():
        store = EventSourcing.file(tmp_path / "s")
        for bad in ("", "a b", "../a", "ä", "a.b"):
            for call in (
                store.append(bad, TokenEvent()),
                store.get_events(bad),
                store.exists(bad),
                store.delete(bad),
                store.get_last_event(bad),
                store.get_events_after(bad, 0),
                EventSourcing.metadata(bad, store),
            ):
                with pytest.raises(ValueError, match="Invalid stream ID"):
                    await call
        with pytest.raises(ValueError, match="Invalid stream ID"):
            await EventSourcing.recorder(store, "a b").record_token("x", 0)
        for bad in (None, 3, b"a"):
            with pytest.raises(TypeError, match="must be a str"):
                await store.get_events(bad)
        with pytest.raises(reel.InvalidArgumentError, match="surrogate"):
            await EventSourcing.memory().get_events("\ud800")
        memory = EventSourcing.memory()
        await EventSourcing.recorder(memory, "any id, ä\0").record_token("x", 0)
        assert await memory.list_streams() == ["any id, ä\0"]
        one, two = EventSourcing.recorder(memory), EventSourcing.recorder(memory, "")
        assert one.stream_id < two.stream_id and one.stream_id[14] == "7"

    run(scenario())
