"""Logs as JSON lines: every record one line, no secret in it, whatever is logged."""

import io
import json
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from audiopub.adapters.logs import set_up
from audiopub.adapters.masking import Masker
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import ConfigInvalid, TryAgain
from tests.conftest import ROOT

ENVIRONMENT = {
    "AUDIOPUB_LOG": "json", "AUDIOPUB_DB": "postgresql+psycopg://audiopub:m%40t-khau:9@db.example:5432/audiopub", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCY",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AUDIOPUB_OPENAI_HTTP_TOKEN": "sk-0123456789abcdef", "AUDIOPUB_PING_URL": "https://hc.example/0a1b2c3d-secret", "SHORT_TOKEN": "a",
    "PATH": "/usr/bin:/bin",
}  # fmt: skip
SECRETS = ("m%40t-khau:9", "m@t-khau:9", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "AKIAIOSFODNN7EXAMPLE", "sk-0123456789abcdef", "https://hc.example/0a1b2c3d-secret")
LOGGERS = ("audiopub", "dbos", "uvicorn", "py.warnings")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Set the logs up to write here, and put logging back afterwards."""
    before = {name: (list(logging.getLogger(name).handlers), logging.getLogger(name).level, logging.getLogger(name).propagate) for name in LOGGERS}
    into = io.StringIO()
    set_up(ENVIRONMENT, into)
    yield into
    logging.captureWarnings(capture=False)
    for name, (handlers, level, propagate) in before.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def logged(stream: io.StringIO, fields: Mapping[Any, object], event: str = "x", **more: Any) -> dict[str, Any]:
    stream.seek(0)
    stream.truncate()
    logging.getLogger("audiopub").info(event, extra={"fields": fields}, **more)
    (line,) = lines(stream)
    return line


def raised(error: Exception) -> Exception:
    """Give an error a place."""
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_record_is_a_line(stream: io.StringIO) -> None:
    """Moment in UTC, level, event and the fields, letters as they are."""
    found = logged(stream, {"job": "render-1", "show": "ban-tin", "outcome": "published", "seconds": 3.5, "tít": "Chợ phiên"}, "job done")
    assert datetime.fromisoformat(found.pop("ts")).utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert found == {
        "level": "info",
        "event": "job done",
        "logger": "audiopub",
        "job": "render-1",
        "show": "ban-tin",
        "outcome": "published",
        "seconds": 3.5,
        "tít": "Chợ phiên",
    }
    assert "Chợ phiên" in stream.getvalue() and stream.getvalue().count("\n") == 1


def test_warnings_of_others_are_written_and_their_chatter_is_not(stream: io.StringIO) -> None:
    """DBOS, uvicorn, and what Python warns of; also from below a logger's name."""
    for name in ("dbos", "uvicorn.error"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("%s is late", name)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert [(one["logger"], one["event"].split(":")[0][:12]) for one in lines(stream)[:2]] == [("dbos", "dbos is late"), ("uvicorn.error", "uvicorn.erro")]
    assert lines(stream)[2]["logger"] == "py.warnings" and len(lines(stream)) == 3


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_of_the_environment_is_in_no_line(stream: io.StringIO, secret: str) -> None:
    """Wherever it turns up: in the event, an argument, a field, a key, deep inside, in bytes, in an error."""
    error = raised(TryAgain("again.store", path=secret, reason=f"401 for {secret}"))
    logged(stream, {"a": secret, "b": [{"c": (secret, secret.encode())}], secret: 1, "url": f"https://x.example/?k={secret}&z=1"}, f"about {secret}", exc_info=error)
    assert secret not in stream.getvalue() and "***" in stream.getvalue()
    logging.getLogger("audiopub").warning("%s and %s", secret, {"in": secret})
    assert secret not in stream.getvalue()


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("postgresql+psycopg://user:hunter2:x@host/db", "hunter2"), ("http://:onlypass@host/", "onlypass"), ("redis://u:p%40ss@h", "p%40ss"),
        ("GET /x?token=abc123def&page=2", "abc123def"), ("https://b.s3.example/k?X-Amz-Signature=deadbeef99&X-Amz-Credential=AKIDX%2F2026", "deadbeef99"),
        ("X-Amz-Credential=AKIDX%2F2026", "AKIDX"), ("Authorization: Bearer abcdef123456.ghi", "abcdef123456"), ("aws_secret_access_key = zzzTOPzzz", "zzzTOPzzz"),
        ('{"password": "p@ss word"}', "p@ss"), ("api_key='k-99887766'", "k-99887766"), ("AKIAABCDEFGHIJKLMNOP denied", "AKIAABCDEFGHIJKLMNOP"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSM", "eyJzdWIiOiIxMjM0"), ("https://hc-ping.com/0a1b2c3d-4e5f-6789", "0a1b2c3d"), ("sig=abcdefgh", "abcdefgh"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(said: str, hidden: str) -> None:
    """Also where this process was not given it."""
    found = Masker({}).text(said)
    assert hidden not in found and "***" in found


@pytest.mark.parametrize("name", ["password", "db_password", "token", "Authorization", "AWS_SESSION", "api_key", "access_key", "secret", "cookie", "ping_url"])
def test_a_field_with_a_secrets_name_is_hidden(name: str) -> None:
    """Whatever it holds, and however deep it lies."""
    assert Masker({}).value({"a": {name: {"x": "abcdef"}}}) == {"a": {name: "***"}}


@pytest.mark.parametrize("said", ["https://bao.example/kinh-te/cho-phien-101.html?page=2", "render-1 took 3:12 at 02:00", "ban-tin: tokens of gratitude", "a@b.example"])
def test_what_is_no_secret_stays(said: str) -> None:
    """Addresses of articles, times, and an address of somebody."""
    assert Masker({}).text(said) == said


def test_no_article_is_in_a_line(stream: io.StringIO) -> None:
    """Of fields that hold text only the length is told; other long values are cut."""
    story = "Sáng nay chợ phiên họp. " * 400
    found = logged(stream, {"text": story, "html": story.encode(), "spoken": story, "title": story, "steps": [story]}, story)
    assert found["text"] == f"({len(story)})" and found["spoken"] == f"({len(story)})"
    assert len(stream.getvalue()) < 2000 and found["title"].endswith(f"… ({len(story)})")


def test_a_secret_at_the_cut_is_not_half_told() -> None:
    """What is cut is cut after secrets were taken out."""
    secret = "s3cr3t-" + "z" * 40
    for before in range(2300, 2460, 7):
        assert "s3cr3t" not in Masker({"X_TOKEN": secret}).text("y" * (before - 2110) + secret + "y" * 3000)


class Rude:
    """Cannot be said."""

    def __str__(self) -> str:
        raise RuntimeError("sk-0123456789abcdef")


def test_hostile_values_break_no_line(stream: io.StringIO) -> None:
    """Ends of lines of every kind, halves of letters, numbers that JSON lacks, loops, depth, and reserved names."""
    loop: dict[str, Any] = {}
    loop["self"] = loop
    deep: Any = "x"
    for _ in range(3000):
        deep = [deep]
    fields: dict[Any, object] = {"a": "1\r\n2\u2028\u2029\x85\x1b[31m", "b": "\udc80", "c": float("nan"), "d": float("-inf"), "e": loop, "f": deep, "g": {1, 2}, "h": range(10**9), "ts": "x", "event": "y",
              "i": list(range(10_000)), 7: None, "j": True}  # fmt: skip
    found = logged(stream, fields, 'ev"ent\n{"level":"fake"}')
    assert found["ts_"] == "x" and found["event"] == "y" and found["c"] == "nan" and found["message"].startswith('ev"ent\n') and found["j"] is True
    assert len(stream.getvalue().splitlines()) == 1 and "\x1b" not in stream.getvalue() and len(found["i"]) == 50
    assert "\\udc80" in stream.getvalue()


def test_what_cannot_be_said_is_told_by_its_place(stream: io.StringIO) -> None:
    """Neither its arguments nor a traceback are printed, and the program goes on."""
    logging.getLogger("audiopub").info("x", extra={"fields": {"a": Rude()}})
    wrong = logging.LogRecord("audiopub", logging.INFO, __file__, 1, "%d %d", ("sk-0123456789abcdef",), None)
    handler = next(one for one in logging.getLogger("audiopub").handlers if isinstance(one, logging.StreamHandler) and one.stream is stream)
    handler.handle(wrong)  # its arguments do not fit; a test runner's own handler would raise
    assert [one["event"] for one in lines(stream)] == ["log record lost"] * 2
    assert "test_logs.py" in lines(stream)[0]["where"] and "sk-" not in stream.getvalue()


def test_an_error_is_told_without_source(stream: io.StringIO) -> None:
    """Its type, code, sentence and places."""
    found = logged(stream, {}, exc_info=raised(TryAgain("again.locked", path="/x")))["error"]
    assert (found["type"], found["code"]) == ("TryAgain", "again.locked") and "/x" in found["message"]
    assert re.search(r"test_logs\.py:\d+ raised", found["where"][-1])


def test_a_form_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As any other setting."""
    with pytest.raises(ConfigInvalid):
        set_up({"AUDIOPUB_LOG": "xml"})
    monkeypatch.setenv("AUDIOPUB_LOG", "xml")
    assert exit_code_of(main_group, ["metrics"]) == 8 and "AUDIOPUB_LOG" in capsys.readouterr().err


def test_every_command_logs_so(tmp_path: Any) -> None:
    """Set up by the command line itself, on standard error; where it is not wanted nothing is imported for it."""
    code = """
import logging, sys
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
exit_code_of(main_group, ["--version"])
logging.getLogger("audiopub").warning("hello")
print("audiopub.adapters.logs" in sys.modules)
"""
    for environment, imported in (({"AUDIOPUB_LOG": "json"}, "True"), ({}, "False")):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT), **environment}, timeout=60
        )
        assert done.stdout.splitlines()[-1] == imported
        assert not environment or json.loads(done.stderr)["event"] == "hello"
