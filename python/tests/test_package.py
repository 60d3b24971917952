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
