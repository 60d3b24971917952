"""All events of a store as columns, for NumPy or anything that knows the buffer protocol.

    for batch in reel.scan_columns("./store"):
        ts = numpy.asarray(batch.ts_ms)            # no copy
        tokens = numpy.asarray(batch.types) == reel.columns.TOKEN
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Optional, Union

from . import _reel

__all__ = ["ColumnScan", "GAP", "TOKEN", "TYPES", "scan_columns"]

TYPES = {
    1: "START",
    2: "TOKEN",
    3: "CHECKPOINT",
    4: "GUARDRAIL",
    5: "DRIFT",
    6: "RETRY",
    7: "FALLBACK",
    8: "CONTINUATION",
    9: "COMPLETE",
    10: "ERROR",
    11: "OPAQUE",
    12: "GAP",
}
"""What the numbers in ``batch.types`` mean. A GAP stands for events that are declared missing."""

TOKEN = 2
GAP = 12


class ColumnScan:
    """Iterates over batches. A batch has ``types``, ``ts_ms``, ``token_bytes``: one entry an event;
    and ``run_starts``, ``run_streams``, ``run_first_seqs``: one entry a run, which is events of one
    stream that follow each other. Each is a read-only buffer that keeps its batch alive.

    One scan alone gives the runs of a stream in order of seq, streams mixed. It shows the store as
    it was when the scan was made.
    """

    def __init__(self, scan: Any, batch_events: int):
        self._scan = scan
        self._batch_events = batch_events

    def __iter__(self) -> Iterator[Any]:
        while (batch := self._scan.next(self._batch_events)) is not None:
            yield batch

    def stream(self, number: int) -> tuple[str, str]:
        """(prefix, stream_id) of a number in ``run_streams`` that has come."""
        return self._scan.stream(int(number))  # type: ignore[no-any-return]

    @property
    def damage(self) -> int:
        """How many places on disk could not be read; their events do not come."""
        return self._scan.damage()  # type: ignore[no-any-return]


def scan_columns(
    path: Union[str, "os.PathLike[str]"],
    *,
    stamps: bool = True,
    token_bytes: bool = True,
    prefix: Optional[str] = None,
    batch_events: int = 1 << 18,
) -> ColumnScan:
    """A scan of a store, live or not; what is not asked for is not unpacked. ``prefix`` None: all
    namespaces. The GIL is released while a batch is gathered."""
    scan = _reel.scan_columns(os.fsencode(path), stamps, token_bytes, prefix)
    return ColumnScan(scan, max(1, batch_events))
