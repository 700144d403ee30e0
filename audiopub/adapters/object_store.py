"""Published files in S3 and whatever speaks its protocol, through obstore; needs the extra ``s3``."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, BinaryIO, TypeVar, cast
from urllib.parse import urlsplit

from audiopub.adapters.site_headers import headers_of
from audiopub.errors import ConfigInvalid, Overtaken, TryAgain
from audiopub.publish.store import Stored

_AT_ONCE = 32
"""Questions asked side by side: each takes a journey of its own."""

_IN_MEMORY = 8_000_000
_ONE_PIECE = 64_000_000
"""Bytes that are put in one request, so that the file's tag is its MD5; larger ones go in pieces."""

_PATIENCE = timedelta(seconds=120)
_FIRST_WAIT = timedelta(milliseconds=50)

T = TypeVar("T")


class ObjectStore:
    """Files in a bucket, under a prefix. Puts are whole by the protocol; former addresses are copied on the server."""

    def __init__(self, url: str, environment: Mapping[str, str] | None = None, *, patience: timedelta = _PATIENCE, first_wait: timedelta = _FIRST_WAIT) -> None:
        """Use a bucket.

        Args:
            url: ``s3://bucket/prefix``.
            environment: ``AWS_*`` variables instead of the process's own: ``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION``.
            patience: how long a request that fails is repeated.
            first_wait: before it is repeated the first time; then twice as long each time.

        Raises:
            ConfigInvalid: the extra is not installed, or the address cannot be used.
        """
        try:
            import obstore  # noqa: PLC0415  an extra
            from obstore.store import S3Store  # noqa: PLC0415
        except ImportError as error:
            raise ConfigInvalid("config.no_extra", what="s3://", extra="s3") from error
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ConfigInvalid("config.bad_setting", key="AUDIOPUB_STORE", value=url, reason="s3://bucket/prefix")
        self._api: Any = obstore
        self._errors: Any = obstore.exceptions
        settings = {name.lower().removeprefix("aws_"): value for name, value in (environment or {}).items() if name.startswith("AWS_")}
        insecure = {"allow_http": True} if settings.get("endpoint_url", "").startswith("http://") else {}
        retries = {"max_retries": 12, "retry_timeout": patience, "backoff": {"init_backoff": first_wait, "max_backoff": timedelta(seconds=5), "base": 2}}
        try:
            self._store: Any = S3Store(parts.netloc, prefix=parts.path.strip("/") or None, retry_config=cast("Any", retries), client_options=cast("Any", insecure),
                                       **cast("Any", _named(settings)))  # fmt: skip
        except Exception as error:
            raise ConfigInvalid("config.bad_setting", key="AUDIOPUB_STORE", value=url, reason=str(error)) from error

    def put(self, key: str, body: bytes | BinaryIO) -> bool:
        """Put a file, unless the same bytes are there already."""
        md5, size = _digest(body)
        meta = self._head(key)
        if meta and meta["size"] == size and _tag(meta) == md5:
            return False
        self._put(key, body, size, None)
        return True

    def seen(self, key: str) -> str | None:
        """Give the file's tag."""
        meta = self._head(key)
        return str(meta["e_tag"]) if meta else None

    def replace(self, key: str, body: bytes, seen: str | None) -> bool:
        """Put a file if it is still the one that was seen: the server decides (If-Match, If-None-Match)."""
        md5, size = _digest(body)
        try:
            self._put(key, body, size, {"e_tag": seen} if seen else "create")
        except (self._errors.PreconditionError, self._errors.AlreadyExistsError) as error:
            meta = self._head(key)
            # A server that fell over after it had put the file answers the repeated request so: what is there is ours.
            if meta is None or _tag(meta) != md5:
                raise Overtaken("again.overtaken", path=key) from error
        return not seen or seen.strip('"') != md5

    def get(self, key: str) -> bytes | None:
        """Give a file's bytes."""
        return self._asked(key, lambda: bytes(self._api.get(self._store, key).bytes()))

    def open(self, key: str) -> BinaryIO | None:
        """Give a copy of a file on this machine's disk, or in memory where it is small."""

        def fetched() -> BinaryIO:
            found = self._api.get(self._store, key)
            copy = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  the caller closes it
            for chunk in found.stream():
                copy.write(chunk)
            copy.seek(0)
            return cast("BinaryIO", copy)

        return self._asked(key, fetched)

    def size(self, key: str) -> int | None:
        """Give a file's size."""
        meta = self._head(key)
        return int(meta["size"]) if meta else None

    def sizes(self, keys: Iterable[str]) -> dict[str, int | None]:
        """Give the sizes of many files, asked side by side."""
        wanted = list(keys)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(wanted, pool.map(self.size, wanted), strict=True))

    def keys(self, prefix: str) -> Iterator[Stored]:
        """List the files under a prefix."""
        folder, _, _ = prefix.rpartition("/")
        chunks = iter(self._api.list(self._store, folder or None, chunk_size=1000))
        while chunk := self._asked(prefix, lambda: next(chunks, None)):
            for meta in chunk:
                if str(meta["path"]).startswith(prefix):
                    yield Stored(key=meta["path"], size=meta["size"], changed=meta["last_modified"])

    def remove(self, key: str) -> None:
        """Remove a file."""
        self._asked(key, lambda: self._api.delete(self._store, key))

    def alias(self, key: str, target: str) -> None:
        """Copy a file on the server, unless the copy is there already."""
        present, wanted = self._head(key), self._head(target)
        if present and wanted and _tag(present) == _tag(wanted) and present["size"] == wanted["size"]:
            return
        self._asked(target, lambda: self._api.copy(self._store, target, key))

    def _head(self, key: str) -> dict[str, Any] | None:
        return self._asked(key, lambda: dict(self._api.head(self._store, key)))

    def _put(self, key: str, body: bytes | BinaryIO, size: int, mode: Any) -> None:
        served = headers_of(key)
        said = {name: served[name] for name in ("Content-Type", "Cache-Control")}
        whole = size <= _ONE_PIECE
        content = body if isinstance(body, bytes) or not whole else body.read()
        self._asked(key, lambda: self._api.put(self._store, key, content, attributes=said, mode=mode, use_multipart=not whole), absent=False)

    def _asked(self, key: str, ask: Callable[[], T], *, absent: bool = True) -> T | None:
        errors = self._errors
        try:
            return ask()
        except (errors.NotFoundError, FileNotFoundError) as error:
            if absent:
                return None
            raise ConfigInvalid("config.unwritable", path=key, reason=str(error)) from error
        except (errors.PreconditionError, errors.AlreadyExistsError):
            raise
        except (errors.PermissionDeniedError, errors.UnauthenticatedError) as error:
            raise ConfigInvalid("config.unwritable", path=key, reason=str(error)) from error
        except (errors.BaseError, OSError) as error:
            raise TryAgain("again.store", path=key, reason=str(error).splitlines()[0]) from error


_SETTINGS = {"endpoint_url": "endpoint", "default_region": "region", "region": "region", "access_key_id": "access_key_id", "secret_access_key": "secret_access_key",
             "session_token": "session_token"}  # fmt: skip


def _named(settings: Mapping[str, str]) -> dict[str, str]:
    return {_SETTINGS[name]: value for name, value in settings.items() if name in _SETTINGS}


def _tag(meta: Mapping[str, Any]) -> str:
    return str(meta["e_tag"]).strip('"')


def _digest(body: bytes | BinaryIO) -> tuple[str, int]:
    """Give the MD5 that S3 uses as the tag of a file put in one request, and the size; a file object is left where it stood."""
    if isinstance(body, bytes):
        return hashlib.md5(body, usedforsecurity=False).hexdigest(), len(body)
    start = body.tell()
    digest, size = hashlib.md5(usedforsecurity=False), 0
    while chunk := body.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    body.seek(start)
    return digest.hexdigest(), size
