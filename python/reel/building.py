"""The events that the ``record_*`` methods make, with the argument habits of the document and of
L0's code: where their positional orders differ, the types of the arguments tell which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from .convert import error_from_dict
from .errors import InvalidArgumentError
from .free_form import as_dict
from .types import (
    CheckpointEvent,
    CompleteEvent,
    ContinuationEvent,
    DriftEvent,
    DriftEventResult,
    ErrorEvent,
    FallbackEvent,
    GuardrailEvent,
    GuardrailEventResult,
    RetryEvent,
    SerializedError,
    SerializedOptions,
    StartEvent,
    TokenEvent,
    serialize_error,
)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _need(function: str, **arguments: Any) -> None:
    missing = [name for name, value in arguments.items() if value is None]
    if missing:
        raise TypeError(f"{function} needs {' and '.join(missing)}")


def _object(kind: Any, given: Any, what: str) -> Any:
    if isinstance(given, kind):
        return given
    found = as_dict(given)
    if found is None:
        raise TypeError(f"{what} must be a dict or a {kind.__name__}, not {type(given).__name__}")
    return kind.from_dict(found)


def start(options: Any = None) -> StartEvent:
    given = {} if options is None else options
    return StartEvent(options=_object(SerializedOptions, given, "record_start: options"))


def token(value: Any, index: Any, channel: Optional[str], call: Optional[int]) -> TokenEvent:
    if not isinstance(value, str):
        raise TypeError(f"record_token: value must be a str, not {type(value).__name__}")
    if not _is_count(index):
        raise TypeError(f"record_token: index must be an int, not {type(index).__name__}")
    return TokenEvent(value=value, index=index, channel=channel, call=call)


def checkpoint(at: Any, content: Any) -> CheckpointEvent:
    if isinstance(at, str):
        at, content = content, at
    _need("record_checkpoint", at=at, content=content)
    return CheckpointEvent(at=at, content=content)


def guardrail(at: Any, result: Any, check_type: Optional[str]) -> GuardrailEvent:
    if at is not None and not _is_count(at):  # (result, check_type)
        at, result, check_type = None, at, check_type if result is None else result
    _need("record_guardrail", result=result)
    made = _object(GuardrailEventResult, result, "record_guardrail: result")
    return GuardrailEvent(at=at or 0, result=made, check_type=check_type)


def drift(at: Any, result: Any) -> DriftEvent:
    if at is not None and not _is_count(at):
        at, result = result, at
    _need("record_drift", result=result)
    made = _object(DriftEventResult, result, "record_drift: result")
    return DriftEvent(at=at or 0, result=made)


def retry(reason: Any, attempt: Any, counts: Any, delay: Any) -> RetryEvent:
    if _is_count(reason):  # (attempt, reason, delay, counts_toward_limit)
        reason, attempt = attempt, reason
        if not isinstance(counts, bool):
            counts, delay = delay if isinstance(delay, bool) else True, counts
    _need("record_retry", reason=reason, attempt=attempt)
    return RetryEvent(reason=reason, attempt=attempt, counts_toward_limit=counts, delay=delay)


def fallback(to: Any, to_index: Any, reason: Any, from_index: Any) -> FallbackEvent:
    if to is not None and to_index is not None:  # (from_index, to_index, reason)
        from_index = to
    to = to if to_index is None else to_index
    _need("record_fallback", to=to)
    return FallbackEvent(to=to, from_=from_index, reason=reason)


def continuation(checkpoint: Any, at: Any) -> ContinuationEvent:
    if _is_count(checkpoint):
        checkpoint, at = at, checkpoint
    _need("record_continuation", checkpoint=checkpoint, at=at)
    return ContinuationEvent(checkpoint=checkpoint, at=at)


def complete(content: Any, token_count: Any) -> CompleteEvent:
    _need("record_complete", content=content, token_count=token_count)
    return CompleteEvent(content=content, token_count=token_count)


def error(given: Any, failure_type: str, recovery_strategy: str, policy: str) -> ErrorEvent:
    if isinstance(given, BaseException):
        made = serialize_error(given)
    elif isinstance(given, Mapping):
        made = error_from_dict(given)
    elif isinstance(given, SerializedError) or hasattr(given, "message"):
        made = given
    else:
        raise TypeError(
            "record_error: error must be an exception, a dict or a SerializedError, not "
            + type(given).__name__
        )
    if not getattr(made, "name", ""):
        raise InvalidArgumentError("record_error: the error needs a name")
    return ErrorEvent(
        error=made,
        failure_type=failure_type,
        recovery_strategy=recovery_strategy,
        policy=policy,
    )
