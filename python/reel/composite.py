"""Stores over other stores: the composite and the TTL. Those around reel's own stores are the
engine's; around a store that is written in Python they are written in Python."""

from __future__ import annotations

from typing import Any, Optional

from . import _reel
from .appender import appender_of
from .base_stores import checked_store, events_after_of, last_event_of
from .convert import event_to_json
from .errors import CompositeStoreError, InvalidArgumentError
from .stores import (
    NativeStore,
    checked_id,
    checked_ttl,
    native_of,
    recording_native_of,
    unwrapped,
)
from .states import Snapshot
from .types import EventEnvelope, now_ms

__all__ = ["CompositeEventStore", "TTLEventStore"]


class CompositeEventStore(NativeStore):
    """Writes to all of its stores, reads from one of them. Nothing is rolled back: a write that
    fails anywhere raises :class:`CompositeStoreError`, which says where.

    Around reel's own stores a seq means the same event in all of them: one that missed an event
    refuses the later ones until :meth:`repair` has sent it. With a store that is written in Python
    among them each store counts for itself.
    """

    def __init__(self, stores: list[Any], primary_index: int = 0):
        super().__init__()
        self._stores = list(stores)
        if not self._stores:
            raise InvalidArgumentError("CompositeEventStore requires at least one store")
        if not -len(self._stores) <= primary_index < len(self._stores):
            raise InvalidArgumentError(
                f"primary_index {primary_index} is none of the {len(self._stores)} stores"
            )
        self._primary = self._stores[primary_index]
        natives = [_whole_native_of(store) for store in self._stores]
        self._native = None
        if all(native is not None for native in natives):
            index = primary_index % len(self._stores)
            self._native = _reel.Store.composite(natives, index)
        self._appenders = [appender_of(store) for store in self._stores]

    async def append(self, stream_id: str, event: Any) -> None:
        """Append to all stores."""
        bare, seq = unwrapped(event)
        if self._native is not None:
            text = event_to_json(bare)
            report = self._native.append_to_all(checked_id(stream_id), text, seq)
            return raise_for(report, "writing to")
        await _to_all(
            [one.append(stream_id, bare, seq) for one in self._appenders], "writing to"
        )  # fmt: skip

    async def delete(self, stream_id: str) -> bool:
        """Delete from all stores; True: it existed in any."""
        if self._native is not None:
            existed, report = self._native.delete_from_all(checked_id(stream_id))
            raise_for(report, "deleting from")
            return bool(existed)
        for one in self._appenders:
            one.forget(stream_id)
        deleted = await _to_all([one.delete(stream_id) for one in self._stores], "deleting from")
        return any(deleted)

    async def get_events(self, stream_id: str) -> list[EventEnvelope]:
        """Get all events for a stream, from the primary store, as all that reads."""
        return await self._primary.get_events(stream_id)  # type: ignore[no-any-return]

    async def exists(self, stream_id: str) -> bool:
        """Check if a stream exists."""
        return await self._primary.exists(stream_id)  # type: ignore[no-any-return]

    async def list_streams(self, prefix: Optional[str] = None) -> list[str]:
        """List all stream IDs, or those that begin with the prefix."""
        return await _streams_of(self._primary, prefix)

    async def get_last_event(self, stream_id: str) -> Optional[EventEnvelope]:
        """Get the last event of a stream."""
        return await last_event_of(self._primary, stream_id)

    async def get_events_after(self, stream_id: str, after_seq: int) -> list[EventEnvelope]:
        """Get the events with seq > ``after_seq``."""
        return await events_after_of(self._primary, stream_id, after_seq)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """A composite keeps no snapshots."""
        raise _no_snapshots("composite")

    async def get_snapshot(self, stream_id: str) -> Optional[Snapshot]:
        """None: a composite keeps no snapshots."""
        return None

    async def get_snapshot_before(self, stream_id: str, seq: int) -> Optional[Snapshot]:
        """None: a composite keeps no snapshots."""
        return None

    def repair(self, stream_id: Optional[str] = None) -> int:
        """Send each store the events that it lacks, of one stream or of all. Answers how many were
        sent; raises :class:`CompositeStoreError` when a store still lacks some. For composites of
        reel's own stores."""
        if self._native is None:
            raise InvalidArgumentError("only composites of reel's own stores can be repaired")
        resent, succeeded, failed, errors = self._native.repair(stream_id)
        if failed:
            message = "Partial failure repairing CompositeEventStore: " + "; ".join(errors)
            raise CompositeStoreError(message, succeeded, failed, list(map(Exception, errors)))
        return int(resent)


class TTLEventStore(NativeStore):
    """Any store, with what is older than ``ttl_ms`` hidden. The store itself stays as it is."""

    def __init__(self, store: Any, ttl_ms: int):
        super().__init__(getattr(store, "prefix", "l0"), checked_ttl(ttl_ms))
        self._store = checked_store(store)
        native = _whole_native_of(store)
        self._native = None if native is None else _reel.Store.ttl(native, self.ttl)
        self._recording_native = recording_native_of(store)
        self._appender = appender_of(store)

    async def append(self, stream_id: str, event: Any) -> None:
        """Append to the store."""
        bare, seq = unwrapped(event)
        await self._appender.append(stream_id, bare, seq)

    async def get_events(self, stream_id: str) -> list[EventEnvelope]:
        """Get the events that are visible."""
        if self._native is not None:
            return await super().get_events(stream_id)
        now = now_ms()
        events = await self._store.get_events(stream_id)
        return [one for one in events if now - one.event.ts <= self.ttl]

    async def exists(self, stream_id: str) -> bool:
        """Has the stream events that are visible?"""
        if self._native is not None:
            return await super().exists(stream_id)
        return bool(await self.get_events(stream_id))

    async def delete(self, stream_id: str) -> bool:
        """Delete from the store; True: it existed."""
        self._appender.forget(stream_id)
        return await self._store.delete(stream_id)  # type: ignore[no-any-return]

    async def list_streams(self, prefix: Optional[str] = None) -> list[str]:
        """List the store's streams; the TTL hides none of them."""
        return await _streams_of(self._store, prefix)

    async def get_last_event(self, stream_id: str) -> Optional[EventEnvelope]:
        """Get the last event that is visible."""
        events = await self.get_events(stream_id)
        return events[-1] if events else None

    async def get_events_after(self, stream_id: str, after_seq: int) -> list[EventEnvelope]:
        """Get the visible events with seq > ``after_seq``."""
        return [one for one in await self.get_events(stream_id) if one.seq > after_seq]

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Snapshots belong to the store itself: save them there."""
        raise _no_snapshots("TTL")

    async def get_snapshot(self, stream_id: str) -> Optional[Snapshot]:
        """None: a snapshot may hold what is hidden."""
        return None

    async def get_snapshot_before(self, stream_id: str, seq: int) -> Optional[Snapshot]:
        """None: a snapshot may hold what is hidden."""
        return None


def _whole_native_of(store: Any) -> Any:
    """The engine's store, of which nothing is overridden."""
    native = native_of(store)
    if native is None or getattr(type(store), "append") not in _OWN_APPENDS:
        return None
    return native


_OWN_APPENDS = (NativeStore.append, CompositeEventStore.append, TTLEventStore.append)


def _no_snapshots(kind: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"a {kind} store keeps no snapshots: save them in a store in it")


async def _streams_of(store: Any, prefix: Optional[str]) -> list[str]:
    """Also of stores of L0, whose list_streams takes no prefix."""
    if prefix is None:
        return await store.list_streams()  # type: ignore[no-any-return]
    try:
        return await store.list_streams(prefix=prefix)  # type: ignore[no-any-return]
    except TypeError:
        return [one for one in await store.list_streams() if one.startswith(prefix)]


def raise_for(report: Any, action: str) -> None:
    """Raises what a report of the engine says, unless all went well."""
    succeeded, failed, errors = report
    if failed:
        _raise(action, succeeded, failed, errors)


def _raise(action: str, succeeded: list[int], failed: list[int], errors: list[Exception]) -> None:
    raise CompositeStoreError(
        f"Partial failure {action} CompositeEventStore: "
        f"{len(failed)}/{len(succeeded) + len(failed)} stores failed",
        succeeded,
        failed,
        errors,
    )


async def _to_all(calls: list[Any], action: str) -> list[Any]:
    import asyncio  # here, for a quick import of reel

    answers: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
    failed = [i for i, one in enumerate(answers) if isinstance(one, BaseException)]
    if failed:
        succeeded = [i for i in range(len(answers)) if i not in failed]
        _raise(action, succeeded, failed, [answers[i] for i in failed])
    return answers
