"""EventSourcing: every name of the document's API in one place."""

from __future__ import annotations

import os
from typing import Any, Optional, Union

from . import adapters, states, types
from .comparing import compare_replays
from .composite import CompositeEventStore, TTLEventStore
from .recorder import EventRecorder
from .replayer import EventReplayer, ReplayResult, get_stream_metadata
from .replayer import replay as replay_of
from .stores import FileEventStore, InMemoryEventStore, ReadOnlyEventStore

__all__ = ["EventSourcing"]


class EventSourcing:
    """Record, replay and audit streams.

    >>> store = EventSourcing.memory()
    >>> recorder = EventSourcing.recorder(store)
    >>> await recorder.record_start({"model": "gpt-4"})
    >>> await recorder.record_token("Hello", 0)
    >>> await recorder.record_complete("Hello", 1)
    >>> state = await EventSourcing.replayer(store).replay_to_state(recorder.stream_id)
    """

    Event = types.RecordedEvent
    EventType = types.RecordedEventType
    Envelope = types.EventEnvelope
    State = states.ReplayedState
    Snapshot = states.Snapshot
    Metadata = states.StreamMetadata
    Comparison = states.ReplayComparison
    Config = adapters.StorageAdapterConfig

    @staticmethod
    def memory(prefix: str = "l0", ttl: int = 0) -> InMemoryEventStore:
        """A store that is gone with the process. ``ttl`` in milliseconds, 0: nothing expires."""
        return InMemoryEventStore(prefix=prefix, ttl=ttl)

    @staticmethod
    def file(
        base_path: Union[str, "os.PathLike[str]"] = "./l0-events",
        prefix: str = "l0",
        ttl: int = 0,
        **options: Any,
    ) -> FileEventStore:
        """A store in a folder. ``options`` are those of :class:`reel.Log`."""
        return FileEventStore(base_path=base_path, prefix=prefix, ttl=ttl, **options)

    @staticmethod
    def read_only(
        base_path: Union[str, "os.PathLike[str]"], prefix: str = "l0"
    ) -> ReadOnlyEventStore:
        """Somebody else's folder, which may be written meanwhile."""
        return ReadOnlyEventStore(base_path, prefix)

    @staticmethod
    def composite(stores: list[Any], primary_index: int = 0) -> CompositeEventStore:
        """Writes to all of the stores, reads from one."""
        return CompositeEventStore(stores, primary_index)

    @staticmethod
    def with_ttl(store: Any, ttl_ms: int) -> TTLEventStore:
        """The store, with what is older than ``ttl_ms`` hidden."""
        return TTLEventStore(store, ttl_ms)

    @staticmethod
    async def create(config: adapters.StorageAdapterConfig) -> Any:
        """A store, by the adapter that the configuration names."""
        return await adapters.create_event_store(config)

    @staticmethod
    def recorder(store: Any, stream_id: Optional[str] = None) -> EventRecorder:
        """A recorder of a stream; without an id, of a new one."""
        return EventRecorder(store, stream_id)

    @staticmethod
    def replayer(store: Any) -> EventReplayer:
        """A replayer of a store's streams."""
        return EventReplayer(store)

    @staticmethod
    async def replay(
        stream_id: str,
        store: Any,
        *,
        speed: float = 0,
        fire_callbacks: bool = False,
        from_seq: int = 0,
        to_seq: Optional[int] = None,
    ) -> ReplayResult:
        """A replay of a stream, for ``async for``. Both ends of the range are included."""
        return await replay_of(
            stream_id,
            store,
            speed=speed,
            fire_callbacks=fire_callbacks,
            from_seq=from_seq,
            to_seq=to_seq,
        )

    @staticmethod
    async def metadata(stream_id: str, store: Any) -> Optional[states.StreamMetadata]:
        """Facts about a stream; None: there is no such stream."""
        return await get_stream_metadata(store, stream_id)

    @staticmethod
    def compare(
        state1: states.ReplayedState, state2: states.ReplayedState
    ) -> states.ReplayComparison:
        """How two states differ."""
        return compare_replays(state1, state2)

    @staticmethod
    def generate_id() -> str:
        """A new stream id, ordered by time (UUIDv7)."""
        return types.generate_stream_id()

    @staticmethod
    def register_adapter(adapter_type: str, factory: adapters.StorageAdapterFactory) -> None:
        """Register a storage adapter; the factory may be async."""
        adapters.register_storage_adapter(adapter_type, factory)

    @staticmethod
    def unregister_adapter(adapter_type: str) -> bool:
        """True: it was there."""
        return adapters.unregister_storage_adapter(adapter_type)

    @staticmethod
    def list_adapters() -> list[str]:
        """The names of the adapters, in order of registration."""
        return adapters.get_registered_adapters()
