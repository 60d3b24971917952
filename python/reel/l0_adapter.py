"""reel as a storage adapter of the package ``l0``:

    import reel.l0_adapter
    reel.l0_adapter.register()

    store = await EventSourcing.create(StorageAdapterConfig(type="reel", connection="./events"))

``EventSourcing`` and ``StorageAdapterConfig`` are those of ``l0.eventsourcing``. The store takes
and gives L0's own dataclasses; ``to_l0`` and ``from_l0`` convert by hand. What L0 has no field for
(further options, ``check_type``, ``delay``) is kept by reel and not shown to L0.
"""

from __future__ import annotations

import importlib
from dataclasses import fields
from typing import Any, Optional

from .convert import event_from_dict, event_to_dict
from .errors import NotFoundError
from .stores import FileEventStore
from .states import Snapshot
from .types import EventEnvelope, OpaqueEvent, SerializedError

__all__ = ["L0Store", "create", "from_l0", "register", "to_l0"]


def _l0() -> Any:
    try:
        return importlib.import_module("l0.eventsourcing")
    except ImportError as error:
        raise NotFoundError(
            "the package l0 (l0.eventsourcing) cannot be imported; install it, or use "
            "reel.EventSourcing, which has the same names"
        ) from error


_CLASSES = {
    "START": "StartEvent",
    "TOKEN": "TokenEvent",
    "CHECKPOINT": "CheckpointEvent",
    "GUARDRAIL": "GuardrailEvent",
    "DRIFT": "DriftEvent",
    "RETRY": "RetryEvent",
    "FALLBACK": "FallbackEvent",
    "CONTINUATION": "ContinuationEvent",
    "COMPLETE": "CompleteEvent",
    "ERROR": "ErrorEvent",
}
_NESTED = {
    ("START", "options"): "SerializedOptions",
    ("GUARDRAIL", "result"): "GuardrailEventResult",
    ("DRIFT", "result"): "DriftEventResult",
    ("ERROR", "error"): "SerializedError",
}


def _like(kind: Any, of: Any) -> Any:
    """One of these dataclasses, with those fields that `of` has."""
    names = [one.name for one in fields(kind) if hasattr(of, one.name)]
    return kind(**{name: getattr(of, name) for name in names})


def _event_to_l0(event: Any) -> Any:
    l0 = _l0()
    name = str(getattr(event.type, "value", event.type))
    if name not in _CLASSES:
        return event  # L0's replayer passes over types that it does not know
    kind = getattr(l0, _CLASSES[name])
    given = {one.name: getattr(event, one.name) for one in fields(kind) if hasattr(event, one.name)}
    given["type"] = l0.RecordedEventType(name)
    for key, value in given.items():
        nested = _NESTED.get((name, key))
        if nested is not None:
            given[key] = _like(getattr(l0, nested), value)
    return kind(**given)


def to_l0(of: Any) -> Any:
    """The same event, envelope, snapshot, error or state as one of L0's dataclasses."""
    if isinstance(of, EventEnvelope):
        return _l0().EventEnvelope(of.stream_id, of.seq, _event_to_l0(of.event))
    if hasattr(of, "ts") and hasattr(of, "type"):
        return _event_to_l0(of)
    made = _like(getattr(_l0(), type(of).__name__), of)
    if isinstance(getattr(made, "error", None), SerializedError):
        made.error = _like(_l0().SerializedError, made.error)
    return made


def from_l0(of: Any) -> Any:
    """One of L0's events, envelopes, snapshots, errors or states as reel's."""
    if hasattr(of, "event") and hasattr(of, "seq"):
        return EventEnvelope(of.stream_id, of.seq, from_l0(of.event))
    if hasattr(of, "ts") and hasattr(of, "type"):
        return event_from_dict(event_to_dict(of))
    own = importlib.import_module("reel.eventsourcing")
    made = _like(getattr(own, type(of).__name__), of)
    error = getattr(made, "error", None)
    if error is not None and not isinstance(error, SerializedError):
        made.error = _like(SerializedError, error)
    return made


def _is_shown(envelope: EventEnvelope) -> bool:
    """L0 has no channels: it would take a model's reasoning for its answer."""
    return isinstance(envelope.event, OpaqueEvent) or not getattr(envelope.event, "channel", None)


class L0Store:
    """A folder of reel's as one of L0's stores (EventStoreWithSnapshots)."""

    def __init__(self, base_path: str, prefix: str = "l0", ttl: int = 0, **options: Any):
        self.store = FileEventStore(base_path, prefix, ttl, **options)
        self.prefix = prefix
        self.ttl = ttl

    async def append(self, stream_id: str, event: Any) -> None:
        """Append one of L0's events, or an envelope."""
        await self.store.append(stream_id, from_l0(event))

    async def get_events(self, stream_id: str) -> list[Any]:
        """Get all events, as L0's envelopes."""
        return [to_l0(one) for one in await self.store.get_events(stream_id) if _is_shown(one)]

    async def exists(self, stream_id: str) -> bool:
        """Check if a stream exists."""
        return await self.store.exists(stream_id)

    async def get_last_event(self, stream_id: str) -> Any:
        """Get the last event of a stream."""
        last = await self.store.get_last_event(stream_id)
        if last is None or _is_shown(last):
            return None if last is None else to_l0(last)
        events = await self.get_events(stream_id)
        return events[-1] if events else None

    async def get_events_after(self, stream_id: str, after_seq: int) -> list[Any]:
        """Get the events with seq > ``after_seq``."""
        found = await self.store.get_events_after(stream_id, after_seq)
        return [to_l0(one) for one in found if _is_shown(one)]

    async def delete(self, stream_id: str) -> bool:
        """Delete a stream; True: it existed."""
        return await self.store.delete(stream_id)

    async def list_streams(self, prefix: Optional[str] = None) -> list[str]:
        """List all stream IDs."""
        return await self.store.list_streams(prefix)

    async def save_snapshot(self, snapshot: Any) -> None:
        """Save one of L0's snapshots."""
        await self.store.save_snapshot(_like(Snapshot, snapshot))

    async def get_snapshot(self, stream_id: str) -> Any:
        """Get the snapshot that was saved last."""
        found = await self.store.get_snapshot(stream_id)
        return None if found is None else to_l0(found)

    async def get_snapshot_before(self, stream_id: str, seq: int) -> Any:
        """Get the snapshot with the highest seq that is not above ``seq``."""
        found = await self.store.get_snapshot_before(stream_id, seq)
        return None if found is None else to_l0(found)


def create(config: Any) -> L0Store:
    """The factory: a store of L0's StorageAdapterConfig."""
    path = config.connection or "./l0-events"
    return L0Store(path, config.prefix, config.ttl, **(config.options or {}))


def register(name: str = "reel") -> None:
    """Registers reel with L0, as the adapter ``name``."""
    _l0().EventSourcing.register_adapter(name, create)
