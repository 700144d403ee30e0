"""The examples do what they say, against a real server."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from audiopub.jobs.webhook import signature
from audiopub.people import Permission
from benchmarks.api_place import SHOW, ApiPlace
from tests.conftest import ROOT
from tests.desk.api_articles import PAGE

SCOPES = [Permission.READ, Permission.EDIT, Permission.PUBLISH]
PLUGIN = ROOT / "examples/wordpress-audiopub.php"


def run(api_place: ApiPlace, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run an example with a key of its own."""
    key = api_place.key(SCOPES, Path(command[1]).name.replace(".", "-").replace("_", "-"))
    environment = {**os.environ, "AUDIOPUB_URL": api_place.url, "AUDIOPUB_KEY": key, "TMPDIR": str(folder), "NO_PROXY": "*"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert key not in done.stdout + done.stderr
    return done


@pytest.fixture
def page(tmp_path) -> Path:
    path = tmp_path / "bai.html"
    path.write_text(PAGE.format(title="Con đường vào bản"), encoding="utf-8")
    return path


def test_the_shell_example(api_place, client, tmp_path, page) -> None:
    """Twice: the second time the article is found, nothing new is made, and it stays published."""
    for _ in range(2):
        done = run(api_place, tmp_path, "sh", str(ROOT / "examples/cms.sh"), SHOW, "vi-du-1", str(page))
        assert (done.returncode, done.stdout.strip()) == (0, "published"), done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [page.name], "nothing is left behind"
    found = client.get("/articles", params={"search": "Con đường vào bản"}).json()
    published = [item["revision"] for item in found["items"] if item["state"] == "published"]
    assert published and set(published) == {1}  # the other example has the same title


def test_the_python_example(api_place, client, tmp_path, page) -> None:
    """In at most forty lines, with nothing but Python."""
    path = ROOT / "examples/cms_client.py"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 40
    done = run(api_place, tmp_path, sys.executable, str(path), SHOW, "vi-du-2", str(page))
    assert done.returncode == 0, done.stderr
    name = done.stdout.strip()
    assert client.get(f"/articles/{name}").json()["article"]["state"] == "ready"
    done = run(api_place, tmp_path, sys.executable, str(path), SHOW, "vi-du-2", str(page), "--publish")
    assert done.returncode == 0, done.stderr
    assert client.get(f"/articles/{name}").json()["article"]["state"] == "published"


@pytest.mark.skipif(not shutil.which("php"), reason="needs PHP")
def test_the_plugin_takes_only_our_messages() -> None:
    """A right signature of late is taken, by the old secret or the new; another secret, another body, an old one and none are not."""
    assert subprocess.run(["php", "-l", str(PLUGIN)], capture_output=True, check=False).returncode == 0
    now, body = int(time.time()), b'{"id": "1", "event": "episode.published"}'
    right = signature(["moi", "cu"], now, body)
    cases = [
        (right, "moi", body, True), (right, "cu", body, True), (right, "khac", body, False), (right, "moi", body + b" ", False), ("", "moi", body, False),
        (signature(["moi"], now - 301, body), "moi", body, False), (signature(["moi"], now + 301, body), "moi", body, False),
        (right.replace("t=", "t=1"), "moi", body, False), (right.replace(",v1", ",v0"), "moi", body, False), (signature(["moi"], now - 299, body), "moi", body, True),
    ]  # fmt: skip
    function = re.search(r"^function audiopub_is_ours.*?^}", PLUGIN.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert function
    for header, secret, sent, wanted in cases:
        code = f"const AUDIOPUB_MINUTES = 5;\n{function[0]}\nexit(audiopub_is_ours($argv[1], $argv[2], $argv[3], (int) $argv[4]) ? 0 : 1);"
        done = subprocess.run(["php", "-r", code, "--", header, sent.decode(), secret, str(now)], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is wanted, (header, secret, done.stderr, done.stdout)
