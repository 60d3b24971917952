"""The stores that come with reel, over the engine."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any, Optional, Union

from . import _reel
from .base_stores import BaseEventStoreWithSnapshots
from .convert import dumps, error_from_dict, event_to_json
from .errors import InvalidArgumentError
from .states import ReplayedState, Snapshot, StreamMetadata
from .types import EventEnvelope, SerializedError, SerializedOptions

__all__ = [
    "FileEventStore",
    "InMemoryEventStore",
    "NativeStore",
    "ReadOnlyEventStore",
    "native_of",
    "recording_native_of",
]


_SEQ_MAX = 2**64 - 1


def checked_id(stream_id: Any) -> str:
    """A stream's id, or why it cannot be one."""
    if not isinstance(stream_id, str):
        raise TypeError(f"stream_id must be a str, not {type(stream_id).__name__}")
    if not stream_id.isascii():
        try:
            stream_id.encode()
        except UnicodeEncodeError:
            raise InvalidArgumentError("stream_id holds a lone surrogate, no UTF-8") from None
    return stream_id


def unwrapped(event: Any) -> tuple[Any, Optional[int]]:
    """The event, and which seq it is expected to get: that of an envelope."""
    if isinstance(event, EventEnvelope):
        return event.event, event.seq
    return event, None


def checked_prefix(prefix: Any) -> str:
    """A namespace's name."""
    if not isinstance(prefix, str):
        raise TypeError(f"prefix must be a str, not {type(prefix).__name__}")
    return prefix


def checked_ttl(ttl: Any) -> int:
    if isinstance(ttl, bool) or not isinstance(ttl, (int, float)) or ttl != int(ttl):
        raise InvalidArgumentError(f"ttl must be a whole number of milliseconds, not {ttl!r}")
    return int(ttl)


class NativeStore(BaseEventStoreWithSnapshots):
    """What reel's own stores share. ``append`` takes an event or an envelope; the seq of the latter
    is the one expected, another is refused (:class:`SequenceError`)."""

    _native: Any  # a _reel.Store

    async def append(self, stream_id: str, event: Any) -> None:
        """Append an event to a stream. Once awaited it is seen by every other handle."""
        bare, seq = unwrapped(event)
        self._native.append(checked_id(stream_id), event_to_json(bare), seq)

    async def get_events(self, stream_id: str) -> list[EventEnvelope]:
        """Get all events for a stream, in order."""
        return self._native.get_events(checked_id(stream_id))  # type: ignore[no-any-return]

    async def exists(self, stream_id: str) -> bool:
        """Check if a stream exists."""
        return self._native.exists(checked_id(stream_id))  # type: ignore[no-any-return]

    async def delete(self, stream_id: str) -> bool:
        """Delete a stream, its events and its snapshots; True: it existed."""
        return self._native.delete(checked_id(stream_id))  # type: ignore[no-any-return]

    async def list_streams(self, prefix: Optional[str] = None) -> list[str]:
        """List all stream IDs, or those that begin with the prefix, in order of appearance."""
        return self._native.list_streams(prefix or "")  # type: ignore[no-any-return]

    async def get_last_event(self, stream_id: str) -> Optional[EventEnvelope]:
        """Get the last event of a stream."""
        return self._native.get_last_event(checked_id(stream_id))  # type: ignore[no-any-return]

    async def get_events_after(self, stream_id: str, after_seq: int) -> list[EventEnvelope]:
        """Get the events with seq > ``after_seq``."""
        if after_seq < 0:
            return await self.get_events(stream_id)
        after_seq = min(after_seq, _SEQ_MAX)
        found = self._native.get_events_after(checked_id(stream_id), after_seq)
        return found  # type: ignore[no-any-return]

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Save a snapshot. It is no stream by itself."""
        members = {key: value for key, value in asdict(snapshot).items() if value is not None}
        if snapshot.error is not None:
            members["error"].pop("extra", None)
        self._native.save_snapshot(dumps(members, "the snapshot"))

    async def get_snapshot(self, stream_id: str) -> Optional[Snapshot]:
        """Get the snapshot that was saved last."""
        return _snapshot(self._native.snapshot(checked_id(stream_id), None))

    async def get_snapshot_before(self, stream_id: str, seq: int) -> Optional[Snapshot]:
        """Get the snapshot with the highest seq that is not above ``seq``."""
        if seq < 0:
            return None
        return _snapshot(self._native.snapshot(checked_id(stream_id), min(seq, _SEQ_MAX)))

    def close(self) -> None:
        """Release what the store holds; not needed: dropping it does the same. Later calls raise
        :class:`ClosedError`."""
        self._native.close()


def _snapshot(text: Optional[str]) -> Optional[Snapshot]:
    if text is None:
        return None
    members = json.loads(text)
    error = members.pop("error", None)
    known = {key: members[key] for key in Snapshot.__dataclass_fields__ if key in members}
    return Snapshot(**known, error=None if error is None else error_from_dict(error))


class InMemoryEventStore(NativeStore):
    """A store that is gone with the process. Any id will do. ``ttl`` in milliseconds."""

    def __init__(self, prefix: str = "l0", ttl: int = 0):
        super().__init__(checked_prefix(prefix), checked_ttl(ttl))
        self._native = _reel.Store.memory(prefix, self.ttl)

    def clear(self) -> None:
        """Forget every stream and snapshot."""
        self._native.clear()

    def get_total_event_count(self) -> int:
        """How many events there are, hidden ones included."""
        return self._native.event_count()  # type: ignore[no-any-return]

    def get_stream_count(self) -> int:
        """How many streams there are."""
        return self._native.stream_count()  # type: ignore[no-any-return]


class FileEventStore(NativeStore):
    """A store in a folder, which is made by the first append.

    An event survives ``kill -9`` from the moment append was awaited, and is on disk once
    :meth:`sync` has returned (within ``sync_interval_ms``, 1000, in any case). ``prefix`` is a
    namespace: streams of another one are not seen. Ids are of letters, digits, ``-`` and ``_``.
    ``options`` are those of :class:`reel.Log`; the first handle of a process that writes a folder
    decides.
    """

    def __init__(
        self,
        base_path: Union[str, "os.PathLike[str]"] = "./l0-events",
        prefix: str = "l0",
        ttl: int = 0,
        **options: Any,
    ):
        super().__init__(checked_prefix(prefix), checked_ttl(ttl))
        self.base_path = os.fspath(base_path)
        self._native = _reel.Store.file(os.fsencode(base_path), prefix, self.ttl, options)

    def flush(self, deadline_ms: int = 10000) -> None:
        """Wait until all that was appended is in a segment."""
        self._native.flush(deadline_ms)

    def sync(self, deadline_ms: int = 10000) -> None:
        """Wait until all that was appended is on disk (fdatasync)."""
        self._native.sync(deadline_ms)


class ReadOnlyEventStore(NativeStore):
    """Somebody else's folder, which may be written meanwhile: every call sees what was recorded by
    then. Any id will do. What writes is refused."""

    def __init__(self, base_path: Union[str, "os.PathLike[str]"], prefix: str = "l0"):
        super().__init__(checked_prefix(prefix), 0)
        self.base_path = os.fspath(base_path)
        self._native = _reel.Store.read_only(os.fsencode(base_path), prefix)


_READS = ("get_events", "exists", "get_last_event", "get_events_after")
_WRITES = ("append",)


def _is_own(store: Any, names: tuple[str, ...]) -> bool:
    """Are these methods reel's own? A class derived from a store may have others."""
    kind = type(store)
    own = next((base for base in kind.__mro__ if base.__module__.startswith("reel.")), None)
    return own is not None and all(getattr(kind, name) is getattr(own, name) for name in names)


def native_of(store: Any) -> Any:
    """The engine's store behind one of reel's, to read from; else None."""
    native = getattr(store, "_native", None)
    return native if native is not None and _is_own(store, _READS) else None


def recording_native_of(store: Any) -> Any:
    """The engine's store that appends can go to directly; else None."""
    native = getattr(store, "_recording_native", getattr(store, "_native", None))
    return native if native is not None and _is_own(store, _WRITES) else None


def metadata_of(native: Any, stream_id: str) -> Optional[StreamMetadata]:
    """Metadata, from the engine."""
    found = native.metadata(checked_id(stream_id))
    if found is None:
        return None
    options = found[6]
    made = None if options is None else SerializedOptions.from_dict(json.loads(options))
    return StreamMetadata(stream_id, *found[:6], made, *found[7:])  # type: ignore[call-arg]


def state_of(native: Any, stream_id: str, first: int, last: int) -> ReplayedState:
    """A state, folded by the engine."""
    found = list(native.fold(checked_id(stream_id), first, last))
    found[3] = [json.loads(text) for text in found[3]]
    if found[9] is not None:
        name, message, code, stack, metadata = found[9]
        made = None if metadata is None else json.loads(metadata)
        found[9] = SerializedError(name, message, code, stack, made)
    return ReplayedState(*found)
