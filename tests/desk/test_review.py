"""What a second pair of eyes found: ways by which something else came before listeners, got lost, or was no longer to be seen."""

import base64
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from audiopub.adapters.sql.schema import episodes
from audiopub.bootstrap import database
from audiopub.cli import serve_command
from audiopub.desk.model import DeskState
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.errors import BadInput, ConfigInvalid, NotFound, Outdated
from audiopub.jobs import JobState
from audiopub.messages import message
from audiopub.vietnamese import Entry
from tests.desk.newsdesk import AN, NewsDesk, fingerprint, newsdesk, text_of, version, words, working
from tests.worker_process import SHOW


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsDesk]:
    """Give a desk at which a worker works only where a test says so."""
    with newsdesk(tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp() / "sites") as made:
        yield made


def _taken_back(idle: NewsDesk) -> tuple[str, str]:
    """Publish what was heard, and take that back before anybody did it; give the names of article and job."""
    name = idle.draft().item.name
    with working(idle):
        view = idle.rendered(name)
    job = idle.desk.publish(AN, name, fingerprint=fingerprint(view)).job
    idle.desk.cancel(AN, name)
    assert idle.job(name).state is JobState.CANCELLED
    return name, job


def test_trying_again_publishes_no_text_of_before(idle: NewsDesk) -> None:
    """Whoever set a wrong word right after publishing failed does not get it published by the button that tries again."""
    name, job = _taken_back(idle)
    idle.desk.edit(AN, name, "rewrite", {"block": "b2", "text": "Câu này đã được sửa lại cho đúng trước khi phát hành."}, version=None)
    with pytest.raises(Outdated):
        idle.desk.retry(AN, job)
    with working(idle):
        idle.rendered(name)
    with pytest.raises(Outdated):
        idle.desk.retry(AN, job)
    idle.desk.discard(AN, name)
    with pytest.raises(NotFound):
        idle.desk.retry(AN, job)


def test_trying_again_goes_on_where_nothing_changed_and_once_only(idle: NewsDesk) -> None:
    """What was taken back by mistake is published by it; what went well is not done again, after a withdrawal least of all."""
    name, job = _taken_back(idle)
    with working(idle):
        idle.desk.retry(AN, job)
        assert idle.until_over(name).episode is not None
    idle.desk.withdraw(AN, name, reason="sai", notice=False)
    with pytest.raises(BadInput):
        idle.desk.retry(AN, job)
    assert idle.job(name).state is JobState.DONE


def test_trying_a_proof_again_makes_what_stands_there_now(idle: NewsDesk) -> None:
    """A draft that was changed since its sound failed is made as it is, not as it was."""
    name = idle.draft().item.name
    job = idle.desk.render(AN, name)[0].job
    idle.desk.cancel(AN, name)
    view = idle.desk.edit(AN, name, "rewrite", {"block": "b2", "text": "Câu này đã được sửa lại trước khi dựng lại lần nữa."}, version=None)
    assert "lần nữa" in text_of(view)
    with working(idle):
        idle.desk.retry(AN, job)
        view = idle.until_over(name)
    assert view.proof is not None and view.proof_is_fresh


def test_a_damaged_record_hides_no_other_and_shrinks_no_feed(idle: NewsDesk) -> None:
    """The list shows all others, and that one as broken, with the reason; the feed is not written without it."""
    names = [idle.draft().item.name for _ in range(2)]
    with working(idle):
        for name in names:
            idle.published(name)
    found = database(idle.settings)
    broken = update(episodes).where(episodes.c.id == names[0][-16:]).values(record='{"id": ', version=episodes.c.version + 1)
    whole = found.read(lambda connection: connection.execute(select(episodes.c.record).where(episodes.c.id == names[0][-16:])).scalar_one())
    found.write(lambda connection: connection.execute(broken))
    try:
        items = {item.name: item for item in EditorsDesk(idle.settings).listing(AN).items}
        assert items[names[1]].state is DeskState.PUBLISHED
        assert (items[names[0]].state, items[names[0]].code) == (DeskState.FAILED, "config.bad_record")
        assert message(items[names[0]].code, "vi", **items[names[0]].details)
        with pytest.raises(ConfigInvalid):
            idle.desk.tools.catalog.episodes(SHOW)
    finally:
        mended = update(episodes).where(episodes.c.id == names[0][-16:]).values(record=whole, version=episodes.c.version + 1)
        found.write(lambda connection: connection.execute(mended))
    assert {item.name for item in idle.desk.listing(AN, states=["published"]).items} >= set(names)


@pytest.mark.parametrize("place", ["[Infinity, 0, 0]", "[" * 100_000, "[1e400, 0, 0]"])
def test_a_cursor_that_nobody_gave_is_refused(idle: NewsDesk, place: str) -> None:
    """Whatever it holds."""
    with pytest.raises(BadInput):
        idle.desk.listing(AN, cursor=base64.urlsafe_b64encode(place.encode()).decode().rstrip("="))


def test_a_show_that_is_not_there_has_no_articles(idle: NewsDesk) -> None:
    """And nothing is kept of the question."""
    assert idle.desk.listing(AN, show="khong-co").total == 0


def test_changes_of_the_lexicon_are_found_among_many_other_acts(idle: NewsDesk) -> None:
    """A busy desk writes down more in an hour than a page of the record holds."""
    idle.desk.save_entry(AN, SHOW, "newsroom", Entry(written="MTTQ", spoken="mặt trận tổ quốc"))
    name = idle.draft().item.name
    for number in range(12):
        idle.desk.edit(AN, name, "retitle", {"title": f"Tiêu đề thứ {number}"}, version=None)
    assert [line.act for line in idle.desk.audit(AN, acts="lexicon_", limit=10)] == ["lexicon_save"]


@pytest.mark.parametrize("how", ["path", "up", "out"])
def test_no_path_of_the_machine_is_a_show(idle: NewsDesk, how: str) -> None:
    """The name of a show comes from a form; the command line alone takes paths."""
    elsewhere = idle.here.home / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "la.toml").write_text((idle.here.feeds / f"{SHOW}.toml").read_text(encoding="utf-8"), encoding="utf-8")
    show = {"path": str(elsewhere / "la.toml"), "up": os.path.relpath(elsewhere / "la", idle.here.feeds), "out": str(elsewhere / "la")}[how]
    for act in (
        lambda: idle.desk.save_entry(AN, show, "show", Entry(written="MTTQ", spoken="mặt trận tổ quốc")),
        lambda: idle.desk.save_entry(AN, show, "newsroom", Entry(written="MTTQ", spoken="mặt trận tổ quốc")), lambda: idle.desk.exported(AN, show, "show", "csv"),
        lambda: idle.desk.preview(AN, "Một câu.", show=show), lambda: idle.desk.submit(AN, Submission(show=show, body=b"x")), lambda: idle.desk.begin_night(AN, show),
    ):  # fmt: skip
        with pytest.raises((NotFound, ConfigInvalid)):
            act()
    assert {path.name for path in elsewhere.iterdir()} == {"la.toml"}


class _Twice:
    """Lets somebody else change a draft just before a change of it is kept, once."""

    def __init__(self, idle: NewsDesk, name: str) -> None:
        self._idle, self._name, self._drafts, self._is_over = idle, name, idle.desk.tools.drafts, False

    def __enter__(self) -> None:
        def late(*given: Any) -> bool:
            if not self._is_over:
                self._is_over = True
                idle, title = self._idle, "Tiêu đề vừa sửa"
                EditorsDesk(idle.settings, lambda: idle.moment).edit(AN, self._name, "retitle", {"title": title}, version=None)
            return kept(*given)

        kept, self._drafts.replace = self._drafts.replace, late  # type: ignore[method-assign, assignment]

    def __exit__(self, *_: object) -> None:
        del self._drafts.replace


def test_what_the_newspaper_sends_again_is_not_lost_to_an_editor(idle: NewsDesk) -> None:
    """Somebody changes the title at the moment at which the CMS sends other words: they wait beside the draft."""
    body = "\n\n".join(("Cầu treo qua suối", *words(901)))
    view, _ = idle.desk.submit(AN, Submission(show=SHOW, body=body.encode(), is_html=False, source_id="cms-901"))
    with _Twice(idle, view.item.name):
        idle.desk.submit(AN, Submission(show=SHOW, body=body.replace("rộng ba mét", "rộng bốn mét").encode(), is_html=False, source_id="cms-901"))
    assert any("rộng bốn mét" in text for text in idle.desk.newer(AN, view.item.name))


def test_undoing_leaves_what_waits(idle: NewsDesk) -> None:
    """An editor takes back the own change, and not that the newspaper sent other words meanwhile."""
    body = "\n\n".join(("Cầu treo qua sông", *words(902)))
    name = idle.desk.submit(AN, Submission(show=SHOW, body=body.encode(), is_html=False, source_id="cms-902"))[0].item.name
    idle.desk.edit(AN, name, "retitle", {"title": "Tiêu đề sai"}, version=None)
    idle.desk.submit(AN, Submission(show=SHOW, body=body.replace("rộng ba mét", "rộng bốn mét").encode(), is_html=False, source_id="cms-902"))
    view = idle.desk.undo(AN, name, version=version(idle.desk.view(AN, name)))
    assert view.draft is not None and view.draft.waiting and view.draft.title == "Cầu treo qua sông"
    view = idle.desk.undo(AN, name, version=version(view))
    assert view.draft is not None and view.draft.waiting and view.draft.title == "Tiêu đề sai"


def test_nothing_is_withdrawn_without_a_reason_or_scheduled_for_another_century(idle: NewsDesk) -> None:
    """By whatever route: several at once, and the API."""
    name = idle.draft().item.name
    with working(idle):
        found = fingerprint(idle.rendered(name))
        for at in (idle.moment.replace(year=2062), datetime.fromisoformat("9999-12-31T23:59:59-12:00")):
            with pytest.raises(BadInput) as late:
                idle.desk.publish(AN, name, fingerprint=found, at=at)
            assert late.value.code == "draft.too_far"
        idle.published(name)
    with pytest.raises(BadInput):
        idle.desk.withdraw(AN, name, reason=" ", notice=True)
    assert idle.desk.view(AN, name).item.state is DeskState.PUBLISHED


@pytest.mark.parametrize("slug", ["desk", "api"])
def test_a_show_that_the_desk_would_hide_is_refused(idle: NewsDesk, slug: str) -> None:
    """Listeners of a show with one of our own names would get the login."""
    path = idle.show(slug)
    flags = {"no_desk": False, "desk_only": False}
    try:
        with pytest.raises(ConfigInvalid):
            serve_command._desk(idle.settings, "127.0.0.1", None, flags)
        assert serve_command._desk(idle.settings, "127.0.0.1", None, {**flags, "desk_only": True})
    finally:
        path.unlink()
