"""Every name of the document, and those of L0's ``l0.eventsourcing``: change the module's name, and
the code goes on as it was."""

from .adapters import (
    StorageAdapterConfig,
    StorageAdapterFactory,
    create_event_store,
    get_registered_adapters,
    register_storage_adapter,
    unregister_storage_adapter,
)
from .base_stores import (
    BaseEventStore,
    BaseEventStoreWithSnapshots,
    EventStore,
    EventStoreWithSnapshots,
)
from .comparing import compare_replays
from .composite import CompositeEventStore, TTLEventStore
from .errors import CompositeStoreError
from .recorder import EventRecorder
from .replayer import EventReplayer, ReplayResult, get_stream_metadata, replay
from .sourcing import EventSourcing
from .stores import FileEventStore, InMemoryEventStore, ReadOnlyEventStore
from .states import (
    RecordOptions,
    ReplayComparison,
    ReplayedState,
    ReplayOptions,
    Snapshot,
    StreamMetadata,
)
from .types import (
    CheckpointEvent,
    CompleteEvent,
    ContinuationEvent,
    DriftEvent,
    DriftEventResult,
    ErrorEvent,
    EventEnvelope,
    FallbackEvent,
    GuardrailEvent,
    GuardrailEventResult,
    OpaqueEvent,
    RecordedEvent,
    RecordedEventType,
    RetryEvent,
    SerializedError,
    SerializedOptions,
    StartEvent,
    TokenEvent,
    deserialize_error,
    generate_stream_id,
    serialize_error,
)

__all__ = [
    "BaseEventStore",
    "BaseEventStoreWithSnapshots",
    "CheckpointEvent",
    "CompleteEvent",
    "CompositeEventStore",
    "CompositeStoreError",
    "ContinuationEvent",
    "DriftEvent",
    "DriftEventResult",
    "ErrorEvent",
    "EventEnvelope",
    "EventRecorder",
    "EventReplayer",
    "EventSourcing",
    "EventStore",
    "EventStoreWithSnapshots",
    "FallbackEvent",
    "FileEventStore",
    "GuardrailEvent",
    "GuardrailEventResult",
    "InMemoryEventStore",
    "OpaqueEvent",
    "ReadOnlyEventStore",
    "RecordOptions",
    "RecordedEvent",
    "RecordedEventType",
    "ReplayComparison",
    "ReplayOptions",
    "ReplayResult",
    "ReplayedState",
    "RetryEvent",
    "SerializedError",
    "SerializedOptions",
    "Snapshot",
    "StartEvent",
    "StorageAdapterConfig",
    "StorageAdapterFactory",
    "StreamMetadata",
    "TTLEventStore",
    "TokenEvent",
    "compare_replays",
    "create_event_store",
    "deserialize_error",
    "generate_stream_id",
    "get_registered_adapters",
    "get_stream_metadata",
    "register_storage_adapter",
    "replay",
    "serialize_error",
    "unregister_storage_adapter",
]
