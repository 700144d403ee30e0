"""The page that tells how to write an engine: its two files are installed as they stand there, and used."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from audiopub.engines.silent import SilentEngine
from tests.faults.test_engine_faults import wav
from tests.wires import site

PAGE = (Path(__file__).parents[2] / "docs" / "engines.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the page's package into a folder of its own."""
    folder = tmp_path_factory.mktemp("tower")
    for name, kind in (("audiopub_tower.py", "py"), ("pyproject.toml", "toml")):
        found = re.search(rf"### The file `{re.escape(name)}`\n\n```{kind}\n(.*?)```", PAGE, re.DOTALL)
        assert found, name
        (folder / name).write_text(found[1], encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "--target",
        str(folder / "site"),
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def audiopub(installed: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run audiopub where the package is installed."""
    variables = os.environ | {"PYTHONPATH": str(installed), "PYTHONUTF8": "1"} | environment
    return subprocess.run([sys.executable, "-m", "audiopub", "--lang", "en", *arguments], env=variables, capture_output=True, text=True, check=False)


def test_the_pages_engine_is_listed(installed: Path) -> None:
    """After `pip install`, audiopub lists the voices, and names them where another is asked for."""
    listed = audiopub(installed, "voices").stdout
    assert "tower:lan" in listed and "tower:nam" in listed
    refused = audiopub(installed, "say", "Xin chào", "--voice", "tower:bo", "-o", "a.wav")
    assert (refused.returncode, "lan, nam" in refused.stderr) == (8, True)


def test_the_pages_engine_reads(installed: Path, tmp_path: Path) -> None:
    """The engine asks its server, in the voice asked for, and its sound becomes a file."""
    with site(lambda path: (200, {"Content-Type": "audio/wav"}, wav(len(parse_qs(urlsplit(path).query)["text"][0]) / 14))) as (url, asked):
        done = audiopub(installed, "say", "Xin chào các bạn", "--voice", "tower:nam", "-o", str(tmp_path / "a.wav"), AUDIOPUB_ENGINE_TOWER_URL=url)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.wav").stat().st_size > 30_000
    assert [parse_qs(urlsplit(path).query) for path in asked] == [{"text": ["Xin chào các bạn"], "voice": ["nam"]}]


def test_the_shortest_engine_is_short() -> None:
    """What the page calls the shortest example is one."""
    assert SilentEngine.__module__ == "audiopub.engines.silent"
    assert len((Path(__file__).parents[2] / "audiopub/engines/silent.py").read_text(encoding="utf-8").splitlines()) < 70
