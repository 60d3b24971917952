"""Replaying a stream: at once, in its own time, in part, to a state."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, AsyncIterator
from time import monotonic
from typing import Any, Callable, Optional

from .base_stores import checked_store
from .errors import InvalidArgumentError
from .fold import apply, is_text_token, violations_of
from .stores import metadata_of, native_of, state_of
from .states import ReplayedState, ReplayOptions, StreamMetadata
from .types import EventEnvelope

__all__ = ["EventReplayer", "ReplayResult", "get_stream_metadata", "replay"]

_BATCH = 256  # envelopes are made so many at a time
_SEQ_MAX = 2**64 - 1


async def _events(
    store: Any, stream_id: str, from_seq: int, to_seq: Optional[int]
) -> AsyncIterator[list[EventEnvelope]]:
    """The events of a range, as they are now, in lists."""
    first, last = max(from_seq, 0), _SEQ_MAX if to_seq is None else min(to_seq, _SEQ_MAX)
    if last < first:
        return
    native = native_of(store)
    if native is None:
        events = await store.get_events(stream_id)
        yield [one for one in events if first <= one.seq <= last]
        return
    cursor = native.read(stream_id, first, last)
    while batch := cursor.next(_BATCH):
        yield batch


class _Pace:
    """When each event is due. Due times are absolute: who is slow for a while catches up, and the
    replay as a whole is not stretched."""

    def __init__(self, speed: float):
        if not isinstance(speed, (int, float)) or math.isnan(speed):
            raise InvalidArgumentError(f"speed must be a number, not {speed!r}")
        self.speed = speed
        self._last_ts: Optional[float] = None
        self._due = 0.0

    async def wait_for(self, ts: float) -> None:
        import asyncio  # here, for a quick import of reel

        if self._last_ts is None:
            self._due = monotonic()
        else:
            self._due += max(0.0, ts - self._last_ts) / self.speed / 1000
            seconds = self._due - monotonic()
            if seconds > 0:
                await asyncio.sleep(seconds)
        self._last_ts = ts


class EventReplayer:
    """Replays the streams of a store. An unknown stream has no events, and is no error."""

    def __init__(self, event_store: Any):
        self._event_store = checked_store(event_store)

    async def replay(
        self,
        stream_id: str,
        *,
        speed: float = 0,
        from_seq: int = 0,
        to_seq: Optional[int] = None,
    ) -> AsyncGenerator[EventEnvelope, None]:
        """The events with from_seq <= seq <= to_seq, as they are when iteration begins. ``speed``:
        0 at once, 1 as it was, 2 twice as fast."""
        pace = _Pace(speed)
        async for batch in _events(self._event_store, stream_id, from_seq, to_seq):
            for envelope in batch:
                if pace.speed > 0:
                    await pace.wait_for(envelope.event.ts)
                yield envelope

    async def replay_to_state(self, stream_id: str, to_seq: Optional[int] = None) -> ReplayedState:
        """The state after all events, or after event ``to_seq``."""
        native = native_of(self._event_store)
        last = _SEQ_MAX if to_seq is None else min(to_seq, _SEQ_MAX)
        if native is not None and last >= 0:
            return state_of(native, stream_id, 0, last)
        state = ReplayedState()
        async for batch in _events(self._event_store, stream_id, 0, to_seq):
            for envelope in batch:
                apply(state, envelope.event)
        return state

    async def replay_tokens(
        self, stream_id: str, *, speed: float = 0
    ) -> AsyncGenerator[str, None]:
        """The text tokens, in the stream's time."""
        async for envelope in self.replay(stream_id, speed=speed):
            if is_text_token(envelope.event):
                yield envelope.event.value  # type: ignore[union-attr]


class ReplayResult:
    """A replay, to be iterated with ``async for``; each iteration begins anew.

    ``state`` is that of the events passed on so far: defaults before the first, live meanwhile.
    """

    def __init__(self, replayer: EventReplayer, stream_id: str, options: ReplayOptions):
        self._replayer = replayer
        self._stream_id = stream_id
        self._options = options
        self._callbacks: dict[str, Callable[..., None]] = {}
        self._state = ReplayedState()

    def set_callbacks(
        self,
        *,
        on_token: Optional[Callable[[str], None]] = None,
        on_violation: Optional[Callable[[dict[str, Any]], None]] = None,
        on_retry: Optional[Callable[[int, str], None]] = None,
        on_event: Optional[Callable[[EventEnvelope], None]] = None,
    ) -> None:
        """Called for each event, where ``fire_callbacks`` was asked for, in this order. None leaves
        what was set. What one raises comes out of the iteration."""
        given = {"on_token": on_token, "on_violation": on_violation, "on_retry": on_retry,
                 "on_event": on_event}  # fmt: skip
        self._callbacks.update({key: one for key, one in given.items() if one is not None})

    @property
    def state(self) -> ReplayedState:
        """The state so far."""
        return self._state

    async def __aiter__(self) -> AsyncGenerator[EventEnvelope, None]:
        options = self._options
        state = self._state = ReplayedState()
        async for envelope in self._replayer.replay(
            self._stream_id,
            speed=options.speed,
            from_seq=options.from_seq,
            to_seq=options.to_seq,
        ):
            apply(state, envelope.event)
            if options.fire_callbacks and self._callbacks:
                self._fire(envelope)
            yield envelope

    def _fire(self, envelope: EventEnvelope) -> None:
        event: Any = envelope.event
        called = self._callbacks.get
        if (on_token := called("on_token")) and is_text_token(event):
            on_token(event.value)
        if (on_violation := called("on_violation")) and event.type == "GUARDRAIL":
            for violation in violations_of(event):
                on_violation(violation)
        if (on_retry := called("on_retry")) and event.type == "RETRY":
            on_retry(event.attempt, event.reason)
        if on_event := called("on_event"):
            on_event(envelope)


async def replay(
    stream_id: str,
    event_store: Any,
    *,
    speed: float = 0,
    fire_callbacks: bool = False,
    from_seq: int = 0,
    to_seq: Optional[int] = None,
) -> ReplayResult:
    """A replay of a stream; nothing is read before it is iterated."""
    _Pace(speed)
    options = ReplayOptions(stream_id, speed, fire_callbacks, from_seq, to_seq)
    return ReplayResult(EventReplayer(event_store), stream_id, options)


async def get_stream_metadata(event_store: Any, stream_id: str) -> Optional[StreamMetadata]:
    """Facts about a stream; None: there is no such stream."""
    native = native_of(checked_store(event_store))
    if native is not None:
        return metadata_of(native, stream_id)
    if not await event_store.exists(stream_id):
        return None
    events = await event_store.get_events(stream_id)
    if not events:
        return None
    found = StreamMetadata(stream_id, len(events), 0, 0.0, 0.0, False, False)
    for envelope in events:
        _note(found, envelope.event)
    found.status = "error" if found.has_error else "completed" if found.completed else "interrupted"
    return found


def _note(found: StreamMetadata, event: Any) -> None:
    if event.type == "START":
        found.start_ts = event.ts
        found.options = event.options
    elif is_text_token(event):
        found.token_count = event.index + 1
    elif event.type == "COMPLETE":
        found.completed = True
        found.token_count = event.token_count
        found.end_ts = event.ts
    elif event.type == "ERROR":
        found.has_error = True
        found.end_ts = event.ts
