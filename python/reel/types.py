"""The types of the document, as dataclasses: L0's fields, and those that the document adds.

Times are Unix milliseconds, as floats. What an event was recorded with beyond its fields is in
``extra`` and comes out again when it is exported.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Optional, Union

from . import _reel
from .free_form import FreeForm

__all__ = [
    "CheckpointEvent",
    "CompleteEvent",
    "ContinuationEvent",
    "DriftEvent",
    "DriftEventResult",
    "ErrorEvent",
    "EventEnvelope",
    "FallbackEvent",
    "GuardrailEvent",
    "GuardrailEventResult",
    "OpaqueEvent",
    "RecordedEvent",
    "RecordedEventType",
    "RetryEvent",
    "SerializedError",
    "SerializedOptions",
    "StartEvent",
    "TokenEvent",
    "deserialize_error",
    "generate_stream_id",
    "now_ms",
    "serialize_error",
]


class RecordedEventType(str, Enum):
    """The ten types of events. Each equals its name: ``event.type == "TOKEN"``."""

    START = "START"
    TOKEN = "TOKEN"
    CHECKPOINT = "CHECKPOINT"
    GUARDRAIL = "GUARDRAIL"
    DRIFT = "DRIFT"
    RETRY = "RETRY"
    FALLBACK = "FALLBACK"
    CONTINUATION = "CONTINUATION"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"


_Extra = dict[str, Any]


def _extra() -> Any:
    return field(default_factory=dict, repr=False)


@dataclass(eq=False)
class SerializedOptions(FreeForm):
    """Options of a START. Any further key is kept: ``options["temperature"]``."""

    prompt: Optional[str] = None
    model: Optional[str] = None
    retry: Optional[dict[str, Any]] = None
    timeout: Optional[dict[str, Any]] = None
    check_intervals: Optional[dict[str, Any]] = None
    continue_from_checkpoint: bool = False
    detect_drift: bool = False
    detect_zero_tokens: bool = False
    fallback_count: int = 0
    guardrail_count: int = 0
    metadata: Optional[dict[str, Any]] = None
    extra: _Extra = field(default_factory=dict)


@dataclass
class SerializedError:
    """An error as it is stored: ``name`` is its class, ``stack`` the traceback."""

    name: str = ""
    message: str = ""
    code: Optional[str] = None
    stack: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    extra: _Extra = _extra()


@dataclass(eq=False)
class GuardrailEventResult(FreeForm):
    """What a guardrail found. Any further key is kept."""

    violations: list[dict[str, Any]] = field(default_factory=list)
    should_retry: bool = False
    should_halt: bool = False
    passed: Optional[bool] = None
    extra: _Extra = _extra()


@dataclass(eq=False)
class DriftEventResult(FreeForm):
    """What drift detection found. Any further key is kept."""

    detected: bool = False
    types: list[str] = field(default_factory=list)
    confidence: float = 0.0
    type: Optional[str] = None
    extra: _Extra = _extra()


@dataclass
class StartEvent:
    """The stream began."""

    type: Literal[RecordedEventType.START] = RecordedEventType.START
    ts: float = 0.0
    options: SerializedOptions = field(default_factory=SerializedOptions)
    extra: _Extra = _extra()


class _MakesExtra:
    """The engine makes tokens without ``extra``: hardly one has any, and there are many."""

    def __getattr__(self, name: str) -> Any:
        if name != "extra":
            raise AttributeError(f"{type(self).__name__} has no {name!r}")
        self.extra: _Extra = {}
        return self.extra


@dataclass
class TokenEvent(_MakesExtra):
    """A token. ``channel`` is None for text; ``reasoning`` and ``tool_call`` are no content."""

    type: Literal[RecordedEventType.TOKEN] = RecordedEventType.TOKEN
    ts: float = 0.0
    value: str = ""
    index: int = 0
    channel: Optional[str] = field(default=None, repr=False)
    call: Optional[int] = field(default=None, repr=False)
    extra: _Extra = _extra()


@dataclass
class CheckpointEvent:
    """The content so far, to resume from; ``at`` counts the tokens it covers."""

    type: Literal[RecordedEventType.CHECKPOINT] = RecordedEventType.CHECKPOINT
    ts: float = 0.0
    at: int = 0
    content: str = ""
    extra: _Extra = _extra()


@dataclass
class GuardrailEvent:
    """A guardrail was evaluated."""

    type: Literal[RecordedEventType.GUARDRAIL] = RecordedEventType.GUARDRAIL
    ts: float = 0.0
    at: int = 0
    result: GuardrailEventResult = field(default_factory=GuardrailEventResult)
    check_type: Optional[str] = field(default=None, repr=False)
    extra: _Extra = _extra()


@dataclass
class DriftEvent:
    """Drift was looked for."""

    type: Literal[RecordedEventType.DRIFT] = RecordedEventType.DRIFT
    ts: float = 0.0
    at: int = 0
    result: DriftEventResult = field(default_factory=DriftEventResult)
    extra: _Extra = _extra()


@dataclass
class RetryEvent:
    """A retry; ``attempt`` counts from 1, ``delay`` is in milliseconds."""

    type: Literal[RecordedEventType.RETRY] = RecordedEventType.RETRY
    ts: float = 0.0
    reason: str = ""
    attempt: int = 1
    counts_toward_limit: bool = True
    delay: Optional[float] = None
    extra: _Extra = _extra()


@dataclass
class FallbackEvent:
    """Another model takes over."""

    type: Literal[RecordedEventType.FALLBACK] = RecordedEventType.FALLBACK
    ts: float = 0.0
    to: int = 0
    from_: Optional[int] = None
    reason: Optional[str] = None
    extra: _Extra = _extra()


@dataclass
class ContinuationEvent:
    """The stream resumes from a checkpoint."""

    type: Literal[RecordedEventType.CONTINUATION] = RecordedEventType.CONTINUATION
    ts: float = 0.0
    checkpoint: str = ""
    at: int = 0
    extra: _Extra = _extra()


@dataclass
class CompleteEvent:
    """The stream ended well."""

    type: Literal[RecordedEventType.COMPLETE] = RecordedEventType.COMPLETE
    ts: float = 0.0
    content: str = ""
    token_count: int = 0
    extra: _Extra = _extra()


@dataclass
class ErrorEvent:
    """The stream failed."""

    type: Literal[RecordedEventType.ERROR] = RecordedEventType.ERROR
    ts: float = 0.0
    error: SerializedError = field(default_factory=SerializedError)
    failure_type: str = ""
    recovery_strategy: str = ""
    policy: str = ""
    extra: _Extra = _extra()


@dataclass
class OpaqueEvent:
    """An event of a type that reel does not know, kept as it came; its members are in ``extra``."""

    type: str = ""
    ts: float = 0.0
    extra: _Extra = field(default_factory=dict)


RecordedEvent = Union[
    StartEvent, TokenEvent, CheckpointEvent, GuardrailEvent, DriftEvent, RetryEvent,
    FallbackEvent, ContinuationEvent, CompleteEvent, ErrorEvent, OpaqueEvent,
]  # fmt: skip


@dataclass
class EventEnvelope:
    """An event with its place: ``seq`` counts from 0 in its stream.

    Also reads like the event itself (``envelope.ts``), so that stores which were written for bare
    events and those written for envelopes can both be given one. An envelope around an envelope
    is an envelope around its event.
    """

    stream_id: str
    seq: int
    event: RecordedEvent

    def __post_init__(self) -> None:
        while isinstance(self.event, EventEnvelope):
            self.event = self.event.event

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "event":
            raise AttributeError(name)
        return getattr(self.event, name)


def serialize_error(error: BaseException) -> SerializedError:
    """An exception as it is stored."""
    import traceback  # here, for a quick import of reel

    code = getattr(error, "code", None)
    metadata = getattr(error, "metadata", None)
    return SerializedError(
        name=type(error).__name__,
        message=str(error),
        code=code if code is None or isinstance(code, str) else str(code),
        stack="".join(traceback.format_exception(type(error), error, error.__traceback__)),
        metadata=dict(metadata) if isinstance(metadata, dict) else None,
    )


def deserialize_error(stored: SerializedError) -> Exception:
    """A stored error as an exception; its class's name is its ``original_type``."""
    error = Exception(stored.message)
    named = {"original_type": stored.name, "code": stored.code, "stack": stored.stack,
             "metadata": stored.metadata}  # fmt: skip
    for name, value in named.items():
        if value:
            setattr(error, name, value)
    return error


def generate_stream_id() -> str:
    """A new id, ordered by time (UUIDv7)."""
    return _reel.generate_id()


def now_ms() -> float:
    """Now, in Unix milliseconds."""
    return time.time() * 1000
