"""A monitor told that a run began, went well or failed, so that it can raise the alarm where nothing is told at all.

Source: https://healthchecks.io/docs/http_api/ (``/start``, ``/fail``, ``?rid=``), which Uptime Kuma, Dead Man's Snitch and others take as well.
"""

import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit
from uuid import NAMESPACE_URL, uuid5

import httpx

from audiopub.publish.text import within_bytes

_LOG = logging.getLogger("audiopub")
_SECONDS = 10.0
_TRIES = 2
_PAUSE = 1.0
_LONGEST = 10_000
"""Bytes of a body; services keep no more, and some refuse it."""


class Ping:
    """Tells a monitor of one run. Whether the monitor hears it changes nothing for the run."""

    def __init__(self, url: str, run: str, *, seconds: float = _SECONDS, sleep: Callable[[float], None] = time.sleep) -> None:
        """Be ready to tell.

        Args:
            url: the check's address; empty where nobody wants to know.
            run: names the run; start and end of one run have to have the same.
            seconds: most that the monitor may be silent.
            sleep: waits a number of seconds.
        """
        self._url, self._run, self._seconds, self._sleep = url, str(uuid5(NAMESPACE_URL, f"audiopub:{run}")), seconds, sleep

    def started(self) -> bool:
        """Tell that the run began; give whether it was heard."""
        return self._told("/start", "")

    def succeeded(self, report: str) -> bool:
        """Tell that all is well, with the report as text."""
        return self._told("", report)

    def failed(self, report: str) -> bool:
        """Tell that somebody has to look, with the report as text."""
        return self._told("/fail", report)

    def _told(self, what: str, report: str) -> bool:
        if not self._url:
            return False
        reason = ""
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(_PAUSE)
            reason, is_worth_another = self._asked(what, report)
            if not reason:
                return True
            if not is_worth_another:
                break
        # Only the host is named: whoever knows the address can tell the monitor that all is well.
        _LOG.warning("ping not heard", extra={"fields": {"host": _host(self._url), "what": what or "/", "reason": reason}})
        return False

    def _asked(self, what: str, report: str) -> tuple[str, bool]:
        """Ask once; give why it was not heard, empty where it was, and whether asking again may help."""
        try:
            # The body of the answer is of no use and not waited for.
            with httpx.stream(
                "POST", _address(self._url, what, self._run), content=within_bytes(report, _LONGEST).encode(), timeout=self._seconds, follow_redirects=False,
                trust_env=False,
                headers={"Content-Type": "text/plain; charset=utf-8", "User-Agent": "audiopub"},
            ) as answer:  # fmt: skip
                return ("" if answer.is_success else f"HTTP {answer.status_code}"), answer.status_code >= 500 or answer.status_code == 429  # noqa: PLR2004  HTTP
        except httpx.TransportError as error:
            return type(error).__name__, not isinstance(error, httpx.UnsupportedProtocol)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return type(error).__name__, False


def _address(url: str, what: str, run: str) -> str:
    """Give the address of an event, whatever the check's own already asks for.

    >>> _address("https://hc.example/ping/abc/?create=1", "/start", "r")
    'https://hc.example/ping/abc/start?create=1&rid=r'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + what, query="&".join(filter(None, (parts.query, f"rid={run}"))), fragment=""))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
