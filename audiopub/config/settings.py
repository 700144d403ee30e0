"""Where things are and what is allowed."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from audiopub.errors import ConfigInvalid

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and what is allowed, from flags, else AUDIOPUB_* variables, else the defaults."""

    feeds: Path = Path("feeds")
    output: Path = Path("output")
    state: Path = Path(".audiopub")
    """Cache and catalog; never served."""

    store: str = ""
    """``s3://bucket/prefix`` where published files go; empty for the output folder."""

    archive: str = ""
    """``s3://bucket/prefix`` where former revisions and withdrawn episodes go, a place that is not served; empty for the state folder."""

    db: str = ""
    """``postgresql+psycopg://…`` where several machines work; empty for a file in the state folder."""

    worker: str = ""
    """Name of this machine's worker; empty for that of the machine."""

    min_free: float = 200.0
    """Megabytes of the disk below which no job is begun."""

    ping_url: str = ""
    """Address of a monitor that is told when a night begins and ends, ``{show}`` in it the show; empty for none."""

    nightly_at: str = ""
    """Time of day in Vietnam, ``02:00``, at which workers begin the night of every show by themselves; empty for never."""

    traces: str = ""
    """Address of an OpenTelemetry collector; empty for none."""

    patience: float = 60.0
    """Seconds to wait for an episode or a feed that somebody else is at."""

    rules: Path = Path("feeds/sites")
    """Site rules of the newsroom's own."""

    allow_hosts: frozenset[str] = frozenset()
    """``host`` or ``host:port`` on private networks that may be fetched from."""

    access_logs: tuple[str, ...] = ()
    """Access logs of the web server that listeners are served by, as paths or patterns such as ``/var/log/caddy/*.log*``: the desk counts downloads in them."""

    host_delay: float = 1.0
    """Seconds between two requests to one host where many of its pages are fetched."""

    request_timeout: float = 10.0
    """Seconds a voice that is online may take to answer."""

    requests_a_second: float = 4.0
    """Most requests a second to a voice that is online."""

    voices: Path = Path(".audiopub/voices")
    """Installed Piper voices."""

    voices_from: str = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
    """Where they are fetched from: an address, or a folder that holds them."""

    engines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Settings of engines from the environment: ``AUDIOPUB_OPENAI_HTTP_URL`` is ``url`` of ``openai_http``."""

    cache_limit: float = 5.0
    """Gigabytes that what was spoken and encoded may take."""

    desk_hosts: frozenset[str] = frozenset()
    """Names by which the editors' desk is reached beside loopback: ``desk.bao.vn`` by https, ``http://desk.lan:8000`` without."""

    proxy_user_header: str = ""
    """Header in which a proxy names the person who signed in there; empty where people sign in here."""

    trusted_proxies: tuple[Network, ...] = ()
    """Networks from which that header, and whatever a proxy says of a request, is believed."""

    desk_body_mb: float = 4.0
    """Megabytes that may be sent to the desk or its API at once."""

    @classmethod
    def read(cls, *, environment: Mapping[str, str] = os.environ, output: Path | None = None, feeds: Path | None = None) -> "Settings":
        """Read the settings.

        Raises:
            ConfigInvalid: a variable cannot be used.
        """
        values: dict[str, Any] = {}
        for name, reader in (
            ("feeds", Path),
            ("output", Path),
            ("state", Path),
            ("store", _bucket),
            ("archive", _bucket),
            ("db", _database),
            ("worker", str),
            ("min_free", _positive),
            ("ping_url", _web_address),
            ("nightly_at", _time_of_day),
            ("traces", _web_address),
            ("patience", _positive),
            ("rules", Path),
            ("voices", Path),
            ("voices_from", str),
            ("allow_hosts", _hosts),
            ("access_logs", _listed),
            ("host_delay", _positive),
            ("request_timeout", _positive),
            ("requests_a_second", _positive),
            ("cache_limit", _positive),
            ("desk_hosts", _desk_hosts),
            ("proxy_user_header", _header),
            ("trusted_proxies", _networks),
            ("desk_body_mb", _positive),
        ):
            key = f"AUDIOPUB_{name.upper()}"
            if environment.get(key):
                try:
                    values[name] = reader(environment[key])
                except ValueError as error:
                    raise ConfigInvalid("config.bad_setting", key=key, value=environment[key], reason=str(error)) from error
        if "state" in values:
            values.setdefault("voices", values["state"] / "voices")
        values["engines"] = _engine_options(environment)
        values.update({name: value for name, value in (("output", output), ("feeds", feeds)) if value is not None})
        return cls(**values)


_ENGINE_OPTIONS = re.compile(r"AUDIOPUB_(ESPEAK|EDGE|GTTS|PIPER|OPENAI_HTTP|COMMAND|ENGINE_[A-Z0-9]+)_([A-Z]+)")
"""A third party's engine ``foo`` is set by ``AUDIOPUB_ENGINE_FOO_<NAME>``."""


def _engine_options(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in environment.items():
        if value and (match := _ENGINE_OPTIONS.fullmatch(key)):
            found.setdefault(match[1].lower().removeprefix("engine_"), {})[match[2].lower()] = value
    return found


def _hosts(text: str) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in text.split(",") if host.strip())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _desk_hosts(text: str) -> frozenset[str]:
    hosts = _hosts(text)
    for host in hosts:
        if not re.fullmatch(r"(https?://)?([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:\d{1,5})?", host):
            msg = f"{host}: desk.bao.vn, http://desk.lan:8000"
            raise ValueError(msg)
    return hosts


def _header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", text):
        msg = "X-Remote-User"
        raise ValueError(msg)
    return text.lower()


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def _positive(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        msg = "must be a number more than 0"
        raise ValueError(msg)
    return value


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+", text):
        msg = "https://…"
        raise ValueError(msg)
    return text


def _time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        msg = "02:00"
        raise ValueError(msg)
    return text


def _database(text: str) -> str:
    if not re.fullmatch(r"(sqlite:///|postgresql\+psycopg://).+", text):
        msg = "postgresql+psycopg://user@host/name"
        raise ValueError(msg)
    return text


def _bucket(text: str) -> str:
    if not re.fullmatch(r"s3://[A-Za-z0-9.-]+(/[!-~]*)?", text):
        msg = "s3://bucket/prefix"
        raise ValueError(msg)
    return text.rstrip("/")
