"""Builds the wheel of the package `reel` (PEP 517): CMake makes the extension, the rest is copied.

It needs nothing but the standard library, so that `pip install .` works without an index, with and
without --no-build-isolation.
"""

import base64
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = "g++ cmake pkg-config python3-dev pybind11-dev libconcurrentqueue-dev libsimdjson-dev " \
    "libzstd-dev libxxhash-dev"  # fmt: skip
OFF = ("TOOLS", "TESTS", "BENCH", "EXAMPLES")
SOURCES = ("CMakeLists.txt", "README.md", "pyproject.toml", "cmake", "docs", "include", "python",
           "src")  # fmt: skip


def version():
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"project\(reel VERSION ([0-9.]+)", text).group(1)


def metadata():
    project = (ROOT / "pyproject.toml").read_text()
    summary = re.search(r'^description = "(.*)"', project, re.MULTILINE).group(1)
    python = re.search(r'^requires-python = "(.*)"', project, re.MULTILINE).group(1)
    return (
        f"Metadata-Version: 2.1\nName: reel\nVersion: {version()}\nSummary: {summary}\n"
        f"Requires-Python: {python}\nDescription-Content-Type: text/markdown\n\n"
        + (ROOT / "docs" / "PYTHON.md").read_text()
    )


def tag():
    if sys.implementation.name != "cpython":
        raise SystemExit("reel's extension is for CPython")
    python = "cp{}{}".format(*sys.version_info[:2])
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    return f"{python}-{python}-{platform}"


def wheel_facts():
    return f"Wheel-Version: 1.0\nGenerator: reel\nRoot-Is-Purelib: false\nTag: {tag()}\n"


def run(*command):
    print("+", *command, flush=True)
    if subprocess.run(command).returncode != 0:
        raise SystemExit(
            f"reel: {command[0]} failed, see above. Building takes, by Debian's names: {PACKAGES}"
        )


def extension(folder):
    """Configures and builds the target _reel in `folder`; where it is then."""
    if shutil.which("cmake") is None:
        raise SystemExit(f"reel: there is no cmake. Building takes, by Debian's names: {PACKAGES}")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    switches = [f"-DREEL_BUILD_{name}=OFF" for name in OFF] + ["-DREEL_WERROR=OFF"]
    run("cmake", "-S", str(ROOT), "-B", str(folder), *generator, *switches,
        "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DREEL_BUILD_PYTHON=ON",
        f"-DPython_EXECUTABLE={sys.executable}")  # fmt: skip
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
    run("cmake", "--build", str(folder), "--target", "_reel", "--parallel", jobs)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    return folder / "python" / "reel" / f"_reel{suffix}"


class Wheel:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self.record = []

    def add(self, name, data):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self.record.append(f"{name},sha256={digest},{len(data)}")
        self.zip.writestr(name, data)

    def close(self, info):
        self.zip.writestr(f"{info}/RECORD", "\n".join([*self.record, f"{info}/RECORD,,", ""]))
        self.zip.close()


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info = pathlib.Path(metadata_directory) / f"reel-{version()}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(metadata())
    (info / "WHEEL").write_text(wheel_facts())
    return info.name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"reel-{version()}-{tag()}.whl"
    info = f"reel-{version()}.dist-info"
    with tempfile.TemporaryDirectory() as folder:
        made = extension(pathlib.Path(folder))
        wheel = Wheel(pathlib.Path(wheel_directory) / name)
        for path in sorted((ROOT / "python" / "reel").iterdir()):
            if path.suffix in (".py", ".pyi", ".typed") or path.name == "py.typed":
                wheel.add(f"reel/{path.name}", path.read_bytes())
        wheel.add(f"reel/{made.name}", made.read_bytes())
    wheel.add(f"{info}/METADATA", metadata().encode())
    wheel.add(f"{info}/WHEEL", wheel_facts().encode())
    wheel.close(info)
    return name


def build_sdist(sdist_directory, config_settings=None):
    base = f"reel-{version()}"
    path = pathlib.Path(sdist_directory) / f"{base}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in SOURCES:
            archive.add(ROOT / name, f"{base}/{name}", filter=_no_caches)
        with tempfile.NamedTemporaryFile() as file:
            file.write(metadata().encode())
            file.flush()
            archive.add(file.name, f"{base}/PKG-INFO")
    return path.name


def _no_caches(member):
    return None if "__pycache__" in member.name else member
