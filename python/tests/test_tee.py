"""tee: the chunks come through as they are, and what is recorded is what the server said."""

import asyncio
import json

import pytest
from conftest import run, shared

import reel
from reel import EventSourcing


def payloads(path):
    """The JSON payloads of a capture, as an SDK would give them."""
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("data:") and line[5:].strip().startswith("{"):
            try:
                found.append(json.loads(line[5:]))
            except ValueError:
                return None  # cut off in the middle
    return found


class Chunk:
    """As pydantic models are, as far as tee looks."""

    def __init__(self, members):
        self.members = members

    def model_dump_json(self, *, exclude_unset):
        assert exclude_unset
        return json.dumps(self.members)


class PlainChunk:
    def __init__(self, members):
        self.__dict__.update(
            {key: PlainChunk(one) if isinstance(one, dict) else one for key, one in members.items()}
        )


async def stream_of(chunks):
    for chunk in chunks:
        yield chunk


async def teed(chunks, recorder=None, **options):
    store = EventSourcing.memory()
    recorder = recorder or EventSourcing.recorder(store, "a")
    passed = [one async for one in reel.tee(stream_of(chunks), recorder, **options)]
    assert passed == chunks
    return await EventSourcing.replayer(store).replay_to_state("a"), await store.get_events("a")


def openai_text(chunks):
    """Read independently: the deltas of the first choice."""
    text = ""
    for chunk in chunks:
        for choice in chunk.get("choices") or []:
            if choice.get("index", 0) == 0:
                text += (choice.get("delta") or choice).get("content") or choice.get("text") or ""
    return text


def anthropic_text(chunks):
    deltas = [one["delta"] for one in chunks if one.get("type") == "content_block_delta"]
    return "".join(one["text"] for one in deltas if one.get("type") == "text_delta")


@pytest.mark.parametrize(
    "provider, text_of", [("openai-chat", openai_text), ("anthropic", anthropic_text)]
)
def test_captures(provider, text_of):
    folder = shared(f"data/sse/{provider}")
    done = 0
    for path in sorted(folder.glob("*.sse")):
        chunks = payloads(path)
        if not chunks or any("error" in one for one in chunks):
            continue
        if provider == "openai-chat" and not any(one.get("choices") for one in chunks):
            continue  # a transcription
        for form in (dict, Chunk, json.dumps):
            state, events = run(teed([form(one) for one in chunks]))
            assert state.content == text_of(chunks), path.name
            assert events[0].event.type == "START" and state.start_ts > 1e12, path.name
        done += 1
    assert done >= 8


def test_other_providers_are_read_as_import_reads_them():
    done = 0
    for path in sorted(shared("data/sse").glob("*/*.sse")):
        chunks = payloads(path)
        capture = reel._reel.Capture(False)
        try:
            events = capture.feed(path.read_bytes().decode("utf-8", "replace"))
            events += capture.finish()
        except reel.ReelError:
            continue
        if not chunks or "event: output" in path.read_text(errors="replace"):
            continue
        expected = "".join(
            one["value"]
            for choice, text in events
            if (one := json.loads(text))["type"] == "TOKEN" and choice == 0 and "channel" not in one
        )
        _, recorded = run(teed(chunks))
        found = [one.event for one in recorded if one.event.type == "TOKEN"]
        text = "".join(one.value for one in found if one.channel is None)
        assert text == expected, path.name
        done += 1
    assert done >= 60


def test_plain_text_and_objects():
    async def scenario():
        state, events = await teed(["Hel", "lo"])
        assert (state.content, state.token_count, state.completed) == ("Hello", 2, True)
        state, events = await teed(["Hel", "lo"], options={"model": "m"})
        assert events[0].event.options.model == "m" and len(events) == 4
        chunk = PlainChunk({"model": "m", "choices": [{"index": 0, "delta": {"content": "x"}}]})
        assert (await teed([chunk]))[0].content == "x"
        with pytest.raises(TypeError, match="no chunk"):
            await teed([3])

    run(scenario())


def test_kinds_of_streams():
    async def scenario():
        store = EventSourcing.memory()

        async def create():
            return stream_of(["a", "b"])

        for number, stream in enumerate((create(), ["a", "b"], iter(["a", "b"]))):
            recorder = EventSourcing.recorder(store, str(number))
            assert [one async for one in reel.tee(stream, recorder)] == ["a", "b"]
            state = await EventSourcing.replayer(store).replay_to_state(str(number))
            assert state.content == "ab" and state.completed

    run(scenario())


def test_into_a_log(tmp_path):
    async def scenario(recorder):
        return [one async for one in reel.tee(stream_of(["a", "b"]), recorder, options={"m": 1})]

    with reel.Log(tmp_path / "s") as log:
        run(scenario(log.recorder("a")))
    state = run(EventSourcing.replayer(EventSourcing.file(tmp_path / "s")).replay_to_state("a"))
    assert (state.content, state.completed) == ("ab", True)


def test_a_stream_that_fails():
    async def failing():
        yield "a"
        raise TimeoutError("late")

    async def scenario():
        store = EventSourcing.memory()
        with pytest.raises(TimeoutError):
            async for _ in reel.tee(failing(), EventSourcing.recorder(store, "a")):
                pass
        state = await EventSourcing.replayer(store).replay_to_state("a")
        assert (state.content, state.error.name, state.completed) == ("a", "TimeoutError", False)

        async def refused():
            raise ConnectionError("no")

        with pytest.raises(ConnectionError):
            async for _ in reel.tee(refused(), EventSourcing.recorder(store, "b")):
                pass
        assert (await EventSourcing.metadata("b", store)).has_error

    run(scenario())


def test_an_error_that_the_server_sends():
    async def scenario():
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        begin = {"type": "message_start", "message": {"id": "m", "model": "c", "usage": {}}}
        state, _ = await teed([begin, error])
        assert "verloaded" in state.error.message and not state.completed

    run(scenario())


def test_a_reader_that_goes_away():
    closed = []

    async def stream():
        try:
            for text in "abc":
                yield text
        finally:
            closed.append(True)

    async def scenario():
        store = EventSourcing.memory()
        tee = reel.tee(stream(), EventSourcing.recorder(store, "a"))
        async for _ in tee:
            break
        await tee.aclose()
        meta = await EventSourcing.metadata("a", store)
        assert (meta.completed, meta.has_error, meta.event_count) == (False, False, 1)

        async def cancelled():
            async for _ in reel.tee(stream(), EventSourcing.recorder(store, "b")):
                await asyncio.sleep(10)

        task = asyncio.create_task(cancelled())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not (await EventSourcing.metadata("b", store)).completed

    run(scenario())
    assert closed == [True, True]


def test_recording_that_fails():
    class Broken:
        async def append(self, stream_id, event):
            raise OSError("disk gone")

        async def get_events(self, stream_id):
            return []

    async def scenario():
        recorder = EventSourcing.recorder(Broken(), "a")
        with pytest.raises(OSError):
            async for _ in reel.tee(stream_of(["a"]), recorder):
                pass
        errors = []
        stream = reel.tee(stream_of(["a", "b"]), recorder, on_record_error=errors.append)
        assert [one async for one in stream] == ["a", "b"]
        assert len(errors) == 3 and all(isinstance(one, OSError) for one in errors)

    run(scenario())


def kinds_and_texts(path, stream_id="a"):
    events = run(EventSourcing.read_only(path).get_events(stream_id))
    return [(one.event.type, getattr(one.event, "value", None)) for one in events]


@pytest.mark.parametrize(
    "pieces",
    [
        ["{", '"a"', ": 1", "}"],
        ["Here: ", "{", '"a": 1}'],
        ['{"a": 1}'],
        ['{\n  "a": 1\n}', " and more"],
    ],
)
def test_text_that_looks_like_json(tmp_path, pieces):
    async def scenario():
        store = EventSourcing.file(tmp_path / "s")
        recorder = EventSourcing.recorder(store, "a")
        assert [one async for one in reel.tee(pieces, recorder)] == pieces
        store.close()

    run(scenario())
    assert kinds_and_texts(tmp_path / "s") == [("TOKEN", one) for one in pieces] + [
        ("COMPLETE", None)
    ]


def test_chunks_of_nobody_known_are_told(tmp_path):
    async def scenario():
        recorder = EventSourcing.recorder(EventSourcing.memory(), "a")
        with pytest.raises(reel.InvalidArgumentError, match="none of those"):
            async for _ in reel.tee([{"strange": 1}], recorder):
                pass

    run(scenario())


def test_a_stream_is_closed_although_its_start_cannot_be_recorded():
    closed = []

    class Stream:
        def __iter__(self):
            return iter(["x"])

        def close(self):
            closed.append(True)

    async def scenario():
        recorder = EventSourcing.recorder(EventSourcing.memory(), "a")
        with pytest.raises(reel.ReelError):
            async for _ in reel.tee(Stream(), recorder, options={"t": float("nan")}):
                pass

    run(scenario())
    assert closed == [True]
