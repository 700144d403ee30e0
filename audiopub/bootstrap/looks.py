"""A show's own sounds and pictures."""

import hashlib
import io
from collections.abc import Callable
from functools import cache

from audiopub.config import Show
from audiopub.errors import ConfigInvalid
from audiopub.pipeline import Jingles
from audiopub.units import Hertz

_SMALLEST_COVER, _LARGEST_COVER = 1400, 3000


_OWN_SOUNDS = ("intro", "outro", "earcon", "bed")


def jingles(show: Show) -> Callable[[Hertz], Jingles]:
    """Give what reads a show's own sounds at a voice's rate."""
    audio = show.file.audio

    @cache
    def at(rate: Hertz) -> Jingles:
        named = {name: getattr(audio, name) for name in _OWN_SOUNDS if getattr(audio, name)}
        if not named:
            return Jingles()
        from audiopub.adapters.jingle import jingle

        return Jingles(**{name: jingle(show.beside(file), rate) for name, file in named.items()})

    return at


def jingle_key(show: Show) -> str:
    """Hash the show's own sounds as they lie on the disk.

    Raises:
        ConfigInvalid: one cannot be read.
    """
    digest = hashlib.sha256()
    for name in _OWN_SOUNDS:
        file = getattr(show.file.audio, name)
        path = show.beside(file)
        try:
            digest.update(f"\0{name}\0".encode() + (hashlib.sha256(path.read_bytes()).digest() if file else b""))
        except OSError as error:
            raise ConfigInvalid("config.bad_jingle", path=path, reason=error.strerror or str(error)) from error
    return digest.hexdigest()


def cover(art: bytes | None, title: str, author: str) -> Callable[[], bytes]:
    """Give what gives a show's cover: its own, or one that is drawn when it is first asked for."""

    @cache
    def picture() -> bytes:
        if art:
            return art
        from audiopub.publish.artwork import cover

        return cover(title, author)

    return picture


def own_cover(show: Show) -> bytes | None:
    """Read the cover a show file names, as a JPEG.

    Raises:
        ConfigInvalid: absent, no picture, not square, or of a wrong size.
    """
    if not show.file.cover:
        return None
    from PIL import Image, UnidentifiedImageError

    path = show.beside(show.file.cover)
    try:
        with Image.open(path) as image:
            width, height = image.size
            if width != height or not _SMALLEST_COVER <= width <= _LARGEST_COVER:
                raise ConfigInvalid("config.bad_cover", path=path, reason=f"{width}x{height}")
            buffer = io.BytesIO()
            image.convert("RGB").save(buffer, "JPEG", quality=88, optimize=True, dpi=(72, 72))
    except (OSError, UnidentifiedImageError) as error:
        raise ConfigInvalid("config.bad_cover", path=path, reason=str(error)) from error
    return buffer.getvalue()
