"""Each part that audiopub rests on, tried."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from audiopub.adapters.files import write_whole
from audiopub.adapters.mp3 import LameEncoder
from audiopub.bootstrap.shared import database
from audiopub.bootstrap.spoken import one_run
from audiopub.bootstrap.voices import engine
from audiopub.config import Settings, read_show
from audiopub.errors import AudiopubError
from audiopub.messages import Language
from audiopub.publish.encoder import Tags
from audiopub.units import Hertz, Samples

_SIGN_OF_LIFE = 15.0
"""Seconds since its last sign of life within which a worker counts."""


def examinations(settings: Settings, language: Language) -> Iterator[tuple[str, tuple[bool, str]]]:
    """Try each part audiopub rests on; yield its name, whether it works, and what was seen."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("espeak", _try_espeak), ("mp3", _try_mp3), ("font", _try_font), ("output", lambda s: _try_folder(s.output)),
        ("state", lambda s: _try_folder(s.state)), ("database", _try_database), ("shows", _try_shows),
    )  # fmt: skip
    for name, attempt in checks:
        try:
            yield name, (True, attempt(settings))
        except AudiopubError as error:
            yield name, (False, error.sentence(language))
        except (OSError, ImportError, ValueError) as error:
            yield name, (False, str(error))


def _try_espeak(settings: Settings) -> str:
    speaker = engine("espeak", settings)
    return f"{speaker.identity}: {speaker.speak('xin chào').length} ms"


def _try_mp3(_settings: Settings) -> str:
    from audiopub.adapters.mp3 import decoded_mp3
    from audiopub.audio import silence

    buffer = io.BytesIO()
    tags = Tags(title="a", artist="a", album="a", date="", language="vie", url=None, comment="", length=silence(Samples(0), Hertz(22_050)).length, cover=b"", chapters=())
    LameEncoder().encode(one_run(silence(Samples(22_050), Hertz(22_050))), Hertz(22_050), tags, buffer)
    return f"{len(decoded_mp3(buffer.getvalue(), Hertz(22_050)))} of 22050 samples came back"


def _try_font(_settings: Settings) -> str:
    from audiopub.publish.artwork import cover

    return f"a cover of {len(cover('Đường về bản Ổi', 'Ặ Ễ Ữ'))} bytes was drawn"


def _try_folder(folder: Path) -> str:
    probe = folder / ".probe"
    write_whole(probe, b"")
    probe.unlink()
    return f"{folder.resolve()}, {shutil.disk_usage(folder).free // 1_000_000_000} GB free"


def _try_database(settings: Settings) -> str:
    from audiopub.adapters.sql.fleet import SqlFleet

    found = database(settings)
    alive = SqlFleet(found).alive(_SIGN_OF_LIFE)
    one = "" if found.is_local or settings.archive else "; AUDIOPUB_ARCHIVE is a folder, which serves one machine only"
    return f"{found.shown}, {len(alive)} workers at work{one}"


def _try_shows(settings: Settings) -> str:

    return ", ".join(read_show(path).slug for path in sorted(settings.feeds.glob("*.toml"))) or f"none in {settings.feeds}"
