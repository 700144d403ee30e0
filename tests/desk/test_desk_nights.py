"""Nights beside the desk: what is an editor's is left alone, and what an editor put out as the newspaper has it is as a night would have made it."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import update

from audiopub.adapters.sql.schema import drafts
from audiopub.article import BlockKind
from audiopub.bootstrap import database
from audiopub.desk.service import Submission
from audiopub.jobs import Kind, Order, Queue
from audiopub.publish.model import State
from audiopub.workshop.service import store_of, submit_night
from benchmarks.newsroom import Newsroom as Paper
from benchmarks.newsroom import page as printed
from tests.desk.newsdesk import AN, NewsDesk, newsdesk, text_of, version, working
from tests.worker_process import SHOW

_NIGHTS = count(1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsDesk]:
    """Give a desk with a worker, and a newspaper of six articles that nights read."""
    with newsdesk(tmp_path_factory.mktemp("nights"), tmp_path_factory.getbasetemp() / "sites", articles=8) as made, working(made):
        yield made


def night(place: NewsDesk) -> dict[str, str]:
    """Do a night; give what became of each article, by its address."""
    now = place.later(hours=1)
    job, new = submit_night(place.settings, SHOW, f"night-{next(_NIGHTS)}", now, {}, by="", again=False)
    assert new
    store = store_of(place.settings)
    place.wait(lambda: (found := store.get(job.id)) and found.is_over)
    report = place.desk.night(AN, job.id)["report"]
    assert report is not None
    return {line["source"]: line["outcome"] for line in report["lines"]}


def taken(place: NewsDesk, number: int) -> Any:
    """Bring one of the newspaper's articles to the desk."""
    view, _ = place.desk.submit(AN, Submission(show=SHOW, url=place.paper.url(number)))
    return view


def test_nights_and_the_desk(place: NewsDesk) -> None:
    """Eight articles, each treated otherwise at the desk before, between and after nights."""
    desk, url = place.desk, place.paper.url
    plain, drafted, edited, voiced, dated, gone = (taken(place, number).item.name for number in range(6))
    place.published(plain)
    read = next(block.id for block in desk.view(AN, edited).draft.blocks if block.kind is BlockKind.PARAGRAPH)  # type: ignore[union-attr]
    desk.edit(AN, edited, "rewrite", {"block": read, "text": "Lời của biên tập viên."}, version=None)
    place.published(edited)
    desk.edit(AN, voiced, "manner", {"speed": 1.4}, version=None)
    place.published(voiced)
    desk.edit(AN, dated, "day", {"day": "2026-11-01"}, version=None)
    place.published(dated)
    desk.discard(AN, gone)
    cms = _from_the_cms(place, place.paper, 6)
    said = night(place)
    assert said == {
        url(0): "unchanged", url(1): "on_desk", url(2): "on_desk", url(3): "pinned", url(4): "unchanged", url(5): "published", url(6): "on_desk", url(7): "published",
    }  # fmt: skip
    revisions = {name: desk.episode(AN, name).revision for name in (plain, edited, voiced, dated)}
    assert set(revisions.values()) == {1}
    assert desk.view(AN, drafted).episode is None and desk.view(AN, cms).episode is None

    for name in (plain, edited, voiced, dated):
        desk.discard(AN, name)
    place.published(cms)
    desk.discard(AN, cms)
    said = night(place)
    assert {said[url(number)] for number in (0, 4, 5, 6, 7)} == {"unchanged"} and {said[url(2)], said[url(3)]} == {"pinned"}
    assert {name: desk.episode(AN, name).revision for name in revisions} == revisions
    assert sum(episode.state is State.PUBLISHED for episode in desk.tools.catalog.episodes(SHOW)) == 7
    _follows(place, 7)


def _from_the_cms(place: NewsDesk, paper: Paper, number: int) -> str:
    """Send an article as the newsroom's own system does: under a number of its own, without the address."""
    article = paper.article(number)
    body = printed(article, "").replace(b'<link rel="canonical" href="">', b"")
    view, new = place.desk.submit(AN, Submission(show=SHOW, body=body, is_html=True, source_id=f"cms-{number}"))
    assert new
    return view.item.name


def test_what_came_to_the_desk_after_it_was_listed_is_left(place: NewsDesk) -> None:
    """An article of a night that waits its turn is an editor's from the moment that one takes it."""
    view = place.draft(source_id="cms-sau")
    draft = place.desk.tools.locate(view.item.name).draft
    known = {"_page": draft.origin.page, "_identity": draft.id, "_title": draft.title}
    order = Order(kind=Kind.RENDER, show=SHOW, queue=Queue.NIGHTLY, now=place.moment, source="cms:cms-sau", wish=known, parent="nightly-x")
    store = store_of(place.settings)
    job, _ = store.submit(order)
    place.wait(lambda: (found := store.get(job.id)) and found.is_over)
    assert store.get(job.id).outcome["outcome"] == "on_desk"  # type: ignore[union-attr]
    assert place.desk.view(AN, view.item.name).episode is None


def _follows(place: NewsDesk, number: int) -> None:
    """Whoever opens an episode finds what listeners have, and not what the desk had before a night brought a newer page."""
    name = taken(place, number).item.name
    old = text_of(place.desk.view(AN, name))
    database(place.settings).write(lambda connection: connection.execute(update(drafts).where(drafts.c.id == name[-16:]).values(changed=1)))
    place.paper.correct(number)
    assert night(place)[place.paper.url(number)] == "updated"
    view = place.desk.open_draft(AN, name)
    assert text_of(view) != old and place.desk.changes(AN, name) == ()
    assert version(view) == 2 and place.acts(name)[-1] == "newer_taken"
