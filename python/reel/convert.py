"""Events to interchange JSON and back (docs/INTERCHANGE.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from . import _reel
from .errors import InvalidArgumentError
from .free_form import as_dict
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
    RetryEvent,
    SerializedError,
    SerializedOptions,
    StartEvent,
    TokenEvent,
)

__all__ = [
    "dumps",
    "envelope_from_dict",
    "envelope_to_dict",
    "error_from_dict",
    "event_from_dict",
    "event_from_json",
    "event_to_dict",
    "event_to_json",
]

# Of each type its class and its members, in their order.
_KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "START": (StartEvent, ("options",)),
    "TOKEN": (TokenEvent, ("value", "index", "channel", "call")),
    "CHECKPOINT": (CheckpointEvent, ("at", "content")),
    "GUARDRAIL": (GuardrailEvent, ("at", "result", "check_type")),
    "DRIFT": (DriftEvent, ("at", "result")),
    "RETRY": (RetryEvent, ("reason", "attempt", "counts_toward_limit", "delay")),
    "FALLBACK": (FallbackEvent, ("to", "from_", "reason")),
    "CONTINUATION": (ContinuationEvent, ("checkpoint", "at")),
    "COMPLETE": (CompleteEvent, ("content", "token_count")),
    "ERROR": (ErrorEvent, ("error", "failure_type", "recovery_strategy", "policy")),
}
_MAY_BE_EMPTY = {"failure_type", "recovery_strategy", "policy"}  # then they are left out


def _json_default(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    found = as_dict(value)
    if found is None:
        raise InvalidArgumentError(
            f"a {type(value).__name__} is no JSON value; convert it first, to a str for instance"
        )
    return found


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_json_default
)


def dumps(value: Any, what: str = "the event") -> str:
    """JSON text as reel stores it. ``what`` begins the message of the error."""
    try:
        return _ENCODER.encode(value)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"{what}: {error}") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidArgumentError(f"{what} is not JSON: {error}") from error


def _type_name(event: Any) -> str:
    kind = getattr(event, "type", None)
    name = kind.value if isinstance(kind, Enum) else kind
    if not isinstance(name, str) or not hasattr(event, "ts"):
        raise TypeError(
            f"an event has a type and a ts; a {type(event).__name__} has not: use TokenEvent(...) "
            "and its like"
        )
    return name


def _object(name: str, value: Any) -> Any:
    if name == "error" and not isinstance(value, Mapping):
        found = {key: getattr(value, key, None) for key in _ERROR_MEMBERS}
        found = {key: one for key, one in found.items() if one is not None}
        return {**found, **(getattr(value, "extra", None) or {})}
    made = as_dict(value)
    return value if made is None else made


_ERROR_MEMBERS = ("name", "message", "code", "stack", "metadata")
_OBJECTS = {"options", "result", "error"}


def _ts_of(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidArgumentError(f"ts must be a number of milliseconds, not {value!r}") from None


def event_to_dict(event: Any) -> dict[str, Any]:
    """The interchange object of an event: one of reel's, of L0's, or such a dict already."""
    if isinstance(event, EventEnvelope):
        event = event.event
    if isinstance(event, Mapping):
        return dict(event)
    name = _type_name(event)
    members: dict[str, Any] = {"type": name, "ts": _ts_of(event.ts)}
    if name in _KINDS:
        for key in _KINDS[name][1]:
            value = getattr(event, key, None)
            if value is None or (value == "" and key in _MAY_BE_EMPTY):
                continue
            members[key.rstrip("_")] = _object(key, value) if key in _OBJECTS else value
    for key, value in (getattr(event, "extra", None) or {}).items():
        members.setdefault(key, value)
    return members


def event_to_json(event: Any) -> str:
    """The same as text."""
    members = event_to_dict(event)
    return dumps(members, f"the {members.get('type', 'event')} event")


def error_from_dict(given: Mapping[str, Any]) -> SerializedError:
    """An error of its interchange object."""
    members = dict(given)
    known = {key: members.pop(key) for key in _ERROR_MEMBERS if key in members}
    return SerializedError(**known, extra=members)


_READERS = {
    ("START", "options"): SerializedOptions.from_dict,
    ("GUARDRAIL", "result"): GuardrailEventResult.from_dict,
    ("DRIFT", "result"): DriftEventResult.from_dict,
    ("ERROR", "error"): error_from_dict,
}


def event_from_dict(given: Mapping[str, Any]) -> RecordedEvent:
    """An event of its interchange object. Unknown types and members are kept."""
    members = dict(given)
    name, ts = members.pop("type"), float(members.pop("ts"))
    if name not in _KINDS:
        return OpaqueEvent(type=name, ts=ts, extra=members)
    kind, keys = _KINDS[name]
    known: dict[str, Any] = {}
    for key in keys:
        value = members.pop(key.rstrip("_"), None)
        if value is not None:
            reader = _READERS.get((name, key))
            known[key] = value if reader is None else reader(value)
    return kind(ts=ts, extra=members, **known)  # type: ignore[no-any-return]


def event_from_json(text: str) -> RecordedEvent:
    """The same of text."""
    return event_from_dict(json.loads(text))


def envelope_to_dict(envelope: EventEnvelope) -> dict[str, Any]:
    """The interchange object of an envelope."""
    return {
        "stream_id": envelope.stream_id,
        "seq": envelope.seq,
        "event": event_to_dict(envelope.event),
    }


def envelope_from_dict(given: Mapping[str, Any]) -> EventEnvelope:
    """An envelope of its interchange object."""
    return EventEnvelope(given["stream_id"], given["seq"], event_from_dict(given["event"]))


# What the extension makes events and envelopes of. Whoever reads any has this module.
_reel.set_event_types(EventEnvelope, TokenEvent, event_from_json)
