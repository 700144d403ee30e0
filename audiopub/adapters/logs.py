"""Logs as one JSON document a line, for what collects them: what happened, when, and to which job."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from audiopub.adapters.masking import Masker
from audiopub.errors import ConfigInvalid

_LEVELS = {"audiopub": logging.INFO, "dbos": logging.WARNING, "uvicorn": logging.WARNING, "py.warnings": logging.WARNING}
"""Loggers that are written, and from which level on."""

_OURS = ("ts", "level", "message", "logger", "error")
_FRAMES = 8


def set_up(environment: Mapping[str, str], stream: TextIO | None = None) -> None:
    """Write logs as AUDIOPUB_LOG says.

    Args:
        environment: the process's variables; their secrets are kept out of every line.
        stream: where to; standard error by default.

    Raises:
        ConfigInvalid: AUDIOPUB_LOG names a form that is not known.
    """
    form = environment.get("AUDIOPUB_LOG", "")
    if form != "json":
        raise ConfigInvalid("config.bad_setting", key="AUDIOPUB_LOG", value=form, reason="json")
    handler = _Lines(stream or sys.stderr)
    handler.setFormatter(JsonLines(Masker(environment)))
    logging.captureWarnings(capture=True)
    for name, level in _LEVELS.items():
        logger = logging.getLogger(name)
        for other in list(logger.handlers):  # DBOS brings its own, which writes lines of another form
            logger.removeHandler(other)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False


class JsonLines(logging.Formatter):
    """Gives a record as one line: ``ts``, ``level``, ``event``, ``logger`` and the mapping in ``extra={"fields": …}``.

    Where the mapping names the event, the record's sentence is its ``message``.
    """

    def __init__(self, masker: Masker) -> None:
        """Format with secrets kept out by a masker."""
        super().__init__()
        self._masker = masker

    def format(self, record: logging.LogRecord) -> str:
        """Write one line, whatever the record holds."""
        said: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), "level": record.levelname.lower(),
            "event": self._masker.text(record.getMessage()), "logger": record.name,
        }  # fmt: skip
        fields = getattr(record, "fields", None)
        if isinstance(fields, Mapping):
            cleaned = self._masker.value(fields)
            named = cleaned if isinstance(cleaned, dict) else {}
            said |= {"message": said["event"]} if "event" in named else {}
            said |= {f"{name}_" if name in _OURS else name: value for name, value in named.items()}
        if record.exc_info and record.exc_info[1]:
            said["error"] = self._error(record.exc_info[1])
        return _line(said)

    def _error(self, error: BaseException) -> dict[str, object]:
        """Tell an error by its type, its sentence and where it came from; lines of source are ours, values are not told."""
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        code = getattr(error, "code", None)
        return {
            "type": type(error).__name__, "message": self._masker.text(str(error)), "code": code if isinstance(code, str) else None,
            "where": [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
        }  # fmt: skip


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines; what cannot be written is told by its place only, where ``logging`` would print the arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is logging's
        """Say that a record was lost, and which."""
        kind = sys.exc_info()[0]
        if kind and issubclass(kind, OSError | ValueError) and self.stream.closed:
            return
        said = {"ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), "level": "error", "event": "log record lost",
                "logger": record.name, "where": f"{record.pathname}:{record.lineno}", "reason": kind.__name__ if kind else ""}  # fmt: skip
        try:
            self.stream.write(_line(said) + self.terminator)
            self.flush()
        except (OSError, ValueError):
            return


def _line(said: Mapping[str, object]) -> str:
    """Write a document on one line, also for those who count more than a newline as the end of one."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    for sign in ("\u0085", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "backslashreplace").decode()
