"""A whole newsroom on loopback for those who ask its API: a newspaper, a show with a silent voice, a desk, its doors, a worker, a web server."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.adapters.web_server import beside
from audiopub.config import Settings
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.people import ROLES, SOLE, Actor, Permission, Role, Via
from audiopub.people.limits import Limit
from audiopub.web.api import routers
from audiopub.web.app import desk_app
from audiopub.web.doors import Doors
from audiopub.workshop.service import Wishes, in_background
from benchmarks.newsroom import Newsroom, write_show

SHOW = "thoi-su"
ADMIN = Actor(name=SOLE, permissions=ROLES[Role.ADMIN], via=Via.CLI)


class _Endless:
    """No limits, for those who ask thousands of times on purpose."""

    def take(self, name: str, limit: Limit) -> int:
        """Allow it."""
        del name, limit
        return 0

    def give_back(self, name: str, limit: Limit) -> None:
        """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class ApiPlace:
    """It, as long as it is open."""

    url: str
    token: str
    settings: Settings
    desk: EditorsDesk
    doors: Doors
    paper: Newsroom
    app: Any

    @property
    def api(self) -> str:
        """Give the address below which the API is."""
        return f"{self.url}/api/v1"

    def client(self, token: str | None = None) -> httpx.Client:
        """Give a client that may do everything, or what a key may."""
        return httpx.Client(base_url=self.api, headers={"Authorization": f"Bearer {self.token if token is None else token}"}, trust_env=False, timeout=60)

    def key(self, permissions: Sequence[Permission], name: str = "cms") -> str:
        """Make a key that may do something."""
        return self.doors.reception.add_key(name, permissions, by=ADMIN).text

    def seed(self, count: int, first: int = 0) -> list[str]:
        """Take articles of the newspaper to the desk; give their names."""
        found = []
        for number in range(first, first + count):
            body = self.paper.answer(f"/tin/bai-{number}.html")[2]
            view, _ = self.desk.submit(ADMIN, Submission(show=SHOW, body=body, source_id=f"hat-{number}", is_html=True))
            found.append(view.item.name)
        return found


@contextmanager
def opened(home: Path, *, works: bool = True, articles: int = 40, limits: bool = True) -> Iterator[ApiPlace]:
    """Open a newsroom in a folder.

    Args:
        home: an empty folder.
        works: whether a worker does the jobs.
        articles: of its newspaper.
        limits: whether renders and previews are limited.
    """
    paper = Newsroom(articles)
    with paper.served():
        environment = {
            "AUDIOPUB_FEEDS": str(home / "feeds"), "AUDIOPUB_OUTPUT": str(home / "output"), "AUDIOPUB_STATE": str(home / "state"),
            "AUDIOPUB_RULES": str(home / "sites"), "AUDIOPUB_WORKER": "w1", "AUDIOPUB_LANG": "en", "AUDIOPUB_HOST_DELAY": "0.001", "AUDIOPUB_ALLOW_HOSTS": paper.host,
        }  # fmt: skip
        write_show(home / "feeds", SHOW, [paper.feed], "silent")
        settings = Settings.read(environment=environment)
        desk, doors = EditorsDesk(settings), Doors.of(settings)
        if not limits:
            doors = replace(doors, reception=replace(doors.reception, limits=_Endless()))
        app = desk_app(desk, doors, routers=routers)
        with beside(app, "127.0.0.1", 0) as port, in_background(settings, Wishes(slots=2)) if works else nullcontext():
            yield ApiPlace(url=f"http://127.0.0.1:{port}", token=doors.token.read(), settings=settings, desk=desk, doors=doors, paper=paper, app=app)
