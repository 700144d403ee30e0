"""A show on a shelf, and lines of logs about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from audiopub.article.dates import INDOCHINA
from audiopub.listens import AudioFile, Networks, Published, Report, Shelf, Tally, networks
from audiopub.units import Milliseconds

LOGS = Path(__file__).parent / "logs"
ANTENNAPOD = "AntennaPod/3.4.0"
SIZE, TAG, MINUTE = 2_440_000, 40_000, 480_000
"""Of episode a: five minutes after a tag of 40,000 bytes."""

SHELF = Shelf(
    slug="ban-tin",
    episodes=(
        Published(id="a", title="Chợ phiên vùng cao", moment=datetime(2026, 11, 17, 5, tzinfo=INDOCHINA)),
        Published(id="b", title="Nước sạch về bản", moment=datetime(2026, 11, 10, 5, tzinfo=INDOCHINA)),
    ),
    files=(
        AudioFile(names=("a-111111.mp3", "a-000000.mp3"), episode="a", bytes=SIZE, duration=Milliseconds(300_000), start=TAG),
        AudioFile(names=("b-222222.mp3",), episode="b", bytes=360_000, duration=Milliseconds(45_000)),
        AudioFile(names=("b-222222.opus",), episode="b", bytes=90_000, duration=Milliseconds(45_000)),
    ),
)


def line(
    client: str = "192.0.2.1", when: str = "17/Nov/2026:06:00:00 +0700", path: str = "/ban-tin/a-111111.mp3", status: int = 200, sent: int = SIZE,
    agent: str = ANTENNAPOD, method: str = "GET", asked: str = "",
) -> bytes:  # fmt: skip
    """Write a line as nginx does, with the range at its end where there is one."""
    return f'{client} - - [{when}] "{method} {path} HTTP/1.1" {status} {sent} "-" "{agent}"{f" {asked!r}" if asked else ""}\n'.replace("'", '"').encode()


def count(
    *logs: Iterable[bytes], excluded: Sequence[str] = (), since: datetime | None = None, until: datetime | None = None, shelf: Shelf = SHELF, salt: bytes = b"salt"
) -> Report:
    """Count what logs tell."""
    left_out: Networks = networks(excluded)
    tally = Tally(shelf, salt=salt, excluded=left_out, since=since, until=until)
    for number, log in enumerate(logs):
        tally.read(f"log {number}", log)
    report = tally.report(INDOCHINA)
    assert sum(report.fates.values()) == report.lines
    return report
