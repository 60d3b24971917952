"""What can go wrong, one exception type each.

Every exception of reel is a :class:`ReelError`, and also the built-in type that code which does not
know reel would look for (``ValueError``, ``OSError``, ...). The message is one sentence that says
what to do; ``code`` names the kind, ``file`` and ``offset`` say where, ``errno`` what the operating
system said.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "BusyError",
    "ClosedError",
    "CompositeStoreError",
    "ContradictionError",
    "DamagedError",
    "ForkedError",
    "FullError",
    "InternalError",
    "InvalidArgumentError",
    "NotAStoreError",
    "NotFoundError",
    "PartialError",
    "ReelError",
    "SequenceError",
    "StoreIOError",
    "TimedOutError",
    "TooLargeError",
]


class ReelError(Exception):
    """Base of all errors of reel."""

    code: str = "error"

    def __init__(self, message: str, *, file: str = "", offset: int = 0, sys_errno: int = 0):
        super().__init__(message)
        self.message = message
        self.file = file
        self.offset = offset
        self.sys_errno = sys_errno

    def __str__(self) -> str:
        return self.message


class InvalidArgumentError(ReelError, ValueError):
    """A value cannot be used; nothing was stored."""

    code = "invalid_argument"


class NotFoundError(ReelError, LookupError):
    """No such file, folder or stream."""

    code = "not_found"


class BusyError(ReelError):
    """Another process or recorder holds the stream; the message says who."""

    code = "busy"


class ClosedError(ReelError, ValueError):
    """The log, store or recorder was closed."""

    code = "closed"


class ForkedError(ClosedError):
    """The recorder belongs to the process that this one was forked from: make another one here."""

    code = "forked"


class TooLargeError(ReelError, ValueError):
    """Above a limit that the message names; nothing was stored."""

    code = "too_large"


class FullError(ReelError):
    """No room came free within the deadline; the event was not stored."""

    code = "full"


class StoreIOError(ReelError, OSError):
    """The operating system refused; ``errno``, or ``sys_errno``, is its number."""

    code = "io"

    def __init__(self, message: str, *, file: str = "", offset: int = 0, sys_errno: int = 0):
        super().__init__(message, file=file, offset=offset, sys_errno=sys_errno)
        self.errno = sys_errno or None
        self.strerror = os.strerror(sys_errno) if sys_errno else message
        self.filename = file or None


class DamagedError(ReelError):
    """Bytes on disk are not what was written."""

    code = "damaged"


class NotAStoreError(ReelError, ValueError):
    """The folder holds no store, or one of a newer format."""

    code = "not_a_store"


class SequenceError(ReelError, ValueError):
    """An envelope's seq is not the next one of its stream."""

    code = "sequence"


class ContradictionError(ReelError, ValueError):
    """An envelope repeats a stored seq with other content."""

    code = "contradiction"


class TimedOutError(ReelError, TimeoutError):
    """The deadline passed; what was recorded stays recorded."""

    code = "timeout"


class InternalError(ReelError, RuntimeError):
    """An invariant is broken; the log refuses further records. Please report it."""

    code = "internal"


class PartialError(ReelError):
    """Of several stores some did it and some did not."""

    code = "partial"


class CompositeStoreError(PartialError):
    """A write to a composite store failed in some of its stores, or in all.

    ``succeeded_indices`` and ``failed_indices`` say in which, ``errors`` has the exceptions of the
    latter, in their order. Nothing is rolled back.
    """

    def __init__(
        self,
        message: str,
        succeeded_indices: list[int] | None = None,
        failed_indices: list[int] | None = None,
        errors: list[Exception] | None = None,
        **where: object,
    ):
        super().__init__(message, **where)
        self.succeeded_indices = succeeded_indices or []
        self.failed_indices = failed_indices or []
        self.errors = errors or []


_BY_CODE = {
    kind.code: kind
    for kind in (
        InvalidArgumentError, NotFoundError, BusyError, ClosedError, ForkedError, TooLargeError,
        FullError, StoreIOError, DamagedError, NotAStoreError, SequenceError, ContradictionError,
        TimedOutError, InternalError,
    )
}  # fmt: skip
_BY_CODE["partial"] = CompositeStoreError


def make_error(code: str, message: str, file: str, offset: int, sys_errno: int) -> ReelError:
    """The exception of a code, as the engine names it."""
    return _BY_CODE.get(code, ReelError)(message, file=file, offset=offset, sys_errno=sys_errno)
