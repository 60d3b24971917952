"""reel: a recording engine for the event streams of language models.

``EventSourcing`` is the document's API (docs/PYTHON.md), ``Log`` and ``Recorder`` are the engine
for hot loops, ``scan_columns`` gives a store to NumPy, ``tee`` records a stream on its way.
"""

import atexit
import os

try:
    from . import _reel
except ImportError as error:
    raise ImportError(
        "reel's extension is not here: run `pip install .` in the checkout, or build it and set "
        f"PYTHONPATH=build/release/python ({error})"
    ) from error
from . import columns, errors, eventsourcing
from .columns import ColumnScan, scan_columns
from .convert import event_from_json
from .errors import (
    BusyError,
    ClosedError,
    CompositeStoreError,
    ContradictionError,
    DamagedError,
    ForkedError,
    FullError,
    InternalError,
    InvalidArgumentError,
    NotAStoreError,
    NotFoundError,
    ReelError,
    SequenceError,
    StoreIOError,
    TimedOutError,
    TooLargeError,
)
from .log import Log, Recorder
from .sourcing import EventSourcing
from .teeing import tee
from .types import EventEnvelope, TokenEvent

__all__ = [
    "BusyError",
    "ClosedError",
    "ColumnScan",
    "CompositeStoreError",
    "ContradictionError",
    "DamagedError",
    "EventSourcing",
    "ForkedError",
    "FullError",
    "InternalError",
    "InvalidArgumentError",
    "Log",
    "NotAStoreError",
    "NotFoundError",
    "Recorder",
    "ReelError",
    "SequenceError",
    "StoreIOError",
    "TimedOutError",
    "TooLargeError",
    "columns",
    "errors",
    "eventsourcing",
    "scan_columns",
    "tee",
]

__version__: str = _reel.version

_reel.set_event_types(EventEnvelope, TokenEvent, event_from_json)
# Who registered later is called earlier: this comes last, when nobody records any more.
atexit.register(_reel.close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_reel.before_fork,
        after_in_parent=_reel.after_fork_in_parent,
        after_in_child=_reel.after_fork_in_child,
    )
