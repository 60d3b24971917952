"""States, snapshots and facts of streams, as dataclasses: the document's, with reel's additions at
their end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from .types import SerializedError, SerializedOptions

__all__ = [
    "RecordOptions",
    "ReplayComparison",
    "ReplayOptions",
    "ReplayedState",
    "Snapshot",
    "StreamMetadata",
]


@dataclass
class ReplayedState:
    """What a stream's events add up to."""

    content: str = ""
    token_count: int = 0
    checkpoint: str = ""
    violations: list[dict[str, Any]] = field(default_factory=list)
    drift_detected: bool = False
    retry_attempts: int = 0
    network_retry_count: int = 0
    fallback_index: int = 0
    completed: bool = False
    error: Optional[SerializedError] = None
    start_ts: float = 0.0
    end_ts: float = 0.0


@dataclass
class Snapshot:
    """The state after event ``seq``. The last four fields are reel's addition to L0's."""

    stream_id: str
    seq: int
    ts: float
    content: str
    token_count: int
    checkpoint: str
    violations: list[dict[str, Any]] = field(default_factory=list)
    drift_detected: bool = False
    retry_attempts: int = 0
    network_retry_count: int = 0
    fallback_index: int = 0
    completed: bool = False
    error: Optional[SerializedError] = None
    start_ts: float = 0.0
    end_ts: float = 0.0


@dataclass
class StreamMetadata:
    """Facts about a stream. ``status`` is open, interrupted, completed or error; ``gaps`` counts
    events that are declared missing; ``durable_seq`` is the last seq that is surely on disk."""

    stream_id: str
    event_count: int
    token_count: int
    start_ts: float
    end_ts: float
    completed: bool
    has_error: bool
    options: Optional[SerializedOptions] = None
    status: str = field(default="interrupted", repr=False)
    gaps: int = field(default=0, repr=False)
    durable_seq: Optional[int] = field(default=None, repr=False)


@dataclass
class ReplayComparison:
    """How two states differ: ``fields`` names what does, ``differences`` says how, one for one."""

    identical: bool
    differences: list[str]
    fields: list[str] = field(default_factory=list, repr=False)


@dataclass
class ReplayOptions:
    """What to replay, and how fast: 0 at once, 1 as it was, 2 twice as fast."""

    stream_id: str
    speed: float = 0.0
    fire_callbacks: bool = False
    from_seq: int = 0
    to_seq: Optional[int] = None


@dataclass
class RecordOptions:
    """L0's options for recording."""

    stream_id: Optional[str] = None
    save_snapshots: bool = False
    snapshot_interval: int = 100
