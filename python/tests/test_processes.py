"""Other processes: they see what was awaited, are killed, end in many ways, and share a folder."""

import signal
import time

import pytest
from conftest import finished, python, run

import reel
from reel import EventSourcing

RECORD = """
import asyncio, sys
from reel import EventSourcing

async def main(path, stream_id, count):
    recorder = EventSourcing.recorder(EventSourcing.file(path), stream_id)
    await recorder.record_start({"model": "m"})
    for index in range(count):
        await recorder.record_token(f"t{index} ", index)
    print("recorded", flush=True)
    sys.stdin.readline()
    return recorder

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def recording(path, stream_id, count=100):
    """A process that has recorded, and waits."""
    process = python(RECORD, path, stream_id, count, stdin=-1)
    line = process.stdout.readline()
    assert line == "recorded\n", process.communicate()
    return process


def content(path, stream_id):
    replayer = EventSourcing.replayer(EventSourcing.file(path))
    return run(replayer.replay_to_state(stream_id)).content


EXPECTED = "".join(f"t{index} " for index in range(100))


def test_what_was_awaited_is_seen_by_other_processes(tmp_path):
    process = recording(tmp_path / "s", "a")
    try:
        assert content(tmp_path / "s", "a") == EXPECTED
        assert sum(len(one) for one in reel.scan_columns(tmp_path / "s")) == 101
        follow = python(
            "import asyncio, sys, reel\n"
            "store = reel.EventSourcing.read_only(sys.argv[1])\n"
            "print(len(asyncio.run(store.get_events('a'))))",
            tmp_path / "s",
        )
        assert finished(follow) == "101\n"
    finally:
        finished_by(process)


def finished_by(process):
    process.stdin.write("\n")
    finished(process)


def test_sigkill_after_an_await_loses_nothing(tmp_path):
    for number in range(3):
        process = recording(tmp_path / "s", f"a{number}")
        process.kill()
        process.wait()
        process.communicate()
    for number in range(3):
        assert content(tmp_path / "s", f"a{number}") == EXPECTED

    async def go_on():
        recorder = EventSourcing.recorder(EventSourcing.file(tmp_path / "s"), "a1")
        await recorder.record_token("more", 100)
        return await EventSourcing.metadata("a1", EventSourcing.file(tmp_path / "s"))

    assert run(go_on()).event_count == 102


def test_sigkill_at_any_moment_leaves_what_was_told(tmp_path):
    """The process tells each seq once it was awaited; every one told is there."""
    code = (
        "import asyncio, sys\n"
        "from reel import EventSourcing\n"
        "async def main():\n"
        "    recorder = EventSourcing.recorder(EventSourcing.file(sys.argv[1]), 'a')\n"
        "    index = 0\n"
        "    while True:\n"
        "        await recorder.record_token(f't{index}', index)\n"
        "        sys.stdout.write(f'{index}\\n')\n"
        "        sys.stdout.flush()\n"
        "        index += 1\n"
        "asyncio.run(main())\n"
    )
    process = python(code, tmp_path / "s")
    told = -1
    for _ in range(2000):
        told = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    whole = [line for line in rest.split("\n")[:-1] if line]
    told = int(whole[-1]) if whole else told
    events = run(EventSourcing.file(tmp_path / "s").get_events("a"))
    assert len(events) > told
    assert [one.event.value for one in events] == [f"t{i}" for i in range(len(events))]


@pytest.mark.parametrize("end", ["pass", "sys.exit(3)", "raise KeyError", "os.abort()"])
def test_ends_of_the_interpreter(tmp_path, end):
    """However it ends, all is there; when it ends by itself it is in sealed segments."""
    code = (
        "import asyncio, os, sys\n"
        "import reel\n"
        "store = reel.EventSourcing.file(sys.argv[1])\n"
        "log = reel.Log(sys.argv[1] + '-log')\n"
        "kept = log.recorder('b')\n"
        "kept.record_tokens(['x'] * 100)\n"
        "async def main():\n"
        "    recorder = reel.EventSourcing.recorder(store, 'a')\n"
        "    await recorder.record_tokens(['x'] * 100)\n"
        "    me = recorder\n"
        "    store.circle = [store, recorder]\n"
        "asyncio.run(main())\n" + end
    )
    process = python(code, tmp_path / "s")
    process.communicate(timeout=60)
    clean = end != "os.abort()"
    with reel.Log(tmp_path / "s") as log:
        assert log.recovery["clean"] is clean
    assert content(tmp_path / "s", "a") == "x" * 100
    with reel.Log(tmp_path / "s-log") as log:
        assert log.recovery["clean"] is clean
        assert log.recorder("b").next_seq == 100


def test_threads_that_record_while_the_interpreter_ends(tmp_path):
    code = (
        "import sys, threading, time\n"
        "import reel\n"
        "log = reel.Log(sys.argv[1])\n"
        "def record(number):\n"
        "    recorder = log.recorder(str(number))\n"
        "    while True:\n"
        "        recorder.record_token('x')\n"
        "for number in range(3):\n"
        "    threading.Thread(target=record, args=(number,), daemon=True).start()\n"
        "time.sleep(0.3)\n"
    )
    process = python(code, tmp_path / "s")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert len(run(EventSourcing.file(tmp_path / "s").get_events("1"))) > 100


def test_two_processes_in_one_folder(tmp_path):
    one = recording(tmp_path / "s", "a")
    two = recording(tmp_path / "s", "b")
    try:

        async def third():
            store = EventSourcing.file(tmp_path / "s")
            await EventSourcing.recorder(store, "c").record_token("mine", 0)
            with pytest.raises(reel.BusyError, match=str(one.pid)):
                await EventSourcing.recorder(store, "a").record_token("mine", 0)
            return sorted(await store.list_streams())

        assert run(third()) == ["a", "b", "c"]
    finally:
        finished_by(one)
        finished_by(two)
    assert content(tmp_path / "s", "a") == content(tmp_path / "s", "b") == EXPECTED


def test_one_stream_by_one_process_after_the_other(tmp_path):
    first = recording(tmp_path / "s", "a")
    finished_by(first)
    second = recording(tmp_path / "s", "a", 3)
    finished_by(second)
    events = run(EventSourcing.file(tmp_path / "s").get_events("a"))
    assert [one.seq for one in events] == list(range(105))


def test_an_idle_stream_is_handed_over(tmp_path):
    process = recording(tmp_path / "s", "a")
    try:

        async def wait_for_it():
            recorder = EventSourcing.recorder(EventSourcing.file(tmp_path / "s"), "a")
            deadline = time.monotonic() + 20
            while True:
                try:
                    return await recorder.record_token("mine", 0)
                except reel.BusyError:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)

        run(wait_for_it())
        assert content(tmp_path / "s", "a") == EXPECTED + "mine"
    finally:
        finished_by(process)
