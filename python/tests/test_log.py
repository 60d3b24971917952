"""Log and Recorder without coroutines, and stores as columns."""

import threading

import pytest
from conftest import run

import reel
from reel import EventSourcing


def texts(path, stream_id="a"):
    events = run(EventSourcing.read_only(path).get_events(stream_id))
    return [one.event.value for one in events]


def test_recording(tmp_path):
    with reel.Log(tmp_path / "s") as log:
        with log.recorder("a") as recorder:
            assert (recorder.stream_id, recorder.next_seq) == ("a", 0)
            recorder.record_token("x", 0)
            recorder.record_tokens(["y", "z"])
            recorder.record_tokens(one for one in "12")
            assert texts(tmp_path / "s") == ["x", "y", "z", "1", "2"]  # at once, for every reader
            assert recorder.next_seq == 5 and recorder.wanted is False
            with pytest.raises(reel.BusyError):
                log.recorder("a")
        with pytest.raises(reel.ClosedError):
            recorder.record_token("y", 1)
        again = log.recorder("a")
        assert again.next_seq == 5
        log.sync()
        assert log.watermarks == (5, 5, 5)
        assert again.watermarks == (5, 5, 5)
        assert log.stats()["events_written"] == 5
        assert "reel_" in log.prometheus('store="a"')
        assert log.recovery["clean"] is True
    assert log.closed and "closed" in repr(log)
    log.close()
    for call in (lambda: again.record_token("x"), lambda: again.stream_id, log.sync, log.stats,
                 lambda: log.recorder("b")):  # fmt: skip
        with pytest.raises(reel.ClosedError, match="closed"):
            call()


def test_a_new_id_and_what_is_deleted(tmp_path):
    with reel.Log(tmp_path / "s", arena_bytes=4 << 20) as log:
        recorder = log.recorder()
        assert len(recorder.stream_id) == 36
        recorder.record_start({"model": "m"})
        with pytest.raises(reel.BusyError):
            log.delete_stream(recorder.stream_id)
        stream_id = recorder.stream_id
        recorder.close()
        assert log.delete_stream(stream_id) is True
        assert log.delete_stream(stream_id) is False


def test_refusals(tmp_path):
    log = reel.Log(tmp_path / "s", event_bytes_max=1000)
    recorder = log.recorder("a")
    with pytest.raises(reel.TooLargeError, match="event_bytes_max"):
        recorder.record_token("x" * 2000)
    with pytest.raises(reel.TooLargeError):
        recorder.record_tokens(["a", "b", "x" * 2000, "c"])
    assert texts(tmp_path / "s") == ["a", "b"]
    with pytest.raises(TypeError, match="use record"):
        recorder.record_token("x", 0, channel="reasoning")
    with pytest.raises(TypeError):
        recorder.record_tokens("abc")
    with pytest.raises(reel.InvalidArgumentError, match="surrogate"):
        recorder.record_token("\ud800")
    with pytest.raises(reel.NotFoundError):
        reel.Log(tmp_path / "none", create=False)
    with pytest.raises(TypeError, match="no option of a log"):
        reel.Log(tmp_path / "s", colour=3)
    with pytest.raises(reel.ClosedError):
        reel.Recorder().record_token("x")  # not made by a log


def test_no_room(tmp_path):
    """An arena that is full: refused at once, or after a while in which other threads go on."""
    options = {"arena_bytes": 1 << 20, "arena": "store"}
    text = "x" * 30_000

    def fill(recorder):
        with pytest.raises(reel.FullError, match="no room"):
            for _ in range(100_000):
                recorder.record_tokens([text] * 100)

    with reel.Log(tmp_path / "a", overflow="fail", **options) as log:
        fill(log.recorder("a"))
    with reel.Log(tmp_path / "b", overflow="drop", **options) as log:
        recorder = log.recorder("a")
        with pytest.raises(reel.FullError, match="gap"):
            for _ in range(100_000):
                recorder.record_tokens([text] * 100)
        assert log.stats()["drops"] > 0
    with reel.Log(tmp_path / "c", overflow="block", **options) as log:
        recorder = log.recorder("a")
        recorder.record_tokens([text] * 500)  # 15 MB through an arena of one, by waiting
        assert recorder.next_seq == 500
    with reel.Log(tmp_path / "d", overflow="block", **options) as log:
        recorder = log.recorder("a")
        outcome = []

        def record():
            try:
                recorder.record_tokens([text] * 300)
            except reel.ClosedError:
                outcome.append("closed")

        threads = [threading.Thread(target=record), threading.Thread(target=recorder.close)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        recorded = len(texts(tmp_path / "d"))
        assert recorded == 300 or outcome == ["closed"]


def test_closing_beneath_other_threads(tmp_path):
    for kind in ("recorder", "log"):
        log = reel.Log(tmp_path / kind)
        recorders = [log.recorder(str(number)) for number in range(4)]
        outcomes = []

        def record(recorder):
            try:
                for _ in range(100_000):
                    recorder.record_token("x")
                outcomes.append("all")
            except reel.ClosedError:
                outcomes.append("closed")

        threads = [threading.Thread(target=record, args=(one,)) for one in recorders]
        for thread in threads:
            thread.start()
        for one in recorders if kind == "recorder" else [log]:
            one.close()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 4
        log.close()


def fill(path):
    with reel.Log(path) as log:
        for number in range(3):
            recorder = log.recorder(f"s{number}")
            recorder.record_start({"model": "m"})
            recorder.record_tokens(["ab"] * 1000 + ["äöü"] * 10)
            recorder.record_complete("x", 1)


def test_columns_as_memory(tmp_path):
    fill(tmp_path / "s")
    scan = reel.scan_columns(tmp_path / "s", batch_events=500)
    batches = list(scan)
    assert sum(len(one) for one in batches) == 3 * 1012
    assert len(batches) > 1
    types = b"".join(bytes(memoryview(one.types)) for one in batches)
    assert types.count(reel.columns.TOKEN) == 3 * 1010 and types.count(9) == 3
    first = batches[0]
    view = memoryview(first.ts_ms)
    assert (view.format, view.itemsize, view.readonly) == ("d", 8, True)
    assert memoryview(first.token_bytes).format == "I" and len(first.token_bytes) == len(first)
    starts, streams = memoryview(first.run_starts), memoryview(first.run_streams)
    assert starts[0] == 0 and len(starts) == len(streams) == len(memoryview(first.run_first_seqs))
    assert scan.stream(streams[0])[0] == "l0" and scan.stream(streams[0])[1] in ("s0", "s1", "s2")
    assert scan.damage == 0
    with pytest.raises(IndexError):
        scan.stream(99)
    del batches, first  # the view keeps its batch alive
    assert view[0] > 1e12


def test_columns_as_arrays(tmp_path):
    numpy = pytest.importorskip("numpy", reason="no numpy (python3-numpy)")
    fill(tmp_path / "s")
    lengths = []
    for batch in reel.scan_columns(tmp_path / "s", prefix="l0"):
        column = numpy.asarray(batch.token_bytes)
        assert column.dtype == numpy.uint32 and not column.flags.owndata
        assert not column.flags.writeable
        assert numpy.shares_memory(column, numpy.asarray(batch.token_bytes))
        types = numpy.asarray(batch.types)
        lengths.append(column[types == reel.columns.TOKEN])
    assert numpy.concatenate(lengths).sum() == 3 * (1000 * 2 + 10 * 6)
    assert list(reel.scan_columns(tmp_path / "s", prefix="other")) == []
    bare = next(iter(reel.scan_columns(tmp_path / "s", stamps=False, token_bytes=False)))
    assert len(bare.ts_ms) == len(bare.token_bytes) == 0 and len(bare.types) > 0
    with pytest.raises(reel.NotFoundError):
        reel.scan_columns(tmp_path / "none")


def test_a_live_store_as_columns(tmp_path):
    log = reel.Log(tmp_path / "s")
    log.recorder("a").record_tokens(["x"] * 10)
    assert sum(len(one) for one in reel.scan_columns(tmp_path / "s")) == 10
