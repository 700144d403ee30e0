"""``audiopub people`` and ``audiopub keys``."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audiopub.bootstrap import reception
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings
from audiopub.people import Visit
from tests.desk.doors_kit import PASSWORD

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run commands in a folder of their own; what is typed is the standard input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDIOPUB_STATE", str(tmp_path / "state"))

    def command(*arguments: str, typed: str = PASSWORD + "\n") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = exit_code_of(main_group, ["--lang", "en", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def _json(run: Run, *arguments: str) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_accounts_by_command(run: Run) -> None:
    """Opened, listed, changed, shut, opened again and closed; the password comes from standard input and is nowhere to be read."""
    assert run("people", "add", "lan", "--stdin")[0] == 3, "the first is an administrator"
    assert _json(run, "people", "add", "chi", "--role", "admin", "--stdin", "--by", "Hà")["by"] == "cli:Hà"
    assert run("people", "add", "lan", "--stdin")[0] == 0
    assert run("people", "add", "minh", "--stdin", typed="ngắn\n")[0] == 3
    assert run("people", "add", "minh")[0] == 3, "no terminal, no --stdin"
    assert [(person["name"], person["role"]) for person in _json(run, "people", "list")] == [("chi", "admin"), ("lan", "editor")]
    assert _json(run, "people", "role", "lan", "publisher")["role"] == "publisher"
    assert _json(run, "people", "disable", "lan")["disabled"] is True
    assert "lan\tpublisher\tdisabled" in run("people", "list")[1]
    assert _json(run, "people", "enable", "lan")["disabled"] is False
    there = reception(Settings.read())
    token = there.log_in("lan", PASSWORD, Visit())
    assert run("people", "password", "lan", "--stdin", typed="một mật khẩu khác hẳn\r\n")[0] == 0
    assert there.by_session(token, Visit()) is None and there.log_in("lan", "một mật khẩu khác hẳn", Visit())
    assert run("people", "remove", "lan")[0] == 0 and run("people", "remove", "lan")[0] == 3
    assert run("people", "remove", "chi")[0] == 0 and _json(run, "people", "list") == []
    acts = [line.act for line in there.audit.lines() if line.via == "cli"]
    assert acts == ["person_removed", "person_removed", "person_password", "person_enabled", "person_disabled", "person_role", "person_added", "person_added"]


def test_a_password_is_never_an_argument(run: Run) -> None:
    """There is no option for it, which others on the machine could read in the list of processes."""
    assert run("people", "add", "chi", PASSWORD)[0] == 2 and run("people", "add", "chi", "--password", PASSWORD)[0] == 2
    assert run("people", "password", "chi", PASSWORD)[0] == 2


def test_keys_by_command(run: Run) -> None:
    """A key is shown once; standard output is the key alone, so that a script takes it."""
    code, out, err = run("keys", "add", "CMS", "--scope", "read", "--scope", "edit")
    assert (code, out.count("\n")) == (0, 1) and out.startswith("apk_") and "cannot be shown again" in err
    made = _json(run, "keys", "add", "Kho bài", "--scope", "publish")
    there = reception(Settings.read())
    assert there.by_key(out.strip(), Visit()) and there.by_key(made["key"], Visit())
    listed = run("keys", "list")[1] + run("keys", "list", "--json")[1]
    assert "Kho bài" in listed and out.split("_")[2].strip() not in listed and made["key"] not in listed
    assert _json(run, "keys", "revoke", made["id"])["revoked"] > 0
    assert there.by_key(made["key"], Visit()) is None and there.by_key(out.strip(), Visit())
    assert [run("keys", *wrong)[0] for wrong in (("add", "x"), ("add", "x", "--scope", "all"), ("add", "x", "--scope", "read", "--owner", "ai-do"), ("revoke", "x"))] == [
        3,
        2,
        3,
        3,
    ]
    assert "revoked" in run("keys", "list")[1] and run("keys", "revoke", made["id"])[0] == 0
