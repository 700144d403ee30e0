"""Formats of access logs: a line in, a request out.

* combined, as nginx and Apache write it, with or without the host before it, with any fields after it
  (https://httpd.apache.org/docs/current/logs.html#combined);
* Caddy's JSON (https://caddyserver.com/docs/caddyfile/directives/log);
* W3C extended, whose first lines name the fields: CloudFront, IIS (https://www.w3.org/TR/WD-logfile.html);
* Amazon S3 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html).

A line tells its format by itself; only W3C's fields are remembered, from their directive to the next one.
"""

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote


class Request(NamedTuple):
    """One request, as a log tells it."""

    client: str
    """Address, or a host name where the server looked it up."""

    when: int
    """Seconds since 1970."""

    method: str
    target: str
    """Path with its query, as it was asked for."""

    status: int
    sent: int
    """Bytes of the answer; where the format counts headers too, with them."""

    agent: str
    """User agent, empty where the client named none."""

    range: str
    """``bytes=0-1``, or ``bytes 0-1/300`` where the log has the answer's; empty where it has neither."""


_QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_STAMP = r"\[(\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d):(\d\d) ([+-]\d{4})\]"
_CLIENT = r"(?:\S+:\d+ )?([^\s-]\S*) \S+ "
_PLAIN = re.compile(r'([^\s-]\S*+) - - \[(.{17}):(\d\d) (.{5})\] "([A-Z]++) ([^\s"\\]++) HTTP/[\d.]++" (\d{3}) (\d++) "[^"\\]*+" "([^"\\]*+)"(.*+)', re.DOTALL)
"""What nearly all lines of the combined format look like; tried first, since it is found quickly."""

_COMBINED = re.compile(rf"{_CLIENT}[^\[]*{_STAMP} {_QUOTED} (\d{{3}}) (\d+|-) {_QUOTED} {_QUOTED}(.*)", re.DOTALL)
_S3 = re.compile(rf"\S+ \S+ {_STAMP} (\S+) \S+ \S+ \S+ \S+ {_QUOTED} (\d{{3}}) \S+ (\d+|-) \S+ \S+ \S+ {_QUOTED} {_QUOTED}")
_RANGE = re.compile(r"bytes(?:=[\d, -]+| \d+-\d+/(?:\d+|\*))")
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}
_LATEST = 2**32 - 100
"""Hits are kept with their second in 32 bits; a much later one is no time of a request."""


class Reader:
    """Reads the lines of one log."""

    def __init__(self, matter: re.Pattern[str]) -> None:
        """Know no fields yet.

        Args:
            matter: what the target of a request has in it that is worth telling in full.
        """
        self._fields: dict[str, int] = {}
        self._matters = matter.search

    def read(self, raw: bytes) -> Request | int | None:
        """Read a line: a request, or its second alone where its target does not matter; None for a line that is empty, a comment, or no request.

        Raises:
            ValueError: it is in no known format.
        """
        line = raw.decode("utf-8", "replace")
        found = None if self._fields else _PLAIN.match(line)
        if not found:
            return self._other(line.strip())
        minute, second, zone, target = found.group(2, 3, 4, 6)
        when = _minute(minute, zone) + int(second)
        if not self._matters(target):
            return when
        client, method, status, sent, agent, tail = found.group(1, 5, 7, 8, 9, 10)
        return Request(client, when, method, target, int(status), int(sent), "" if agent == "-" else agent, _range(tail) if "bytes" in tail else "")

    def _other(self, line: str) -> Request | None:
        if not line or line[0] == "#":
            if line.startswith("#Fields:"):
                self._fields = {name.lower(): place for place, name in enumerate(line.split()[1:])}
            return None
        if line[0] == "{":
            return _caddy(line)
        if self._fields:
            return _w3c(line, self._fields)
        return _combined(line)


def _combined(line: str) -> Request:
    found = _COMBINED.match(line)
    if found:
        client, minute, second, zone, request, status, sent, _, agent, tail = found.groups()
    else:
        found = _S3.match(line)
        if not found:
            raise ValueError(line)
        minute, second, zone, client, request, status, sent, _, agent = found.groups()
        tail = ""
    method, target = _asked(request)
    when = _minute(minute, zone) + int(second)
    return Request(client, when, method, target, int(status), _count(sent), "" if agent == "-" else agent, _range(tail) if "bytes" in tail else "")


def _asked(request: str) -> tuple[str, str]:
    """Split a request line; what is none (a scanner's bytes) has no target."""
    method, _, rest = request.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    return method, target if protocol.startswith("HTTP/") else rest


def _range(tail: str) -> str:
    """Find a range among the fields after the usual ones; the answer's is better than the question's."""
    found = _RANGE.findall(tail)
    return next((one for one in found if one[5] == " "), found[0] if found else "")


def _count(text: str) -> int:
    return 0 if text == "-" else int(text)


@lru_cache(maxsize=4096)
def _minute(text: str, zone: str) -> int:
    """Give the second at which ``17/Nov/2026:06:30`` begins."""
    day, month, year = int(text[:2]), _MONTHS.get(text[3:6], 0), int(text[7:11])
    east = (int(zone[1:3]) * 60 + int(zone[3:])) * 60
    moment = datetime(year, month, day, int(text[12:14]), int(text[15:17]), tzinfo=UTC).timestamp()
    return _sane(moment + east if zone[0] == "-" else moment - east)


def _sane(when: float) -> int:
    if not 0 <= when <= _LATEST:
        msg = f"no time of a request: {when}"
        raise ValueError(msg)
    return int(when)


def _caddy(line: str) -> Request | None:
    try:
        entry = json.loads(line)
        asked = entry.get("request")
        if not isinstance(asked, dict):
            return None
        headers = asked.get("headers")
        return Request(
            str(asked.get("client_ip") or asked["remote_ip"]), _moment(entry["ts"]), str(asked["method"]), str(asked["uri"]), int(entry["status"]),
            max(0, int(entry["size"])), _header(headers, "User-Agent"), _header(entry.get("resp_headers"), "Content-Range") or _header(headers, "Range"),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise ValueError(line) from error


def _moment(stamp: Any) -> int:
    """Read Caddy's time: seconds, or ISO 8601."""
    if isinstance(stamp, str):
        moment = datetime.fromisoformat(stamp)
        return _sane((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return _sane(float(stamp))


def _header(headers: Any, name: str) -> str:
    return str(headers[name][0]) if isinstance(headers, dict) and headers.get(name) else ""


def _w3c(line: str, fields: dict[str, int]) -> Request:
    tabs = "\t" in line
    values = line.split("\t" if tabs else None)
    try:
        value = {name: values[place] for name, place in fields.items()}
        moment = datetime.fromisoformat(f"{value['date']}T{value['time']}+00:00")
        # CloudFront encodes a user agent twice over; IIS puts + for a space
        agent = unquote(unquote(value["cs(user-agent)"] if tabs else value["cs(user-agent)"].replace("+", " ")))
        start, end = value.get("sc-range-start", "-"), value.get("sc-range-end", "-")
        return Request(
            value["c-ip"], _sane(moment.timestamp()), value["cs-method"], value["cs-uri-stem"], int(value["sc-status"]), _count(value["sc-bytes"]),
            "" if agent == "-" else agent, f"bytes={start}-{'' if end == '-' else end}" if start.isdecimal() else "",
        )  # fmt: skip
    except (KeyError, IndexError) as error:
        raise ValueError(line) from error
