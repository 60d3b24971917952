"""How two states differ, in L0's words."""

from __future__ import annotations

from typing import Optional

from .states import ReplayComparison, ReplayedState
from .types import SerializedError

__all__ = ["compare_replays"]

_PLAIN = (
    "completed",
    "drift_detected",
    "retry_attempts",
    "network_retry_count",
    "fallback_index",
)


def _error_difference(a: Optional[SerializedError], b: Optional[SerializedError]) -> Optional[str]:
    if a is None and b is None:
        return None
    if a is None or b is None:
        return f"error: {a!r} vs {b!r}"
    if (a.name, a.message) == (b.name, b.message):
        return None
    return f"error: {a.name}('{a.message}') vs {b.name}('{b.message}')"


def compare_replays(state1: ReplayedState, state2: ReplayedState) -> ReplayComparison:
    """Compares all fields; of an error only name and message count."""
    found: dict[str, str] = {}
    if state1.content != state2.content:
        found["content"] = f"content: '{state1.content[:50]}...' vs '{state2.content[:50]}...'"
    if state1.token_count != state2.token_count:
        found["token_count"] = f"token_count: {state1.token_count} vs {state2.token_count}"
    if state1.checkpoint != state2.checkpoint:
        found["checkpoint"] = f"checkpoint: '{state1.checkpoint}' vs '{state2.checkpoint}'"
    for name in _PLAIN:
        one, two = getattr(state1, name), getattr(state2, name)
        if one != two:
            found[name] = f"{name}: {one} vs {two}"
    if state1.violations != state2.violations:
        found["violations"] = f"violations: {state1.violations!r} vs {state2.violations!r}"
    error = _error_difference(state1.error, state2.error)
    if error is not None:
        found["error"] = error
    for name in ("start_ts", "end_ts"):
        one, two = getattr(state1, name), getattr(state2, name)
        if one != two:
            found[name] = f"{name}: {one} vs {two}"
    return ReplayComparison(not found, list(found.values()), list(found))
