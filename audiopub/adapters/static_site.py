"""The output folder as a web site: ranges, validators, right types; for listening, trying out and small sites."""

import os
import stat
from collections.abc import Awaitable, Callable, Iterable, Mapping
from email.utils import formatdate
from html import escape
from pathlib import Path
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from audiopub.adapters.byte_ranges import satisfiable
from audiopub.adapters.packed_texts import Packed, PackedTexts, file_tag, takes_gzip
from audiopub.adapters.site_headers import EVERYWHERE, FEED_IN_A_BROWSER, FEED_TYPE, SHORT, headers_of, is_text
from audiopub.messages import LANGUAGES, message
from audiopub.publish.served import GONE

_BY_NUMBER = Path("/dev/fd").is_dir()


def static_site(folder: Path) -> ASGIApp:
    """Make an ASGI application that serves a folder.

    A folder with one show leads from ``/`` to its page. A file beside which there is one of its name with ``.gone`` was withdrawn and is
    answered with 410, by the page ``410.html`` of its folder where there is one. What begins with a dot, or lies outside the folder when
    links are followed, is not there.
    """
    return Starlette(routes=[Mount("/", _Files(folder))])


class _Files(StaticFiles):
    """Static files with the types and the caching of podcasts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._folder = folder.resolve()
        self._packed = PackedTexts()

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            return _refusal(405, "Method Not Allowed", Allow="GET, HEAD")
        # Looking, reading and compressing wait for the disk; in a thread, nobody else waits with them.
        try:
            return await run_sync(self._answer, path, scope)
        except (OSError, ValueError):  # a name that is too long or has a byte 0 in it, a file that went away meanwhile
            return _not_found()

    def _answer(self, path: str, scope: Scope) -> Response:
        address = str(scope["path"])
        if _is_closed(address):
            return _not_found()
        _, state = self._look(path)
        is_folder = state is not None and stat.S_ISDIR(state.st_mode)
        if is_folder and not address.endswith("/"):
            return _moved(path, scope)
        if address.endswith("/") and not is_folder:
            return _not_found()
        return self._file(os.path.normpath(f"{path}/index.html") if is_folder else path, scope)

    def _file(self, path: str, scope: Scope) -> Response:
        if self._is_file(path + GONE):
            return self._withdrawn(path)
        full, state = self._look(path)
        if state is None or not stat.S_ISREG(state.st_mode):
            return self._front() if scope["path"] == "/" else _not_found()
        asked = Headers(scope=scope)
        packed = None
        if is_text(path) and "range" not in asked and takes_gzip(asked.get("accept-encoding", "")):
            packed = self._packed.get(Path(full))
        response = _packed(path, packed) if packed else _plain(path, full, state, self._again(path, scope))
        if "text/html" in asked.get("accept", "") and response.headers["content-type"] == FEED_TYPE:
            response.headers["Content-Type"] = FEED_IN_A_BROWSER
        if self.is_not_modified(response.headers, asked):
            return _not_modified(response)
        return response if packed else _with_ranges(response, state.st_size, scope)

    def _again(self, path: str, scope: Scope) -> Callable[[], Awaitable[Response]]:
        """Give what answers once more, for whoever finds that the file is another one now."""
        asked = scope["headers"]
        return lambda: self.get_response(path, {**scope, "headers": asked})

    def _look(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file that may be read, where links lead to no hidden and no foreign place."""
        full, state = self.lookup_path(path)
        if state is None or _is_hidden(Path(full).relative_to(self._folder).parts) or not os.access(full, os.R_OK):
            return "", None
        return full, state

    def _is_file(self, path: str) -> bool:
        state = self._look(path)[1]
        return state is not None and stat.S_ISREG(state.st_mode)

    def _withdrawn(self, path: str) -> Response:
        page, state = self._look(os.path.normpath(f"{path}/../410.html"))
        headers = {**headers_of("410.html" if state else "410.txt"), "Cache-Control": SHORT}
        return Response(Path(page).read_bytes() if state else _sentence("page.gone"), 410, headers)

    def _front(self) -> Response:
        shows = sorted(path.parent.name for path in self._folder.glob("*/index.html") if not path.parent.name.startswith("."))
        if len(shows) == 1:
            return _refusal(307, "", Location=f"/{quote(shows[0])}/")
        items = "".join(f'<li><a href="/{quote(show)}/">{escape(show)}</a></li>' for show in shows)
        return Response(f"<!DOCTYPE html><title>audiopub</title><ul>{items}</ul>", headers=headers_of("index.html"))


def _packed(name: str, packed: Packed) -> Response:
    # Compressed and plain are two forms of one file, and a strong validator tells them apart.
    about = {"ETag": f'"{file_tag(packed.state)}-gz"', "Last-Modified": formatdate(packed.state.st_mtime, usegmt=True), "Content-Encoding": "gzip"}
    return Response(packed.body, headers={**headers_of(name), **about})


def _plain(name: str, full: str, state: os.stat_result, again: Callable[[], Awaitable[Response]]) -> FileResponse:
    headers = headers_of(name)
    return _SameFile(full, state, again, {**headers, "ETag": f'"{file_tag(state)}"'}, headers["Content-Type"])


class _SameFile(FileResponse):
    """A file whose length was told; where a correction puts another one in its place before it is opened, that one is answered with, and told of, instead."""

    def __init__(self, full: str, state: os.stat_result, again: Callable[[], Awaitable[Response]], headers: Mapping[str, str], kind: str) -> None:
        super().__init__(full, headers=headers, media_type=kind, stat_result=state)
        self._told, self._again = state, again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            opened = await run_sync(os.open, self.path, os.O_RDONLY)
        except OSError:
            await (await self._again())(scope, receive, send)
            return
        try:
            if file_tag(os.fstat(opened)) == file_tag(self._told):
                if _BY_NUMBER:
                    self.path = f"/dev/fd/{opened}"  # the file that was opened, whatever has its name by now
                await super().__call__(scope, receive, send)
                return
        finally:
            os.close(opened)
        await (await self._again())(scope, receive, send)


def _not_modified(response: Response) -> Response:
    answer = NotModifiedResponse(response.headers)
    answer.headers.update({**EVERYWHERE, "Last-Modified": response.headers["last-modified"]})
    return answer


def _with_ranges(response: Response, size: int, scope: Scope) -> Response:
    """Leave of the asked ranges what can be had; Starlette refuses all where one of several is past the end, and those it cannot read."""
    asked = Headers(scope=scope)
    if "range" not in asked:
        return response
    kept = satisfiable(asked["range"], size)
    fits = asked.get("if-range") in {None, response.headers["etag"], response.headers["last-modified"]}
    if kept == "" and fits:
        return _refusal(416, "Range Not Satisfiable", **{"Content-Range": f"bytes */{size}"})
    others = [header for header in scope["headers"] if header[0] != b"range"]
    scope["headers"] = [*others, (b"range", kept.encode())] if kept else others
    return response


def _moved(path: str, scope: Scope) -> Response:
    # From the path as it was found, never as it was asked: "//show" would lead to a host named show.
    query = str(scope["query_string"], "latin-1")
    return _refusal(301, "", Location=f"/{quote(path)}/" + ("?" + query if query else ""))


def _not_found() -> Response:
    return _refusal(404, "Not Found")


def _refusal(status: int, body: str, **headers: str) -> Response:
    return Response(body, status, {**EVERYWHERE, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", **headers})


def _sentence(key: str) -> str:
    """Say something in every language: nobody knows who asks."""
    return "".join(f"{message(key, language)}\n" for language in LANGUAGES)


def _is_closed(address: str) -> bool:
    """Tell whether an address can name no file of ours: one out of the folder, a hidden one, the mark of a withdrawal."""
    return "\\" in address or address.endswith(GONE) or _is_hidden(address.split("/"))


def _is_hidden(parts: Iterable[str]) -> bool:
    return any(part.startswith(".") for part in parts)
