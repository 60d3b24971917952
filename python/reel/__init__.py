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
# What the extension is made of is the process's: the types of events, the open logs and their end.
if not _reel.in_main_interpreter():
    raise ImportError(
        "reel works in the main interpreter alone; use processes, or threads of that interpreter"
    )
from . import errors
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import adapters, columns, eventsourcing, states, stores, types
    from .columns import ColumnScan, scan_columns
    from .log import Log, Recorder
    from .sourcing import EventSourcing
    from .teeing import tee

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

# Each name of these comes with its module when it is first asked for: who needs the engine alone
# does not wait for the document's API, nor for what that is made of.
_MODULES = {
    "ColumnScan": "columns",
    "EventSourcing": "sourcing",
    "Log": "log",
    "Recorder": "log",
    "adapters": "adapters",
    "columns": "columns",
    "eventsourcing": "eventsourcing",
    "scan_columns": "columns",
    "states": "states",
    "stores": "stores",
    "tee": "teeing",
    "types": "types",
}


def __getattr__(name: str) -> object:
    module_name = _MODULES.get(name)
    if module_name is None:
        raise AttributeError(f"module 'reel' has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f".{module_name}", __name__)
    found = module if name == module_name else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})


# Who registered later is called earlier: this comes last, when nobody records any more.
atexit.register(_reel.close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_reel.before_fork,
        after_in_parent=_reel.after_fork_in_parent,
        after_in_child=_reel.after_fork_in_child,
    )
