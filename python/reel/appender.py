"""How events go to a store that may be anybody's: reel's own number them, others are given an
envelope with the stream's next seq."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Optional
from weakref import ref as weakref

from .base_stores import last_event_of
from .stores import NativeStore
from .types import EventEnvelope

__all__ = ["Appender", "appender_of"]

_STREAMS_MAX = 4096  # whose next seq is remembered


def appender_of(store: Any) -> Appender:
    """All who append to a store share its appender, so that they agree on the seqs. Stores are told
    apart by what they are, not by what they are equal to."""
    with _guard:
        found = _appenders.get(id(store))
        if found is None or found.store() is not store:
            found = _appenders[id(store)] = Appender(store)
        return found


class Appender:
    """Appends to one store. The appends of one stream go one after the other."""

    def __init__(self, store: Any):
        self.store = _reference(store)
        self._places: dict[str, _Place] = {}

    async def append(self, stream_id: str, event: Any, seq: Optional[int] = None) -> None:
        """``seq``: what the caller expects; then no other is looked for."""
        store = self.store()
        if isinstance(store, NativeStore):
            expected = event if seq is None else EventEnvelope(stream_id, seq, event)
            return await store.append(stream_id, expected)
        place = self._places.get(stream_id)
        if place is None:
            if len(self._places) >= _STREAMS_MAX:
                idle = (name for name, one in self._places.items() if one.idle)
                self._places.pop(next(idle, None), None)
            place = self._places[stream_id] = _Place()
        async with place:
            await place.append(store, stream_id, event, seq)

    def forget(self, stream_id: str) -> None:
        """The stream is deleted."""
        self._places.pop(stream_id, None)


def _reference(store: Any) -> Any:
    """Of a store that cannot be referred to weakly: it lives as long as the process."""
    key = id(store)
    try:
        return weakref(store, lambda gone: _forget(key, gone))
    except TypeError:
        return lambda: store


def _forget(key: int, gone: Any) -> None:
    found = _appenders.get(key)
    if found is not None and found.store is gone:
        del _appenders[key]


_guard = threading.Lock()
_appenders: dict[int, Appender] = {}  # by id


class _Place:
    """Where a stream goes on. Those who append to it take turns, in the order they came, whichever
    loop or thread they are of."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()  # guards the turns
        self._taken = False
        self._waiting: deque[tuple[Any, Any]] = deque()  # loop, future
        self.next_seq: Optional[int] = None

    @property
    def idle(self) -> bool:
        return not self._taken

    async def __aenter__(self) -> None:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return
            import asyncio  # here, for a quick import of reel

            loop = asyncio.get_running_loop()
            turn = loop.create_future()
            self._waiting.append((loop, turn))
        try:
            await turn
        except BaseException:
            # Cancelled when the turn had come already: the next one's, then.
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    async def __aexit__(self, *_: Any) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        with self._mutex:
            while self._waiting:
                loop, turn = self._waiting.popleft()
                try:
                    loop.call_soon_threadsafe(self._wake, turn)
                    return
                except RuntimeError:  # that loop was closed
                    continue
            self._taken = False

    def _wake(self, turn: Any) -> None:
        if turn.done():  # who waited has gone
            self._pass_on()
        else:
            turn.set_result(None)

    async def append(self, store: Any, stream_id: str, event: Any, seq: Optional[int]) -> None:
        if seq is None and self.next_seq is None:
            last = await last_event_of(store, stream_id)
            self.next_seq = 0 if last is None else last.seq + 1
        at = self.next_seq if seq is None else seq
        self.next_seq = None  # until it is known that it was taken
        assert at is not None
        await store.append(stream_id, EventEnvelope(stream_id, at, event))
        self.next_seq = at + 1
