"""Replays: ranges, states on the way, callbacks, speed."""

import asyncio

import pytest
from conftest import run

import reel
from reel import EventSourcing
from reel.eventsourcing import TokenEvent


@pytest.fixture(params=["memory", "file"])
def make(request, tmp_path):
    if request.param == "memory":
        return EventSourcing.memory
    return lambda: EventSourcing.file(tmp_path / "s")


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
