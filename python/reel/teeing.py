"""tee: a model's stream, recorded on its way to who asked for it.

    stream = await client.chat.completions.create(..., stream=True)
    async for chunk in reel.tee(stream, recorder):
        ...

Chunks may be what the SDKs of OpenAI, Anthropic, LiteLLM and others give (pydantic models), the
same as dicts, JSON text, or plain pieces of text. What they become is the same as with `reel
import` (docs/PROVIDERS.md): START, a TOKEN a delta, COMPLETE or ERROR.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any, Callable, Optional

from . import _reel
from .convert import event_from_json, event_from_dict
from .errors import InvalidArgumentError
from .types import now_ms

__all__ = ["StreamEvents", "tee"]


# One of these is in each chunk of every provider that is known.
_PROVIDER_KEYS = frozenset(
    "candidates choices delta done error event id message model object response type usage".split()
)


def _json_of(chunk: Any) -> str:
    """A chunk as the server sent it, on one line."""
    if hasattr(chunk, "model_dump_json"):
        return chunk.model_dump_json(exclude_unset=True)  # type: ignore[no-any-return]
    if isinstance(chunk, Mapping):
        return json.dumps(chunk)
    if hasattr(chunk, "to_dict"):
        return json.dumps(chunk.to_dict())
    if hasattr(chunk, "__dict__"):
        return json.dumps(chunk, default=vars)
    raise TypeError(f"a {type(chunk).__name__} is no chunk that tee knows: give it a dict")


class StreamEvents:
    """The events of one stream's chunks, of the first choice. For those who get chunks one by one,
    such as callbacks; :func:`tee` is made of it."""

    def __init__(self) -> None:
        self._capture = _reel.Capture(True)
        self._texts: Optional[list[str]] = None  # of a stream of plain text
        self._fed = False  # with what a provider may have sent

    def of(self, chunk: Any) -> Iterator[Any]:
        """The events of a chunk; often one, or none."""
        text = _json_of(chunk) if not isinstance(chunk, str) else self._provider_json(chunk)
        if text is not None:
            self._fed = True
            yield from self._events(self._capture.feed(f"data: {text}\n\n"))
            return
        self._texts = self._texts if self._texts is not None else []
        self._texts.append(chunk)
        index = len(self._texts) - 1
        yield event_from_dict({"type": "TOKEN", "ts": now_ms(), "value": chunk, "index": index})

    def _provider_json(self, chunk: str) -> Optional[str]:
        """A chunk of a provider's, on one line; None for a piece of text, which may begin like
        JSON, and be some."""
        if self._texts is not None or not chunk.lstrip().startswith("{"):
            return None
        try:
            found = json.loads(chunk)
        except ValueError:
            return None
        if self._capture.dialect or _PROVIDER_KEYS.intersection(found):
            return json.dumps(found)
        return None

    def end(self) -> Iterator[Any]:
        """Those that the end of the stream brings."""
        if self._texts is not None:
            yield event_from_dict(
                {
                    "type": "COMPLETE",
                    "ts": now_ms(),
                    "content": "".join(self._texts),
                    "token_count": len(self._texts),
                }
            )
        elif self._capture.dialect:
            yield from self._events(self._capture.finish())
        elif self._fed:
            raise InvalidArgumentError(
                "nothing of this stream was recorded: its chunks are none of those that reel knows "
                "(docs/PROVIDERS.md); give tee pieces of text instead"
            )

    def _events(self, found: list[tuple[int, str]]) -> Iterator[Any]:
        return (event_from_json(text) for choice, text in found if choice == 0)


async def _recorded(recorder: Any, event: Any) -> None:
    """By an EventRecorder, or by a Recorder of a Log."""
    done = recorder.record(event)
    if inspect.isawaitable(done):
        await done


async def _error_recorded(recorder: Any, error: BaseException) -> None:
    done = recorder.record_error(error)
    if inspect.isawaitable(done):
        await done


class _Tape:
    """What is recorded of a stream. Where `on_record_error` is given nothing of it can break the
    stream."""

    def __init__(self, recorder: Any, options: Any, on_error: Optional[Callable[..., Any]]):
        self._recorder = recorder
        self._options = options
        self._on_error = on_error
        self._events = StreamEvents()

    async def _guard(self, step: Any) -> None:
        try:
            await step
        except Exception as error:
            if self._on_error is None:
                raise
            self._on_error(error)

    async def begin(self) -> None:
        if self._options is not None:
            await self._guard(self._start())

    async def take(self, chunk: Any) -> None:
        await self._guard(self._all(lambda: self._events.of(chunk)))

    async def end(self) -> None:
        await self._guard(self._all(self._events.end))

    async def fail(self, error: BaseException) -> None:
        await self._guard(_error_recorded(self._recorder, error))

    async def _start(self) -> None:
        done = self._recorder.record_start(self._options)
        if inspect.isawaitable(done):
            await done

    async def _all(self, events: Callable[[], Iterator[Any]]) -> None:
        for event in events():
            if event.type != "START" or self._options is None:
                await _recorded(self._recorder, event)


async def _chunks(stream: Any) -> AsyncGenerator[Any, None]:
    if hasattr(stream, "__aiter__"):
        async for chunk in stream:
            yield chunk
    else:
        for chunk in stream:
            yield chunk


async def _close(stream: Any) -> None:
    """Nobody else closes a stream that is read here: an SDK's holds a connection."""
    close = getattr(stream, "aclose", None) or getattr(stream, "close", None)
    if close is not None:
        done = close()
        if inspect.isawaitable(done):
            await done


async def tee(
    stream: Any,
    recorder: Any,
    *,
    options: Any = None,
    on_record_error: Optional[Callable[[Exception], Any]] = None,
) -> AsyncGenerator[Any, None]:
    """Passes on a stream's chunks, each once it is recorded.

    ``stream``: an async or plain iterable, or a coroutine that answers one. ``recorder``: an
    EventRecorder, or a Recorder of a Log. ``options``: those of the START, recorded before the
    first chunk; without them the provider's own id and model are. A stream that raises is an
    ERROR, and raises on. One whose reader goes away has no end: it is shown as interrupted.
    ``on_record_error``: called with what recording raises, and the stream goes on; else that
    raises. Of a stream with several choices the first one is recorded.
    """
    tape = _Tape(recorder, options, on_record_error)
    try:
        await tape.begin()
        try:
            if inspect.isawaitable(stream):
                stream = await stream
            async for chunk in _chunks(stream):
                await tape.take(chunk)
                yield chunk
        except Exception as error:
            await tape.fail(error)
            raise
        else:
            await tape.end()
    finally:
        await _close(stream)
