"""What the desk's pages load: style, scripts, fonts and the scripts of other people, each at an address that changes with it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
HOME = "/desk/static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that pages load."""

    body: bytes
    kind: str
    """Its media type."""

    version: str
    """Eight digits of its hash."""


@cache
def assets() -> Mapping[str, Asset]:
    """Give all of them by name: ``desk.css``, ``vendor/htmx.min.js``, ``fonts/be-vietnam-pro-regular.woff2``.

    What is not in this table cannot be asked for, whatever an address looks like.
    """
    own, listeners = files("audiopub.web") / "static", files("audiopub.publish") / "assets"
    found = dict(_below(own, ""))
    found |= {f"fonts/{file.name}": _asset(file) for file in listeners.iterdir() if file.name.startswith("be-vietnam-pro")}
    return found | {"icon.svg": _asset(listeners / "icon.svg")}


def asset_url(name: str) -> str:
    """Give the address of an asset, with its version.

    >>> asset_url("icon.svg").partition("?v=")[0]
    '/desk/static/icon.svg'
    """
    return f"{HOME}/{name}?v={assets()[name].version}"


def _below(folder: Traversable, before: str) -> list[tuple[str, Asset]]:
    found = []
    for file in folder.iterdir():
        if file.is_dir():
            found += _below(file, f"{before}{file.name}/")
        elif _type_of(file.name):
            found.append((before + file.name, _asset(file)))
    return found


def _asset(file: Traversable) -> Asset:
    body = file.read_bytes()
    return Asset(body=body, kind=_type_of(file.name), version=hashlib.sha256(body).hexdigest()[:8])


def _type_of(name: str) -> str:
    return next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), "")
