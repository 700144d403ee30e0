"""Installs Piper voices: fetched once, in pieces where the line breaks, and believed only when their hashes are right."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from audiopub.adapters.files import writing
from audiopub.errors import BadInput, FetchFailed

HUB = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
_PARTIAL = ".part"
_CHUNK = 1 << 20
_TIMEOUT = 30.0
_PARTIAL_CONTENT, _WHOLE, _PAST_END = 206, 200, 416


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a voice, as the collection's own list (voices.json) describes it."""

    path: str
    size: int
    md5: str

    @property
    def name(self) -> str:
        """Give the file's name."""
        return self.path.rpartition("/")[2]


def _voice(name: str, folder: str, model: tuple[int, str], config: tuple[int, str]) -> tuple[ModelFile, ModelFile]:
    path = f"vi/vi_VN/{folder}/{name}.onnx"
    return ModelFile(path=path, size=model[0], md5=model[1]), ModelFile(path=f"{path}.json", size=config[0], md5=config[1])


KNOWN = {
    "vi_VN-vais1000-medium": _voice(
        "vi_VN-vais1000-medium", "vais1000/medium", (63_201_294, "5e42428c4f6131f75557cf156c9c1526"), (4_860, "5ec9669253541d64ba97f60e422f1ad0")
    ),
    "vi_VN-25hours_single-low": _voice(
        "vi_VN-25hours_single-low", "25hours_single/low", (63_104_526, "54ff8fb35b0084336377ddd10717e1fa"), (4_176, "d626bc458e9eb1a12650709bfc89d4a2")
    ),
}
"""Vietnamese voices of the collection rhasspy/piper-voices. Source: its voices.json."""

Progress = Callable[[str, int, int], None]
"""Told a file's name, how many bytes of it are here, and how many it has."""


def install(name: str, folder: Path, origin: str = HUB, progress: Progress = lambda _name, _done, _of: None) -> tuple[Path, ...]:
    """Fetch a voice; what is there already, whole or in part, is not fetched again.

    Args:
        name: one of :data:`KNOWN`.
        folder: where voices are kept.
        origin: an address under which the collection's files lie, or a folder that holds the voice's files.
        progress: told how far it is.

    Raises:
        BadInput: no such voice.
        FetchFailed: the files could not be had, or are not what they should be. What came of them stays for the next attempt.
    """
    if name not in KNOWN:
        raise BadInput("voices.unknown", name=name, known=", ".join(KNOWN))
    return tuple(_installed(file, folder, origin, progress) for file in reversed(KNOWN[name]))  # the model last: a voice is there when it is


def _installed(file: ModelFile, folder: Path, origin: str, progress: Progress) -> Path:
    target, partial = folder / file.name, folder / (file.name + _PARTIAL)
    if target.exists() and _right(target, file):
        return target
    with writing(target):
        folder.mkdir(parents=True, exist_ok=True)
        if not (partial.exists() and _right(partial, file)):
            _fetch(file, partial, origin, progress)
        if not _right(partial, file):
            partial.unlink(missing_ok=True)
            raise FetchFailed("voices.wrong_hash", file=file.name, origin=origin)
        partial.replace(target)
    return target


def _right(path: Path, file: ModelFile) -> bool:
    if path.stat().st_size != file.size:
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == file.md5


def _fetch(file: ModelFile, partial: Path, origin: str, progress: Progress) -> None:
    if not origin.startswith(("https://", "http://")):
        _copy(file, Path(origin), partial)
        return
    have = partial.stat().st_size if partial.exists() else 0
    if have >= file.size:
        partial.unlink()
        have = 0
    url = f"{origin.rstrip('/')}/{file.path}"
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=True, max_redirects=4) as client,
            client.stream("GET", url, headers={"Range": f"bytes={have}-", "Accept-Encoding": "identity"} if have else {"Accept-Encoding": "identity"}) as answer,
        ):
            if answer.status_code not in {_WHOLE, _PARTIAL_CONTENT}:
                if answer.status_code == _PAST_END:
                    partial.unlink(missing_ok=True)
                raise FetchFailed("fetch.status", url=url, status=answer.status_code)
            _write(answer.iter_raw(), file, partial, have if answer.status_code == _PARTIAL_CONTENT else 0, progress)
    except httpx.HTTPError as error:
        raise FetchFailed("voices.broken_off", file=file.name, reason=str(error) or type(error).__name__) from error


def _write(chunks: Iterator[bytes], file: ModelFile, partial: Path, done: int, progress: Progress) -> None:
    with partial.open("ab" if done else "wb") as sink:
        for chunk in chunks:
            sink.write(chunk)
            done += len(chunk)
            progress(file.name, done, file.size)
            if done > file.size:
                return  # more than the voice has: its hash will be wrong


def _copy(file: ModelFile, folder: Path, partial: Path) -> None:
    found = next((path for path in (folder / file.path, folder / file.name) if path.exists()), None)
    if found is None:
        raise FetchFailed("voices.not_there", file=file.name, origin=folder)
    with found.open("rb") as source, partial.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            sink.write(chunk)


def remove(name: str, folder: Path) -> bool:
    """Remove an installed voice; False where there was none."""
    paths = [folder / f"{name}.onnx", folder / f"{name}.onnx.json"]
    there = [path for path in paths if path.exists() and path.parent == folder]
    for path in there:
        path.unlink()
    return bool(there)
