"""What `import reel` brings: at once, and when it is first asked for."""

import subprocess
import sys

import pytest

import reel


def ran(code):
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()


def test_what_is_not_asked_for_is_not_loaded():
    code = (
        "import sys, reel\n"
        "print(*(name for name in sys.modules if name.startswith('reel.')))\n"
        "reel.Log\n"
        "print('|', 'reel.log' in sys.modules, 'reel.replayer' in sys.modules)\n"
        "reel.EventSourcing\n"
        "print(*('replayer' in vars(reel), 'reel.replayer' in sys.modules))\n"
    )
    loaded = ran(code)
    assert sorted(loaded[: loaded.index("|")]) == ["reel._reel", "reel.errors"]
    assert loaded[loaded.index("|") + 1 :][:2] == ["True", "False"]
    assert loaded[-1] == "True"


def test_every_name_is_there():
    for name in reel.__all__:
        assert getattr(reel, name) is not None
        assert name in dir(reel)
    code = "from reel import *\nprint(EventSourcing.__name__, Log.__name__, tee.__name__)"
    assert ran(code) == ["EventSourcing", "Log", "tee"]


def test_submodules_are_modules():
    assert reel.types.TokenEvent is reel.eventsourcing.TokenEvent
    assert reel.columns.ColumnScan is reel.ColumnScan


def test_no_other_name_is_there():
    with pytest.raises(AttributeError, match="nothing_such"):
        reel.nothing_such  # noqa: B018
    with pytest.raises(ImportError):
        from reel import nothing_such  # noqa: F401


def test_a_subinterpreter_is_refused():
    """What the extension keeps is the process's: a second interpreter's would break the first."""
    code = (
        "import _xxsubinterpreters as sub, reel\n"
        "kind = reel.types.EventEnvelope\n"
        "other = sub.create()\n"
        "try:\n"
        "    sub.run_string(other, 'import reel')\n"
        "    print('imported')\n"
        "except Exception as error:\n"
        "    print('main' in str(error))\n"
    )
    try:
        import _xxsubinterpreters  # noqa: F401
    except ImportError:
        pytest.skip("no subinterpreters here")
    assert ran(code) == ["True"]


@pytest.mark.parametrize("what", ["scan", "record", "read"])
def test_the_end_while_threads_are_at_work(tmp_path, what):
    """Daemon threads are in the middle of things when the interpreter ends."""
    code = (
        "import sys, threading, time, reel\n"
        "from reel import EventSourcing\n"
        "path, what = sys.argv[1], sys.argv[2]\n"
        "log = reel.Log(path)\n"
        "with log.recorder('a') as first:\n"
        "    first.record_tokens(['x'] * 20000)\n"
        "log.flush()\n"
        "def scan():\n"
        "    while True:\n"
        "        for batch in reel.scan_columns(path):\n"
        "            pass\n"
        "def record():\n"
        "    while True:\n"
        "        try:\n"
        "            with log.recorder(str(threading.get_ident())) as mine:\n"
        "                mine.record_token('x')\n"
        "            log.flush()\n"
        "        except reel.ReelError:\n"
        "            pass\n"
        "def read():\n"
        "    store = EventSourcing.read_only(path)\n"
        "    while True:\n"
        "        EventSourcing.read_only(path)\n"
        "        try:\n"
        "            store.get_events('a').send(None)\n"
        "        except StopIteration:\n"
        "            pass\n"
        "for _ in range(3):\n"
        "    threading.Thread(target=globals()[what], daemon=True).start()\n"
        "time.sleep(0.15)\n"
    )
    for turn in range(4):
        ended = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / f"s{turn}"), what],
            capture_output=True,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr.decode()


def test_errors_are_those_of_the_system():
    error = reel.StoreIOError("no room", file="/a", sys_errno=28)
    assert (error.errno, error.filename) == (28, "/a")
    assert str(error) == "no room"


def test_an_empty_path_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(reel.InvalidArgumentError, match="empty"):
        reel.Log("")
    assert list(tmp_path.iterdir()) == []
