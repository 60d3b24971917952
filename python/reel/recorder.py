"""EventRecorder: the document's recorder, over any store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from . import _reel, building
from .appender import appender_of
from .base_stores import checked_store
from .convert import event_to_json
from .stores import checked_id, recording_native_of
from .types import EventEnvelope, TokenEvent, generate_stream_id, now_ms

__all__ = ["EventRecorder"]


class EventRecorder(_reel.EventRecorderBase):
    """Records the events of one stream; one method a type, all of them coroutines.

    Over reel's own stores they are done at once when awaited, without a round trip through the
    loop. An event is stamped with the time at which it is recorded. Once awaited it is seen by
    every reader, and what was recorded into a folder survives ``kill -9``.

    Without a ``stream_id`` a new one is made; a stream that exists is continued. One recorder is
    for one task at a time, several may record into one stream.
    """

    def __init__(self, event_store: Any, stream_id: Optional[str] = None):
        self._event_store = checked_store(event_store)
        self._stream_id = checked_id(stream_id or generate_stream_id())
        native = recording_native_of(event_store)
        self._direct = native is not None
        self._bind(native, self._stream_id)

    @property
    def stream_id(self) -> str:
        """The stream's id."""
        return self._stream_id

    @property
    def seq(self) -> int:
        """How many events this recorder has recorded."""
        return self._seq

    def __repr__(self) -> str:
        return f"EventRecorder(stream_id={self._stream_id!r}, seq={self.seq})"

    async def record(self, event: Any) -> None:
        """Record any event as it is, with its own ts. The seq of an envelope must be the next."""
        if self._direct and not isinstance(event, EventEnvelope):
            self._append(event_to_json(event))
            return
        seq = None
        if isinstance(event, EventEnvelope):
            event, seq = event.event, event.seq
        await appender_of(self._event_store).append(self._stream_id, event, seq)
        self._seq += 1
        if isinstance(event, TokenEvent):
            self._next_index = event.index + 1

    async def _stamped(self, event: Any) -> None:
        event.ts = now_ms()
        await self.record(event)

    async def record_start(self, options: Any = None) -> None:
        """Record a START. ``options``: a dict with any keys, or SerializedOptions."""
        await self._stamped(building.start(options))

    # record_token and record_tokens are the base class's; it comes back to these for stores that
    # are not its own, and for arguments that it does not know.

    async def _record_token(
        self,
        value: str,
        index: Optional[int] = None,
        *,
        channel: Optional[str] = None,
        call: Optional[int] = None,
    ) -> None:
        index = self._next_index if index is None else index
        await self._stamped(building.token(value, index, channel, call))

    async def _record_tokens(self, values: Iterable[str], index: Optional[int] = None) -> None:
        first = self._next_index if index is None else index
        if isinstance(values, str):
            raise TypeError("record_tokens: values must be a list of str, not str")
        for at, value in enumerate(list(values), first):
            await self._stamped(building.token(value, at, None, None))

    async def record_checkpoint(self, at: Any = None, content: Any = None) -> None:
        """Record a CHECKPOINT: ``(content, at)`` or ``(at, content)``; it covers ``at`` tokens."""
        await self._stamped(building.checkpoint(at, content))

    async def record_guardrail(
        self, at: Any = None, result: Any = None, check_type: Optional[str] = None
    ) -> None:
        """Record a GUARDRAIL: ``(result, check_type)`` or ``(at, result)``."""
        await self._stamped(building.guardrail(at, result, check_type))

    async def record_drift(self, at: Any = None, result: Any = None) -> None:
        """Record a DRIFT: ``(result)`` or ``(at, result)``."""
        await self._stamped(building.drift(at, result))

    async def record_retry(
        self,
        reason: Any = None,
        attempt: Any = None,
        counts_toward_limit: bool = True,
        delay: Optional[float] = None,
    ) -> None:
        """Record a RETRY; ``attempt`` counts from 1, ``delay`` is in milliseconds. By position:
        ``(reason, attempt, counts_toward_limit)`` or ``(attempt, reason, delay)``."""
        await self._stamped(building.retry(reason, attempt, counts_toward_limit, delay))

    async def record_fallback(
        self,
        to: Any = None,
        to_index: Optional[int] = None,
        reason: Optional[str] = None,
        *,
        from_index: Optional[int] = None,
    ) -> None:
        """Record a FALLBACK: ``(to)`` or ``(from_index, to_index, reason)``."""
        await self._stamped(building.fallback(to, to_index, reason, from_index))

    async def record_continuation(self, checkpoint: Any = None, at: Any = None) -> None:
        """Record a CONTINUATION from a checkpoint of ``at`` tokens."""
        await self._stamped(building.continuation(checkpoint, at))

    async def record_complete(self, content: Any = None, token_count: Any = None) -> None:
        """Record a COMPLETE."""
        await self._stamped(building.complete(content, token_count))

    async def record_error(
        self,
        error: Any,
        failure_type: str = "",
        recovery_strategy: str = "",
        policy: str = "",
    ) -> None:
        """Record an ERROR: an exception, a dict with a name and a message, or SerializedError."""
        await self._stamped(building.error(error, failure_type, recovery_strategy, policy))
