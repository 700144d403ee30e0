"""An editors' desk on folders of its own, with a newspaper, a clock that a test moves, and a real worker where one is wanted."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from audiopub.config import Settings
from audiopub.desk.model import Check, CheckState, DeskState, View
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.jobs import OPEN, Job
from audiopub.people import Actor
from audiopub.people.model import ROLES, Role, Via
from audiopub.publish.model import Episode
from audiopub.workshop.service import Wishes, in_background, publish_order, store_of
from benchmarks.newsroom import NOW, Newsroom, write_show
from tests.worker_process import SHOW, Installation

AN = Actor(name="an", permissions=ROLES[Role.PUBLISHER], via=Via.DESK)
BINH = Actor(name="bình", permissions=ROLES[Role.EDITOR], via=Via.DESK)

_FACTS = (
    "Từ đầu năm đến nay, bà con ở thôn số {n} đã góp {m} triệu đồng để làm lại con đường vào trường học, mỗi nhà cử một người cùng làm.",
    "Trưởng thôn cho biết, đường mới rộng ba mét, có rãnh thoát nước hai bên, xe tải nhỏ chở nông sản vào tận sân nhà văn hóa thôn {n}.",
    "Sau mùa mưa, cả {m} hộ dân sẽ thay nhau dọn cỏ, khơi rãnh vào sáng chủ nhật đầu tháng để mặt đường được bền lâu hơn trước.",
    "Nhà trường cũng trồng thêm hai hàng cây dọc lối đi, học sinh lớp lớn nhận chăm sóc, tưới nước và rào lại những gốc cây bị đổ.",
)
_NUMBERS = count(1)


def words(number: int, facts: tuple[str, ...] = _FACTS) -> list[str]:
    """Write the paragraphs of an article that no other has."""
    return [fact.format(n=number, m=number + 40) for fact in facts]


@dataclass
class NewsDesk:
    """Folders, newspaper, clock and desk."""

    here: Installation
    paper: Newsroom
    moment: datetime = NOW
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.desk = EditorsDesk(self.settings, lambda: self.moment)

    @property
    def settings(self) -> Settings:
        return Settings.read()

    def later(self, **how_much: float) -> datetime:
        """Let time pass; give the present moment."""
        self.moment += timedelta(**how_much)
        return self.moment

    def show(self, slug: str = SHOW, engine: str = "silent", more: str = "") -> Path:
        """Write a show file."""
        return write_show(self.here.feeds, slug, [self.paper.feed], engine, more=more)

    def draft(self, title: str = "Đường mới về thôn", source_id: str = "", paragraphs: list[str] | None = None, show: str = SHOW) -> View:
        """Bring an article to the desk that is not there yet."""
        number = next(_NUMBERS)
        body = "\n\n".join((f"{title} số {number}", *(paragraphs or words(number))))
        view, new = self.desk.submit(AN, Submission(show=show, body=body.encode(), is_html=False, source_id=source_id or f"cms-{number}"))
        assert new
        return view

    def rendered(self, name: str) -> View:
        """Have a draft made to be heard, and hear it."""
        self.desk.render(AN, name)
        view = self.until_over(name)
        assert view.proof is not None, view.item
        self.desk.heard(AN, name, view.proof.fingerprint)
        return self.desk.view(AN, name)

    def published(self, name: str, **how: Any) -> Episode:
        """Have a draft made, heard and published."""
        view = self.rendered(name)
        assert view.proof is not None
        self.desk.publish(AN, name, fingerprint=view.proof.fingerprint, **how)
        episode = self.until_over(name).episode
        assert episode is not None, self.desk.view(AN, name).item
        return episode

    def until_over(self, name: str) -> View:
        """Wait for a draft's last job."""
        self.wait(lambda: self.job(name).is_over)
        return self.desk.view(AN, name)

    def job(self, name: str) -> Job:
        """Give a draft's last job."""
        kept = self.desk.tools.locate(name).kept
        assert kept is not None
        job = store_of(self.settings).get(kept.job)
        assert job is not None
        return job

    def wait(self, condition: Callable[[], object]) -> None:
        """Look again and again for as long as any machine may need."""
        end = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.03)

    def end_embargoes(self, show: str = SHOW) -> None:
        """Do what a worker does now and then: publish what is due."""
        store = store_of(self.settings)
        job, _ = store.submit(publish_order(show, self.moment), again=True)
        self.wait(lambda: (found := store.get(job.id)) and found.is_over)

    def served(self, name: str) -> bytes | None:
        """Give a published file of the show; None where listeners get none."""
        path = self.here.output / SHOW / name
        return path.read_bytes() if path.exists() else None

    def feed(self, show: str = SHOW) -> str:
        """Give the feed."""
        path = self.here.output / show / "feed.xml"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def acts(self, name: str) -> list[str]:
        """Name what was done to an article, first first."""
        return [line.act for line in reversed(self.desk.audit(AN, episode=name[-16:]))]


def block(view: View, place: int) -> str:
    """Name a block by its place."""
    assert view.draft is not None
    return view.draft.blocks[place].id


def version(view: View) -> int:
    """Give a draft's version."""
    assert view.draft is not None
    return view.draft.version


def text_of(view: View) -> str:
    """Give all of a draft's text."""
    assert view.draft is not None
    return " ".join(block.text for block in view.draft.blocks)


def fingerprint(view: View) -> str:
    """Give the fingerprint of what was made."""
    assert view.proof is not None
    return view.proof.fingerprint


def stopped(checks: tuple[Check, ...]) -> set[str]:
    """Name the checks that stop."""
    return {check.name for check in checks if check.state is CheckState.STOP}


def standing(view: View) -> tuple[DeskState, DeskState | None]:
    """Give where an article stands."""
    return view.item.state, view.item.pending


@contextmanager
def newsdesk(home: Path, sites: Path, db: str = "", articles: int = 3, listed: int | None = None) -> Iterator[NewsDesk]:
    """Open a desk with nobody who works; nights find those of the newspaper's articles that its feed lists, all unless it is said how many."""
    paper = Newsroom(articles, listed=listed)
    with paper.served(), pytest.MonkeyPatch.context() as patch:
        here = Installation(home=home, db=db, more={"AUDIOPUB_RULES": str(sites), "AUDIOPUB_ALLOW_HOSTS": paper.host})
        for name in [name for name in os.environ if name.startswith("AUDIOPUB_")]:
            patch.delenv(name)
        for name, value in here.environment.items():
            if name.startswith("AUDIOPUB_"):
                patch.setenv(name, value)
        made = NewsDesk(here, paper)
        made.show()
        yield made


@contextmanager
def working(place: NewsDesk) -> Iterator[None]:
    """Have a worker in a thread of this process; what is open is taken back where a test fails."""
    store = store_of(place.settings)
    with in_background(place.settings, Wishes(slots=2, own_clock=lambda: place.moment)):
        try:
            yield
        finally:
            for job in store.jobs(states=OPEN):
                store.cancel(job.id)
            place.wait(lambda: not store.jobs(states=OPEN))
