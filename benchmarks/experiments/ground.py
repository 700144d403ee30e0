"""Where experiments take place: a newspaper, installations that publish it, what is promised of the result, and the figures that come out."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from lxml import etree

from audiopub.jobs.model import ENDED, JobState
from benchmarks.newsroom import NOW, Newsroom, write_show
from tests.kills import broken
from tests.postgres import PostgresAbsent, PostgresServer, running_postgres
from tests.s3_stand_in import BUCKET, s3_apart
from tests.worker_process import SHOW, Installation, KeptWorker, NotYet, WorkerProcess, wait_for

TERM = 15
"""Seconds without a sign of life after which a worker's jobs may be taken over."""

GRACE = 5
"""Seconds more in which that has to have happened."""

SECONDS_AN_ARTICLE = 20
"""Longest that a batch may take for each of its articles before it counts as stuck."""

_STARTING = 120


class NotHere(Exception):
    """An experiment needs something that this machine does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    name: str
    value: object
    kept: bool | None = None
    """Whether a promise was kept; None where nothing is promised."""


@dataclass
class Findings:
    """What an experiment found."""

    name: str
    figures: list[Figure] = field(default_factory=list)

    def say(self, name: str, value: object) -> None:
        """Note a figure."""
        self.figures.append(Figure(name=name, value=value))

    def promise(self, name: str, value: object, *, kept: bool) -> None:
        """Note a figure that something is promised of."""
        self.figures.append(Figure(name=name, value=value, kept=kept))

    def same(self, name: str, value: object, wanted: object) -> None:
        """Note a figure that has to be a certain one."""
        self.promise(name, value if value == wanted else f"{value}, not {wanted}", kept=value == wanted)

    @property
    def broken(self) -> list[Figure]:
        """Give the promises that were not kept."""
        return [figure for figure in self.figures if figure.kept is False]


@dataclass
class Ground:
    """A newspaper that is served, and what installations of one experiment share."""

    home: Path
    newsroom: Newsroom
    postgres: PostgresServer | None
    more: dict[str, str]
    """Environment of all processes."""

    reader: Callable[[Installation], dict[str, bytes]] = Installation.files
    _numbers: Iterator[int] = field(default_factory=count)

    def installation(self, name: str, *, home: Path | None = None, command: Sequence[str] = ()) -> Installation:
        """Make an installation that has nothing yet but a show file.

        Args:
            name: of its folder and database.
            home: its folder; None for one of its own.
            command: that starts audiopub; empty for the usual one.
        """
        number = next(self._numbers)
        place = home or self.home / f"{name}-{number}"
        db = self.postgres.url(f"{name}_{number}".replace("-", "_")) if self.postgres else ""
        write_show(place / "feeds", SHOW, [self.newsroom.feed])
        more = {name: value.replace("{number}", str(number)) for name, value in self.more.items()} | {"AUDIOPUB_ALLOW_HOSTS": self.newsroom.host}
        made = Installation(home=place, db=db, more=more)
        return replace(made, command=tuple(command)) if command else made

    def served(self, installation: Installation) -> dict[str, bytes]:
        """Give all that listeners can have."""
        return self.reader(installation)

    def undisturbed(self, name: str = "undisturbed") -> tuple[Installation, dict[str, bytes]]:
        """Do a night as it should go; give where, and what it published."""
        calm = self.installation(name)
        calm.order_night(NOW)
        with WorkerProcess(calm, spied=True) as worker:
            self.finish(calm, worker)
            worker.end()
        return calm, self.served(calm)

    def finish(self, installation: Installation, *workers: WorkerProcess | KeptWorker, seconds: float = 0, meanwhile: Callable[[], object] = bool) -> float:
        """Wait until everything that was ordered is over; give how many seconds that took."""
        most = seconds or _STARTING + SECONDS_AN_ARTICLE * self.newsroom.count
        return wait_for(installation.is_quiet, "all jobs to be over", of=installation, seconds=most, watched=workers, meanwhile=meanwhile)

    def wait(
        self, condition: Callable[[], object], what: str, installation: Installation, *workers: WorkerProcess | KeptWorker, seconds: float = _STARTING,
        meanwhile: Callable[[], object] = bool,
    ) -> float:  # fmt: skip
        """Wait until something is so; give how many seconds that took."""
        return wait_for(condition, what, of=installation, seconds=seconds, watched=workers, meanwhile=meanwhile)

    def judge(self, found: Findings, installation: Installation, *, wanted: Mapping[str, bytes] | None = None, episodes: int | None = None) -> dict[str, bytes]:
        """Hold what came of a night against what is promised; give what is published.

        Args:
            found: the promises are noted there.
            installation: after its jobs are over.
            wanted: what an undisturbed run published; None where that is not known.
            episodes: how many there have to be; None for one an article in the newspaper's feed.
        """
        articles = installation.articles()
        states = [row["state"] for row in articles]
        wanted_episodes = len(self.newsroom.entries()) if episodes is None else episodes
        found.same("jobs of articles", len(states), wanted_episodes)
        found.same("jobs lost (neither done nor ended otherwise)", sum(row["state"] not in ENDED for row in installation.rows()), 0)
        found.same("jobs ended otherwise than done", sorted(f"{row['id']} {row['state']}" for row in installation.rows() if row["state"] != JobState.DONE), [])
        files = self.served(installation)
        read = reader(files)
        items = list(feed_items(read))
        found.same("episodes in the feed", len(items), wanted_episodes)
        found.same("GUIDs that are there twice", len(items) - len({guid for guid, _ in items}), 0)
        found.same("articles that are there twice", len(items) - len({link for _, link in items}), 0)
        found.same("faults that listeners would meet", list(broken(read)), [])
        if wanted is not None:
            found.same(f"files other than undisturbed, of {len(wanted)}", differences(files, wanted), [])
        return files


@contextmanager
def ground(articles: int, db: str = "sqlite", *, listed: int | None = None, bucket: bool = False, seed: int = 1) -> Iterator[Ground]:
    """Prepare an experiment; all of it is gone when the block ends.

    Args:
        articles: that the newspaper has.
        db: ``sqlite`` or ``postgres``.
        listed: of those, how many its feed lists; None for all.
        bucket: whether files go to a bucket of moto's server instead of a folder.
        seed: of what the newspaper writes.

    Raises:
        NotHere: this machine has no Postgres.
    """
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="audiopub-faults-", ignore_cleanup_errors=True)))
        newsroom = Newsroom(articles, seed, listed)
        stack.enter_context(newsroom.served())
        try:
            server = stack.enter_context(running_postgres()) if db == "postgres" else None
        except PostgresAbsent as absent:
            raise NotHere(str(absent)) from absent
        made = Ground(home=home, newsroom=newsroom, postgres=server, more={})
        if bucket:
            environment = stack.enter_context(s3_apart(0.0))
            made.more = {**environment, "AUDIOPUB_STORE": f"s3://{BUCKET}/ra-{{number}}", "AUDIOPUB_ARCHIVE": f"s3://{BUCKET}/giu-{{number}}"}
            made.reader = _of_bucket
        yield made


def feed_items(read: Callable[[str], bytes | None]) -> Iterator[tuple[str, str]]:
    """Give GUID and article of every episode in a feed, over all its pages."""
    pages = ["feed.xml"]
    for name in pages:
        root = etree.fromstring(read(name) or b"<none/>")
        pages += [str(link.get("href")).rpartition("/")[2] for link in root.iter("{http://www.w3.org/2005/Atom}link") if link.get("rel") == "next"]
        yield from ((item.findtext("guid", ""), item.findtext("link", "")) for item in root.iter("item"))


def reader(files: Mapping[str, bytes]) -> Callable[[str], bytes | None]:
    """Read the show's files by their names, as a web server would."""
    return lambda name: files.get(f"{SHOW}/{name}")


def differences(files: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> list[str]:
    """Name the files that are missing, too many or of other bytes."""
    return sorted(key for key in files.keys() | wanted.keys() if files.get(key) != wanted.get(key))


def repeated(installation: Installation) -> tuple[int, int]:
    """Give how often eSpeak was asked, and how many of those sentences it had said before: what was repeated and did not come from the cache."""
    said = installation.utterances()
    return len(said), len(said) - len(set(said))


def made(installation: Installation) -> tuple[int, int]:
    """Give the sentences that jobs say they had a voice speak, and all that their episodes have."""
    outcomes: list[dict[str, Any]] = [row["outcome"] for row in installation.articles()]
    return sum(int(one.get("made", 0)) for one in outcomes), sum(int(one.get("segments", 0)) for one in outcomes)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def moment(day: int) -> datetime:
    """Give the present moment of a later night."""
    return NOW.replace(day=NOW.day + day)


def _of_bucket(installation: Installation) -> dict[str, bytes]:
    import boto3

    named, place = installation.more, installation.more["AUDIOPUB_STORE"].removeprefix(f"s3://{BUCKET}/")
    client = boto3.client(
        "s3", endpoint_url=named["BEHIND_THE_WALL"], aws_access_key_id=named["AWS_ACCESS_KEY_ID"], aws_secret_access_key=named["AWS_SECRET_ACCESS_KEY"],
        region_name=named["AWS_REGION"],
    )  # fmt: skip
    listed = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{place}/")
    keys = [entry["Key"] for part in listed for entry in part.get("Contents", ())]
    return {key.removeprefix(f"{place}/"): client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


__all__ = [
    "GRACE", "TERM", "Figure", "Findings", "Ground", "NotHere", "NotYet", "differences", "feed_items", "ground", "made", "moment", "percentile", "reader", "repeated",
]  # fmt: skip
