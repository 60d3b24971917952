"""What each event does to a state (docs/RULES.md)."""

from __future__ import annotations

from typing import Any, Callable

from .convert import error_from_dict
from .states import ReplayedState

__all__ = ["apply", "is_text_token", "violations_of"]


def is_text_token(event: Any) -> bool:
    """A TOKEN that belongs to the content: one without a channel."""
    return event.type == "TOKEN" and not getattr(event, "channel", None)


def _member(of: Any, name: str, default: Any) -> Any:
    """Of a result, which may be a plain dict in a store of somebody's own."""
    return of.get(name, default) if isinstance(of, dict) else getattr(of, name, default)


def violations_of(event: Any) -> list[Any]:
    """What a GUARDRAIL found. Results are free-form: what is no list counts for nothing."""
    found = _member(event.result, "violations", None)
    return found if isinstance(found, list) else []


def _start(state: ReplayedState, event: Any) -> None:
    state.start_ts = event.ts


def _token(state: ReplayedState, event: Any) -> None:
    if getattr(event, "channel", None):
        return
    # Taken out first: text that nobody else refers to grows in place.
    content = state.__dict__.pop("content")
    content += event.value
    state.content = content
    state.token_count = event.index + 1


def _checkpoint(state: ReplayedState, event: Any) -> None:
    state.checkpoint = event.content


def _guardrail(state: ReplayedState, event: Any) -> None:
    state.violations.extend(violations_of(event))


def _drift(state: ReplayedState, event: Any) -> None:
    if _member(event.result, "detected", False) is True:
        state.drift_detected = True


def _retry(state: ReplayedState, event: Any) -> None:
    if event.counts_toward_limit:
        state.retry_attempts += 1
    else:
        state.network_retry_count += 1


def _fallback(state: ReplayedState, event: Any) -> None:
    state.fallback_index = event.to


def _continuation(state: ReplayedState, event: Any) -> None:
    state.content = event.checkpoint
    state.token_count = event.at


def _complete(state: ReplayedState, event: Any) -> None:
    state.completed = True
    state.content = event.content
    state.token_count = event.token_count
    state.end_ts = event.ts


def _error(state: ReplayedState, event: Any) -> None:
    error = event.error
    state.error = error_from_dict(error) if isinstance(error, dict) else error
    state.end_ts = event.ts


_FOLDS: dict[Any, Callable[[ReplayedState, Any], None]] = {
    "START": _start,
    "TOKEN": _token,
    "CHECKPOINT": _checkpoint,
    "GUARDRAIL": _guardrail,
    "DRIFT": _drift,
    "RETRY": _retry,
    "FALLBACK": _fallback,
    "CONTINUATION": _continuation,
    "COMPLETE": _complete,
    "ERROR": _error,
}


def apply(state: ReplayedState, event: Any) -> None:
    """Moves the state on by one event. Unknown types change nothing."""
    # A member of an enum of str hashes and compares as its name does.
    fold = _FOLDS.get(event.type)
    if fold is not None:
        fold(state, event)
