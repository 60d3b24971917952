"""What a store is: the protocol of the document, and base classes for stores of one's own.

A store that has the protocol's five methods works everywhere in reel. Its ``append`` is given an
:class:`EventEnvelope`, which also reads like the event in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Optional, Protocol, runtime_checkable

from .states import Snapshot
from .types import EventEnvelope, now_ms

__all__ = [
    "BaseEventStore",
    "BaseEventStoreWithSnapshots",
    "EventStore",
    "EventStoreWithSnapshots",
    "checked_store",
    "events_after_of",
    "last_event_of",
]


@runtime_checkable
class EventStore(Protocol):
    """Where streams of events live. Unknown streams are no errors: they have no events."""

    async def append(self, stream_id: str, event: EventEnvelope) -> None:
        """Append an event to a stream."""
        ...

    async def get_events(self, stream_id: str) -> list[EventEnvelope]:
        """Get all events for a stream, in order."""
        ...

    async def exists(self, stream_id: str) -> bool:
        """Check if a stream exists."""
        ...

    async def delete(self, stream_id: str) -> bool:
        """Delete a stream and its events; True: it existed."""
        ...

    async def list_streams(self, prefix: Optional[str] = None) -> list[str]:
        """List all stream IDs, or those that begin with the prefix."""
        ...


@runtime_checkable
class EventStoreWithSnapshots(EventStore, Protocol):
    """A store that keeps snapshots, too."""

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Save a snapshot."""
        ...

    async def get_snapshot(self, stream_id: str) -> Optional[Snapshot]:
        """Get the snapshot that was saved last."""
        ...

    async def get_snapshot_before(self, stream_id: str, seq: int) -> Optional[Snapshot]:
        """Get the snapshot with the highest seq that is not above ``seq``."""
        ...


def checked_store(store: Any) -> Any:
    """A store, by its looks: what reads need. Somebody else's store need not derive from ours."""
    if not hasattr(store, "get_events"):
        raise TypeError(
            f"a {type(store).__name__} is no event store: it has no get_events(); pass the store "
            "that EventSourcing.memory(), file() or create() answered"
        )
    return store


async def last_event_of(store: Any, stream_id: str) -> Optional[EventEnvelope]:
    """The last event of a stream of any store, also of one that has the five methods only."""
    if hasattr(store, "get_last_event"):
        return await store.get_last_event(stream_id)  # type: ignore[no-any-return]
    events = await store.get_events(stream_id)
    return events[-1] if events else None


async def events_after_of(store: Any, stream_id: str, after_seq: int) -> list[EventEnvelope]:
    """The events with seq > ``after_seq``, likewise."""
    if hasattr(store, "get_events_after"):
        return await store.get_events_after(stream_id, after_seq)  # type: ignore[no-any-return]
    return [one for one in await store.get_events(stream_id) if one.seq > after_seq]


class BaseEventStore(ABC):
    """Base class of stores, with L0's helpers."""

    def __init__(self, prefix: str = "l0", ttl: int = 0):
        """``ttl`` in milliseconds; 0: nothing expires."""
        self.prefix = prefix
        self.ttl = ttl

    def get_stream_key(self, stream_id: str) -> str:
        """A key for a stream in a store of keys and values."""
        return f"{self.prefix}:stream:{stream_id}"

    def get_meta_key(self, stream_id: str) -> str:
        """A key for a stream's metadata."""
        return f"{self.prefix}:meta:{stream_id}"

    def is_expired(self, timestamp: float) -> bool:
        """Does the TTL hide an event of this time?"""
        return self.ttl != 0 and now_ms() - timestamp > self.ttl

    @abstractmethod
    async def append(self, stream_id: str, event: Any) -> None:
        """Append an event, or an envelope, to a stream."""

    @abstractmethod
    async def get_events(self, stream_id: str) -> list[EventEnvelope]:
        """Get all events for a stream, in order."""

    @abstractmethod
    async def exists(self, stream_id: str) -> bool:
        """Check if a stream exists."""

    @abstractmethod
    async def delete(self, stream_id: str) -> bool:
        """Delete a stream and its events; True: it existed."""

    @abstractmethod
    async def list_streams(self, prefix: Optional[str] = None) -> list[str]:
        """List all stream IDs, or those that begin with the prefix."""

    async def get_last_event(self, stream_id: str) -> Optional[EventEnvelope]:
        """Get the last event of a stream."""
        events = await self.get_events(stream_id)
        return events[-1] if events else None

    async def get_events_after(self, stream_id: str, after_seq: int) -> list[EventEnvelope]:
        """Get the events with seq > ``after_seq``."""
        return [one for one in await self.get_events(stream_id) if one.seq > after_seq]


class BaseEventStoreWithSnapshots(BaseEventStore, ABC):
    """Base class of stores that keep snapshots."""

    def get_snapshot_key(self, stream_id: str) -> str:
        """A key for a stream's snapshots."""
        return f"{self.prefix}:snapshot:{stream_id}"

    @abstractmethod
    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Save a snapshot."""

    @abstractmethod
    async def get_snapshot(self, stream_id: str) -> Optional[Snapshot]:
        """Get the snapshot that was saved last."""

    async def get_snapshot_before(self, stream_id: str, seq: int) -> Optional[Snapshot]:
        """Get the snapshot with the highest seq that is not above ``seq``."""
        snapshot = await self.get_snapshot(stream_id)
        return snapshot if snapshot is not None and snapshot.seq <= seq else None
