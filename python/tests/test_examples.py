"""The programs of examples/python say in their last lines what they print, and do."""

import re
import runpy
import sys

import pytest
from conftest import CHECKOUT, finished, python

EXAMPLES = sorted((CHECKOUT / "examples" / "python").glob("*.py"))


def test_there_are_examples():
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path, tmp_path):
    promised = path.read_text().split("\n# Output:\n")[1]
    promised = re.sub(r"^# ?", "", promised, flags=re.MULTILINE)
    code = "import runpy, sys\ndel sys.argv[0]\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    assert finished(python(code, path, cwd=tmp_path)) == promised
    assert list(tmp_path.iterdir()) == []


def test_the_page_shows_what_runs():
    """Blocks of docs/PYTHON.md: each is a piece of an example, or runs by itself."""
    page = (CHECKOUT / "docs" / "PYTHON.md").read_text()
    sources = "".join(path.read_text() for path in EXAMPLES)
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        lines = [line.strip() for line in block.strip().split("\n")]
        flat = "\n".join(line.strip() for line in sources.split("\n"))
        assert "\n".join(lines) in flat, f"no example has this:\n{block}"


def test_the_readmes_example(tmp_path):
    readme = (CHECKOUT / "README.md").read_text()
    (block,) = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    program = tmp_path / "readme.py"
    program.write_text(block)
    code = "import runpy, sys\ndel sys.argv[0]\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    assert "Hello, world!" in finished(python(code, program, cwd=tmp_path))
    assert len(block.split("\n")) <= 20


def test_litellm_callback_without_a_store_it_can_write(tmp_path, monkeypatch, caplog):
    """What cannot be recorded does not disturb the call."""
    from conftest import run

    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("REEL_STORE", str(tmp_path / "file"))
    path = CHECKOUT / "examples" / "python" / "litellm_callback.py"
    names = runpy.run_path(str(path), run_name="litellm_callback")
    callback = names["recorder"]

    async def response():
        for text in ("a", "b"):
            yield {"model": "m", "choices": [{"index": 0, "delta": {"content": text}}]}

    async def scenario():
        hook = callback.async_post_call_streaming_iterator_hook(None, response(), {"model": "m"})
        assert len([one async for one in hook]) == 2
        await callback.async_log_success_event({"model": "m"}, None, None, None)

    run(scenario())
    assert "not recorded" in caplog.text
    assert sys.modules.get("litellm_callback") is None
