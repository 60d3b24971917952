"""fork: of a process that records, of one whose threads are in calls, and by multiprocessing."""

import os
import signal
import threading

import pytest
from conftest import finished, python, run

import reel
from reel import EventSourcing


def content(path, stream_id):
    replayer = EventSourcing.replayer(EventSourcing.file(path))
    return run(replayer.replay_to_state(stream_id)).content


def in_child(work):
    """What `work` raises in a forked child is its exit code and message."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(read)
            work()
            code = 0
        except BaseException as error:
            os.write(write, repr(error).encode())
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as words:
        said = words.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said


def test_fork_with_open_stores(tmp_path):
    """As gunicorn --preload does: the parent has recorded, each worker goes on."""
    store = EventSourcing.file(tmp_path / "s")
    run(EventSourcing.recorder(store, "parent").record_token("p", 0))

    def worker():
        for number in range(3):
            recorder = EventSourcing.recorder(store, f"worker{os.getpid()}")
            run(recorder.record_token(f"w{number}", number))
        assert content(tmp_path / "s", "parent") == "p"

    for _ in range(3):
        in_child(worker)
    run(EventSourcing.recorder(store, "parent").record_token("q", 1))
    assert content(tmp_path / "s", "parent") == "pq"
    streams = run(store.list_streams("worker"))
    assert len(streams) == 3
    assert all(content(tmp_path / "s", one) == "w0w1w2" for one in streams)


def test_fork_with_an_open_log(tmp_path):
    log = reel.Log(tmp_path / "s")
    recorder = log.recorder("parent")
    recorder.record_token("p")

    def worker():
        with pytest.raises(reel.ForkedError, match="make another"):
            recorder.record_token("not mine")
        log.recorder("child").record_token("c")
        log.close()

    in_child(worker)
    recorder.record_token("q")
    assert content(tmp_path / "s", "parent") == "pq" and content(tmp_path / "s", "child") == "c"


def test_fork_while_other_threads_are_in_calls(tmp_path):
    """A child must not inherit a lock that nobody in it will release."""
    store = EventSourcing.file(tmp_path / "s", sync_interval_ms=10)
    run(EventSourcing.recorder(store, "parent").record_tokens(["p"] * 1000))
    stop = threading.Event()

    def busy():
        other = EventSourcing.file(tmp_path / "s")
        while not stop.is_set():
            other.sync()
            store.sync()
            run(EventSourcing.replayer(other).replay_to_state("parent"))
            run(other.list_streams())

    threads = [threading.Thread(target=busy) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(20):

            def worker(number=number):
                signal.alarm(30)  # a child that hangs dies
                run(EventSourcing.recorder(store, f"w{number}").record_token("w", 0))
                assert content(tmp_path / "s", "parent") == "p" * 1000

            in_child(worker)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(run(store.list_streams("w"))) == 20


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(tmp_path, method):
    code = (
        "import asyncio, multiprocessing, sys\n"
        "import reel\n"
        "def work(path, number):\n"
        "    store = reel.EventSourcing.file(path)\n"
        "    asyncio.run(reel.EventSourcing.recorder(store, str(number)).record_token('x', 0))\n"
        "if __name__ == '__main__':\n"
        "    path, method = sys.argv[1:]\n"
        "    store = reel.EventSourcing.file(path)\n"
        "    asyncio.run(reel.EventSourcing.recorder(store, 'main').record_token('x', 0))\n"
        "    with multiprocessing.get_context(method).Pool(2) as pool:\n"
        "        pool.starmap(work, [(path, number) for number in range(8)])\n"
        "    print(len(asyncio.run(store.list_streams())))\n"
    )
    program = tmp_path / "program.py"
    program.write_text(code)
    # Spawned children read their parent's program again: it must be a file of its own.
    call = "import subprocess, sys\nsys.exit(subprocess.call([sys.executable] + sys.argv[1:]))"
    process = python(call, program, tmp_path / "s", method)
    assert finished(process, 120) == "9\n"
