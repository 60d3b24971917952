"""How events go to a store that may be anybody's: reel's own number them, others are given an
envelope with the stream's next seq."""

from __future__ import annotations

from typing import Any, Optional
from weakref import WeakKeyDictionary
from weakref import ref as weakref

from .base_stores import last_event_of
from .stores import NativeStore
from .types import EventEnvelope

__all__ = ["Appender", "appender_of"]

_STREAMS_MAX = 4096  # whose next seq is remembered


def appender_of(store: Any) -> Appender:
    """All who append to a store share its appender, so that they agree on the seqs."""
    try:
        found = _appenders.get(store)
        if found is None:
            found = _appenders[store] = Appender(store)
        return found
    except TypeError:  # a store that cannot be hashed or referred to weakly
        return Appender(store)


class Appender:
    """Appends to one store. The appends of one stream go one after the other."""

    def __init__(self, store: Any):
        self._store_ref = _reference(store)
        self._places: dict[str, _Place] = {}

    async def append(self, stream_id: str, event: Any, seq: Optional[int] = None) -> None:
        """``seq``: what the caller expects; then no other is looked for."""
        store = self._store_ref()
        if isinstance(store, NativeStore):
            expected = event if seq is None else EventEnvelope(stream_id, seq, event)
            return await store.append(stream_id, expected)
        place = self._places.get(stream_id)
        if place is None:
            if len(self._places) >= _STREAMS_MAX:
                self._places.pop(next(iter(self._places)))
            place = self._places[stream_id] = _Place()
        async with place.lock():
            await place.append(store, stream_id, event, seq)

    def forget(self, stream_id: str) -> None:
        """The stream is deleted."""
        self._places.pop(stream_id, None)


def _reference(store: Any) -> Any:
    try:
        return weakref(store)
    except TypeError:
        return lambda: store


_appenders: WeakKeyDictionary[Any, Appender] = WeakKeyDictionary()


class _Place:
    def __init__(self) -> None:
        self._lock: Any = None
        self._loop: Any = None
        self.next_seq: Optional[int] = None

    def lock(self) -> Any:
        """A lock belongs to the loop that waits for it."""
        import asyncio  # here, for a quick import of reel

        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._lock = loop, asyncio.Lock()
        return self._lock

    async def append(self, store: Any, stream_id: str, event: Any, seq: Optional[int]) -> None:
        if seq is None and self.next_seq is None:
            last = await last_event_of(store, stream_id)
            self.next_seq = 0 if last is None else last.seq + 1
        at = self.next_seq if seq is None else seq
        self.next_seq = None  # until it is known that it was taken
        assert at is not None
        await store.append(stream_id, EventEnvelope(stream_id, at, event))
        self.next_seq = at + 1
