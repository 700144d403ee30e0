"""What somebody decides is done upon what they saw, and upon nothing else: whatever waits, dies, is tried again or comes from elsewhere meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from audiopub.adapters.sql.drafts import SqlDrafts
from audiopub.article import text_prints
from audiopub.bootstrap import database
from audiopub.config import find_show
from audiopub.desk.model import View
from audiopub.desk.service import Submission
from audiopub.errors import BadInput, Outdated
from audiopub.jobs import Job, JobState, Kind, Order, Queue
from audiopub.jobs.webhook import Event, announcements
from audiopub.newsroom import Healed, Newsroom
from audiopub.pipeline import Wish, identity_of
from audiopub.publish.model import Act, State
from audiopub.workshop import desk as workshop_desk
from audiopub.workshop.desk import Articles
from audiopub.workshop.service import store_of, submit_night, tools_of
from benchmarks.newsroom import NOW
from benchmarks.newsroom import page as printed
from tests.desk.newsdesk import AN, BINH, NewsDesk, fingerprint, newsdesk, version, words, working
from tests.worker_process import SHOW

_NUMBERS = count(1)
SET_RIGHT = "Câu này đã được sửa lại cho đúng với những gì nhân chứng kể lại cho tờ báo."


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsDesk]:
    """Give a desk at which a worker works only where a test says so."""
    with newsdesk(tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp() / "sites", articles=4, listed=2) as made:
        yield made


def quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""


def room(place: NewsDesk) -> Newsroom:
    """Do things as the command line does."""
    return Newsroom(find_show(place.settings.feeds, SHOW), place.settings, place.desk.tools.sources)


def taken(place: NewsDesk, number: int) -> str:
    """Take one of the newspaper's articles to the desk by its address."""
    return place.desk.submit(AN, Submission(show=SHOW, url=place.paper.url(number)))[0].item.name


def set_right(place: NewsDesk, name: str, text: str = SET_RIGHT) -> View:
    """Change a paragraph, a while later."""
    place.later(minutes=5)
    draft = place.desk.view(AN, name).draft
    assert draft is not None
    block = next(block for block in draft.blocks if block.included and len(block.text) > 60)
    return place.desk.edit(AN, name, "rewrite", {"block": block.id, "text": text}, version=None)


def night(place: NewsDesk) -> dict[str, str]:
    """Have a night done; give what became of each address."""
    job, _ = submit_night(place.settings, SHOW, f"night-{next(_NUMBERS)}", place.later(hours=1), {}, by="", again=False)
    store = store_of(place.settings)
    place.wait(lambda: (found := store.get(job.id)) and found.is_over)
    return {line["source"]: line["outcome"] for line in place.desk.night(AN, job.id)["report"]["lines"]}


def corrected(place: NewsDesk) -> str:
    """Publish an article, and have its correction made to be heard."""
    name = place.draft().item.name
    with working(place):
        place.published(name)
        set_right(place, name)
        place.rendered(name)
    return name


# What waits


def _withdrawn(place: NewsDesk, name: str) -> None:
    place.desk.withdraw(AN, name, reason="luật sư yêu cầu", notice=False)


@pytest.mark.parametrize("how", ["waits", "is tried again"])
def test_what_was_withdrawn_stays_so_whatever_waits(idle: NewsDesk, how: str) -> None:
    """A correction that waits for its voice, or that somebody tries again, brings back nothing that was taken from listeners meanwhile."""
    name = corrected(idle)
    job = idle.desk.publish(AN, name, fingerprint=fingerprint(idle.desk.view(AN, name))).job
    if how == "is tried again":
        idle.desk.cancel(AN, name)
    _withdrawn(idle, name)
    with working(idle):
        if how == "is tried again":
            idle.desk.retry(AN, job)
        view = idle.until_over(name)
    assert view.episode is not None and view.episode.state is State.WITHDRAWN
    assert idle.job(name).outcome["code"] == "act.changed_since"


def test_what_was_rolled_back_stays_so_whatever_waits(idle: NewsDesk) -> None:
    name = corrected(idle)
    with working(idle):
        idle.desk.publish(AN, name, fingerprint=fingerprint(idle.desk.view(AN, name)))
        idle.until_over(name)
        set_right(idle, name, SET_RIGHT + " Lần nữa.")
        view = idle.rendered(name)
    idle.desk.publish(AN, name, fingerprint=fingerprint(view))
    back = idle.desk.rollback(AN, name, 1).episode
    with working(idle):
        view = idle.until_over(name)
    assert back is not None and view.episode is not None and view.episode.revision == back.revision


def test_what_was_taken_back_from_its_schedule_stays_on_the_desk(idle: NewsDesk) -> None:
    name = idle.draft().item.name
    with working(idle):
        idle.published(name, at=idle.moment + timedelta(days=1))
    idle.desk.publish(AN, name, fingerprint=fingerprint(idle.desk.view(AN, name)))
    idle.desk.unschedule(AN, name)
    with working(idle):
        view = idle.until_over(name)
    assert view.episode is not None and view.episode.state is State.WITHDRAWN and not view.episode.was_public


# What comes from elsewhere


def test_a_night_and_the_desk(idle: NewsDesk) -> None:
    """What goes out tomorrow is what was heard today, also where the newspaper changes its page before.

    And where a night gave listeners a newer text, the one that was heard before goes out only if somebody takes that on himself.
    """
    with working(idle):
        scheduled, out = taken(idle, 0), taken(idle, 1)
        before = idle.published(scheduled, at=idle.moment + timedelta(days=1))
        idle.published(out)
        idle.paper.correct(0)
        idle.paper.correct(1)
        assert night(idle) == {idle.paper.url(0): "on_desk", idle.paper.url(1): "updated"}
    assert idle.desk.episode(AN, scheduled) == before
    assert [check.acceptable for check in idle.desk.checks(AN, out) if check.name == "newest"] == [True]
    with pytest.raises(BadInput) as refused:
        idle.desk.publish(AN, out, fingerprint=fingerprint(idle.desk.view(AN, out)))
    assert refused.value.code == "draft.checks_stop"


def test_a_command_after_the_desk_counts(idle: NewsDesk, tmp_path: Any) -> None:
    name = idle.draft().item.name
    with working(idle):
        set_right(idle, name)
        first = idle.published(name)
    draft = idle.desk.view(AN, name).draft
    assert draft is not None
    (tmp_path / "sua.txt").write_text("\n\n".join((draft.title, *(block.text.replace("rãnh", "mương") for block in draft.blocks))), encoding="utf-8")
    made = room(idle).correct(first, Wish(by="cli"), source=str(tmp_path / "sua.txt"), now=idle.later(minutes=5), progress=quiet)
    assert made.result is not None and made.result.episode is not None and made.result.episode.revision == 2
    assert "newest" in [check.name for check in idle.desk.checks(AN, name)]


def test_what_was_withdrawn_is_not_ready(idle: NewsDesk) -> None:
    """Whoever publishes all that is ready brings back nothing that was taken from listeners; who wants it out says so."""
    name = idle.draft().item.name
    with working(idle):
        idle.published(name)
    idle.later(minutes=1)
    _withdrawn(idle, name)
    assert name not in {item.name for item in idle.desk.listing(AN, states=["ready"]).items}
    with pytest.raises(BadInput):
        idle.desk.publish(AN, name, fingerprint=fingerprint(idle.desk.view(AN, name)))
    assert {check.name: check.acceptable for check in idle.desk.checks(AN, name)}["withdrawn"]


def test_a_night_that_waits_for_its_voice_leaves_what_came_to_the_desk(idle: NewsDesk) -> None:
    tools = tools_of(idle.settings, lambda: idle.moment)
    page = tools.sources.page(idle.paper.url(3))
    studio = tools.shows.get(SHOW)[1]
    article = studio.read(page)
    known = {"_page": tools.inbox.put(page), "_identity": identity_of(studio, article, page, None, text_prints(article)), "_title": "x"}
    order = Order(kind=Kind.RENDER, show=SHOW, queue=Queue.NIGHTLY, now=idle.moment, source=idle.paper.url(3), wish=known, parent="nightly-x")
    job, _ = tools.jobs.submit(order)
    steps = Articles(tools)
    found = steps.take(job, quiet)
    name = taken(idle, 3)
    set_right(idle, name)
    assert steps.make(job, found, quiet, patient=True)["outcome"] == "on_desk"
    tools.jobs.cancel(job.id)
    assert idle.desk.view(AN, name).episode is None


def test_one_article_by_number_and_by_address_is_one(idle: NewsDesk) -> None:
    """What the newsroom's system sent is found when somebody picks it by its address."""
    body = printed(idle.paper.article(2), "").replace(b'<link rel="canonical" href="">', b"")
    sent, _ = idle.desk.submit(AN, Submission(show=SHOW, body=body, is_html=True, source_id="cms-x2"))
    assert taken(idle, 2) == sent.item.name


# What is done twice


def test_issuing_anew_is_done_once(idle: NewsDesk) -> None:
    """A process that dies before it noted its step does not give every app the episode again."""
    name = idle.draft().item.name
    with working(idle):
        idle.published(name)
    idle.later(hours=1)
    idle.desk.publish(AN, name, fingerprint=fingerprint(idle.desk.view(AN, name)), reissue=True)
    job, steps = idle.job(name), Articles(tools_of(idle.settings, lambda: idle.moment))
    found = steps.take(job, quiet)
    steps.make(job, found, quiet, patient=False)
    first = idle.desk.episode(AN, name)
    steps.make(job, found, quiet, patient=False)
    idle.desk.cancel(AN, name)
    assert [event.act for event in first.history].count(Act.REISSUED) == 1 and idle.desk.episode(AN, name).guid == first.guid


def test_a_bulletin_that_fails_is_no_failure_of_the_article(idle: NewsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is out; so it is told, and nobody is led to issue it a second time."""
    monkeypatch.setattr(workshop_desk, "heal_bulletins", lambda *_a, **_k: Healed((), (BadInput("act.no_page", title="Bản tin sáng"),)))
    name = idle.draft().item.name
    with working(idle):
        idle.published(name)
    job = idle.job(name)
    assert job.state is JobState.DONE
    assert [one.event for one in announcements(job)] == [Event.PUBLISHED]


def test_taking_back_what_is_out_comes_too_late(idle: NewsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = workshop_desk.Articles.make

    def make(self: Articles, job: Job, found: Any, progress: Any, *, patient: bool) -> Any:
        said = real(self, job, found, progress, patient=patient)
        store_of(idle.settings).cancel(job.id)
        return said

    name = idle.draft().item.name
    with working(idle):
        view = idle.rendered(name)
        monkeypatch.setattr(workshop_desk.Articles, "make", make)
        idle.desk.publish(AN, name, fingerprint=fingerprint(view))
        view = idle.until_over(name)
    assert view.episode is not None and view.episode.guid in idle.feed()
    assert idle.job(name).state is JobState.DONE


def test_whoever_writes_a_feed_tells_of_what_was_due() -> None:
    """A night, and an editor's job, put out what was scheduled; webhooks are told as they are by the chore that does so."""
    order = Order(kind=Kind.NIGHTLY, show=SHOW, queue=Queue.NIGHTLY, now=NOW, source="2026-11-24")
    done: dict[str, Any] = {"state": JobState.DONE, "finished": 1}
    told = list(announcements(Job(id="x", order=order, outcome={"outcome": "done", "released_ids": ["a1"]}, **done)))
    assert [(one.event, one.episode) for one in told] == [(Event.PUBLISHED, "a1"), (Event.NIGHT_ENDED, "")]
    order = Order(kind=Kind.RENDER, show=SHOW, queue=Queue.EDITOR, now=NOW, source="x")
    told = list(announcements(Job(id="x", order=order, outcome={"outcome": "published", "id": "b2", "feed": {"released_ids": ["a1"]}}, **done)))
    assert [(one.event, one.episode) for one in told] == [(Event.PUBLISHED, "a1"), (Event.PUBLISHED, "b2")]


# Two at one desk


def test_joining_sees_both_blocks(idle: NewsDesk) -> None:
    """A paragraph that somebody left out is not read again because another joined the one before with it."""
    view = idle.draft()
    name, seen = view.item.name, version(view)
    idle.desk.edit(BINH, name, "include", {"block": "b3", "included": False}, version=seen)
    with pytest.raises(Outdated):
        idle.desk.edit(AN, name, "merge", {"block": "b2"}, version=seen)


def test_a_draft_is_taken_off_as_it_was_seen(idle: NewsDesk) -> None:
    view = idle.draft()
    name, seen = view.item.name, version(view)
    set_right(idle, name)
    with pytest.raises(Outdated):
        idle.desk.discard(AN, name, version=seen)
    assert SET_RIGHT in [block.text for block in idle.desk.tools.locate(name).draft.blocks]
    idle.desk.discard(AN, name, version=seen + 1)


def test_what_comes_again_is_called_as_nothing_that_was(idle: NewsDesk) -> None:
    """A page that is still open somewhere changes no paragraph that its editor never saw."""

    def sent(*paragraphs: str) -> View:
        return idle.desk.submit(AN, Submission(show=SHOW, body="\n\n".join(("Chợ phiên", *paragraphs)).encode(), is_html=False, source_id="cms-phien"))[0]

    first = sent(*words(901))
    name = first.item.name
    set_right(idle, name)
    last = version(idle.desk.view(AN, name))
    idle.desk.discard(AN, name)
    second = sent("Một đoạn mới hoàn toàn: trưởng bản phủ nhận tin ấy trước đông đủ bà con.", *words(901))
    assert first.draft is not None and second.draft is not None
    assert second.draft.version > last and not {block.id for block in first.draft.blocks} & {block.id for block in second.draft.blocks}
    with pytest.raises(Outdated):
        idle.desk.edit(AN, name, "rewrite", {"block": "b2", "text": SET_RIGHT}, version=last)
    assert SqlDrafts(database(idle.settings)).former(SHOW, name[-16:], last) is None


def test_what_was_left_is_not_offered_again(idle: NewsDesk) -> None:
    def sent(text: str) -> View:
        return idle.desk.submit(AN, Submission(show=SHOW, body=text.encode(), is_html=False, source_id="cms-cau"))[0]

    base = "\n\n".join(("Cây cầu mới", *words(902)))
    name = sent(base).item.name
    set_right(idle, name)
    newer = base.replace("mùa mưa", "mùa khô")
    view = sent(newer)
    assert view.draft is not None and view.draft.waiting
    idle.desk.take_waiting(AN, name, version=view.draft.version, keep=True)
    view = sent(newer)
    assert view.draft is not None and not view.draft.waiting
    view = sent(newer.replace("mùa khô", "mùa gặt"))
    assert view.draft is not None and view.draft.waiting


def test_a_reopened_article_is_known_again(idle: NewsDesk) -> None:
    """The newspaper's own words at another address are the same article, however often an editor corrected it."""
    body = "\n\n".join(("Cầu treo qua suối Nậm", *words(903))).encode()
    name = idle.desk.submit(AN, Submission(show=SHOW, body=body, is_html=False, source_id="cms-treo"))[0].item.name
    with working(idle):
        for number, one in enumerate(idle.desk.tools.locate(name).draft.blocks):
            text = f"Đoạn {number} do biên tập viên viết lại hoàn toàn, bằng những lời khác hẳn với bản in của tờ báo hôm ấy."
            idle.desk.edit(AN, name, "rewrite", {"block": one.id, "text": text}, version=None)
        idle.published(name)
        idle.desk.discard(AN, name)
        idle.desk.open_draft(AN, name)
        idle.later(minutes=1)
        idle.desk.edit(AN, name, "retitle", {"title": "Cầu treo qua suối Nậm Rốm"}, version=None)
        idle.published(name)
    assert idle.desk.submit(AN, Submission(show=SHOW, body=body + b" ", is_html=False))[0].item.name == name


# What listeners have


def test_of_two_who_saw_the_same_one_acts(idle: NewsDesk) -> None:
    name = corrected(idle)
    with working(idle):
        idle.desk.publish(AN, name, fingerprint=fingerprint(idle.desk.view(AN, name)))
        idle.until_over(name)
    seen = idle.desk.episode(AN, name).stamp
    idle.desk.rollback(AN, name, 1, seen=seen)
    acts: tuple[Callable[[], object], ...] = (
        lambda: idle.desk.rollback(AN, name, 1, seen=seen), lambda: idle.desk.withdraw(AN, name, reason="sai", notice=False, seen=seen),
    )  # fmt: skip
    for act in acts:
        with pytest.raises(Outdated):
            act()
    assert idle.desk.episode(AN, name).revision == 3
    _withdrawn(idle, name)
    with pytest.raises(Outdated):
        idle.desk.restore(AN, name, seen=seen)


def test_what_was_never_public_is_not_restored(idle: NewsDesk) -> None:
    """Not by a command either, once its time is over; before, it is scheduled again, and that is no going public."""
    name = idle.draft().item.name
    with working(idle):
        idle.published(name, at=idle.moment + timedelta(hours=5))
    idle.desk.unschedule(AN, name)
    room(idle).restore(idle.desk.episode(AN, name), now=idle.moment, note="", by="cli", progress=quiet)
    assert idle.desk.episode(AN, name).state is State.EMBARGOED and not idle.desk.episode(AN, name).was_public
    idle.desk.unschedule(AN, name)
    with pytest.raises(BadInput):
        room(idle).restore(idle.desk.episode(AN, name), now=idle.later(hours=6), note="", by="cli", progress=quiet)


def test_a_moment_that_is_over_is_no_schedule(idle: NewsDesk) -> None:
    name = idle.draft().item.name
    with working(idle):
        view = idle.rendered(name)
    with pytest.raises(BadInput):
        idle.desk.publish(AN, name, fingerprint=fingerprint(view), at=idle.moment - timedelta(hours=1))
