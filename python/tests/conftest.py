"""What the tests share: a way to run coroutines, and the data outside of the project."""

import asyncio
import os
import pathlib
import subprocess
import sys

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]


def run(coroutine):
    """In an event loop in debug mode, which notices what asyncio does not like."""
    return asyncio.run(coroutine, debug=True)


def shared(name):
    """A file or folder of the shared data; skips the test where there is none."""
    root = pathlib.Path(os.environ.get("REEL_SHARED", CHECKOUT.parent / "shared"))
    if not (root / name).exists():
        pytest.skip(f"no {name} in {root}; set REEL_SHARED to where it is")
    return root / name


def python(code, *args, **options):
    """A program in a process of its own, which finds the same reel."""
    import reel

    place = str(pathlib.Path(reel.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": place, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def finished(process, seconds=60):
    """What a process wrote; fails the test if it did not end well."""
    out, err = process.communicate(timeout=seconds)
    assert process.returncode == 0, f"exit {process.returncode}\n{out}\n{err}"
    return out
