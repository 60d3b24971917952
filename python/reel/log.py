"""Log and Recorder: the engine itself, without coroutines, for hot loops."""

from __future__ import annotations

import os
from typing import Any, Optional, Union

from . import _reel, building
from .convert import event_to_json

__all__ = ["Log", "Recorder"]


class Recorder(_reel.RecorderBase):
    """Records the events of one stream of a :class:`Log`. One thread at a time.

    When a method returns, the event survives ``kill -9``. Events are stamped by the log's clock.
    Get one from :meth:`Log.recorder`; closing or dropping it releases the stream.
    """

    def record(self, event: Any) -> None:
        """Record any event as it is, with its own ts."""
        self._append(event_to_json(event), False)

    def _stamped(self, event: Any) -> None:
        self._append(event_to_json(event), True)

    def record_start(self, options: Any = None) -> None:
        """Record a START. ``options``: a dict with any keys, or SerializedOptions."""
        self._stamped(building.start(options))

    def record_checkpoint(self, at: Any = None, content: Any = None) -> None:
        """Record a CHECKPOINT: ``(content, at)`` or ``(at, content)``."""
        self._stamped(building.checkpoint(at, content))

    def record_guardrail(
        self, at: Any = None, result: Any = None, check_type: Optional[str] = None
    ) -> None:
        """Record a GUARDRAIL: ``(result, check_type)`` or ``(at, result)``."""
        self._stamped(building.guardrail(at, result, check_type))

    def record_drift(self, at: Any = None, result: Any = None) -> None:
        """Record a DRIFT: ``(result)`` or ``(at, result)``."""
        self._stamped(building.drift(at, result))

    def record_retry(
        self,
        reason: Any = None,
        attempt: Any = None,
        counts_toward_limit: bool = True,
        delay: Optional[float] = None,
    ) -> None:
        """Record a RETRY, with the arguments of EventRecorder.record_retry."""
        self._stamped(building.retry(reason, attempt, counts_toward_limit, delay))

    def record_fallback(
        self,
        to: Any = None,
        to_index: Optional[int] = None,
        reason: Optional[str] = None,
        *,
        from_index: Optional[int] = None,
    ) -> None:
        """Record a FALLBACK: ``(to)`` or ``(from_index, to_index, reason)``."""
        self._stamped(building.fallback(to, to_index, reason, from_index))

    def record_continuation(self, checkpoint: Any = None, at: Any = None) -> None:
        """Record a CONTINUATION."""
        self._stamped(building.continuation(checkpoint, at))

    def record_complete(self, content: Any = None, token_count: Any = None) -> None:
        """Record a COMPLETE."""
        self._stamped(building.complete(content, token_count))

    def record_error(
        self, error: Any, failure_type: str = "", recovery_strategy: str = "", policy: str = ""
    ) -> None:
        """Record an ERROR: an exception, a dict with a name and a message, or SerializedError."""
        self._stamped(building.error(error, failure_type, recovery_strategy, policy))

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Log:
    """A store in a folder, open for writing by this process; others may write beside it.

    Options, with their defaults: ``overflow`` ("block": wait for room ``block_deadline_ms``, 1000;
    "fail"; "drop": declare a gap), ``sync_interval_ms`` (1000: what a power cut can lose at most),
    ``arena`` ("automatic", "shm", "store"), ``clock`` ("tsc", "system", "ticker"), ``create``
    (True), ``arena_bytes``, ``event_bytes_max``, ``open_streams_max``, ``segment_bytes_max``,
    ``batch_bytes``, ``block_bytes``, ``zstd_level``, ``compression_threads``, ``snapshot_events``.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"], **options: Any):
        self.path = os.fspath(path)
        self._log = _reel.Log.open(os.fsencode(path), options)

    def recorder(self, stream_id: str = "", prefix: str = "l0") -> Recorder:
        """A recorder on a stream ("": a new one). One that exists is continued.
        :class:`BusyError`: another recorder holds it."""
        return self._log.recorder(stream_id, prefix, Recorder)  # type: ignore[no-any-return]

    def delete_stream(self, stream_id: str, prefix: str = "l0") -> bool:
        """Delete a stream and its snapshots, durably. True: it existed."""
        return self._log.delete_stream(stream_id, prefix)

    def flush(self, deadline_ms: int = 10000) -> None:
        """Wait until all that was recorded is in a segment."""
        self._log.flush(deadline_ms)

    def sync(self, deadline_ms: int = 10000) -> None:
        """Wait until all that was recorded is on disk."""
        self._log.sync(deadline_ms)

    @property
    def watermarks(self) -> tuple[int, int, int]:
        """(recorded, written, durable), in events."""
        return self._log.watermarks()

    def stats(self) -> dict[str, int]:
        """What the writer has done, as of its last round."""
        return self._log.stats()

    def prometheus(self, labels: str = "") -> str:
        """Metrics in Prometheus' text format; ``labels`` go into every line: ``store="a"``."""
        return self._log.prometheus(labels)

    @property
    def recovery(self) -> dict[str, Any]:
        """What opening found that an earlier process had left, and did about it."""
        return self._log.recovery()

    @property
    def closed(self) -> bool:
        """Was it closed?"""
        return self._log.closed

    def close(self, deadline_ms: int = 10000) -> None:
        """Write and seal everything. Its recorders raise :class:`ClosedError` afterwards."""
        self._log.close(deadline_ms)

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Log({self.path!r}{', closed' if self.closed else ''})"
