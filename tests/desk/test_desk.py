"""The desk from one end to the other, with a real worker: every way an article can go, and every way it must not."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from audiopub.adapters.mp3 import decoded_mp3
from audiopub.adapters.sql.schema import drafts
from audiopub.article import BlockKind
from audiopub.bootstrap import archive, database
from audiopub.desk.model import DeskState
from audiopub.desk.service import Submission
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid, NotFound, Outdated
from audiopub.jobs import Job, JobState, Kind
from audiopub.newsroom import Newsroom
from audiopub.pipeline import Wish, proof_key
from audiopub.publish.model import Act, Edit, State
from audiopub.units import Hertz
from audiopub.vietnamese import Entry, Scope
from audiopub.workshop.service import store_of
from tests.desk.newsdesk import AN, BINH, NewsDesk, block, fingerprint, newsdesk, standing, stopped, text_of, version, words, working
from tests.worker_process import SHOW


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsDesk]:
    """Give a desk with a worker."""
    with newsdesk(tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp() / "sites") as made, working(made):
        yield made


def test_an_article_goes_all_the_way(place: NewsDesk) -> None:
    """Draft, made, heard, published: each state is shown, each act is written down, and listeners have nothing before the last."""
    desk, view = place.desk, place.draft()
    name = view.item.name
    assert standing(view) == (DeskState.DRAFT, None)
    with pytest.raises(BadInput):
        desk.publish(AN, name, fingerprint="")
    view = place.rendered(name)
    assert standing(view) == (DeskState.READY, None) and view.proof_is_fresh and view.episode is None
    assert name[-16:] not in place.feed() and view.draft is not None and view.draft.title not in place.feed()
    assert stopped(desk.checks(AN, name)) == set()
    assert [sentence.start_ms is not None for sentence in desk.script(AN, name)] == [True] * len(desk.script(AN, name))
    desk.publish(AN, name, fingerprint=fingerprint(view))
    view = place.until_over(name)
    assert standing(view) == (DeskState.PUBLISHED, None)
    assert view.draft is not None and view.draft.title in place.feed()
    desk.withdraw(AN, name, reason="thử", notice=False)
    assert standing(desk.view(AN, name))[0] is DeskState.WITHDRAWN and view.draft.title not in place.feed()
    desk.restore(AN, name)
    assert standing(desk.view(AN, name))[0] is DeskState.PUBLISHED and view.draft.title in place.feed()
    assert place.acts(name) == ["submitted", "render", "heard", "publish", "withdraw", "restore"]


def test_listeners_hear_what_was_heard(place: NewsDesk) -> None:
    """The file that is published has the samples of the proof; only what stands beside the sound may differ."""
    view = place.rendered(place.draft().item.name)
    audio, _ = place.desk.proof_file(AN, view.item.name, fingerprint(view), "audio.mp3")
    with audio:
        heard = audio.read()
    place.desk.publish(AN, view.item.name, fingerprint=fingerprint(view))
    episode = place.until_over(view.item.name).episode
    assert episode is not None
    out = place.served(episode.audio)
    assert out is not None and _frames(out) == _frames(heard)
    assert bytes(decoded_mp3(out, Hertz(24_000)).raw) == bytes(decoded_mp3(heard, Hertz(24_000)).raw)


def _frames(body: bytes) -> bytes:
    """Give an MP3 without its ID3 tag, whose length is in its header in seven bits a byte."""
    assert body[:3] == b"ID3"
    size = sum(byte << shift for byte, shift in zip(body[6:10], (21, 14, 7, 0), strict=True))
    return body[10 + size :]


CHANGES: dict[str, Callable[[NewsDesk, str], object]] = {
    "text": lambda place, name: place.desk.edit(AN, name, "rewrite", {"block": "b2", "text": "Con đường nay đã rộng hơn trước nhiều."}, version=None),
    "title": lambda place, name: place.desk.edit(AN, name, "retitle", {"title": "Đường về thôn đã xong"}, version=None),
    "what is read": lambda place, name: place.desk.edit(AN, name, "include", {"block": "b3", "included": False}, version=None),
    "date": lambda place, name: place.desk.edit(AN, name, "day", {"day": "2026-11-20"}, version=None),
    "voice": lambda place, name: place.desk.edit(AN, name, "manner", {"speed": 1.3}, version=None),
    "lexicon": lambda place, _name: place.desk.save_entry(AN, "khac", "show", Entry(written="bà con", spoken="người dân", scope=Scope.SHOW)),
    "show": lambda place, _name: place.show("khac", more='[furniture]\nclosing = "Cảm ơn quý vị đã nghe."'),
}


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_is_published_that_was_not_heard(place: NewsDesk, what: str) -> None:
    """Whatever changed since somebody listened, publishing is refused: at once, and by the job if it changes while that waits."""
    place.show("khac")
    name = place.draft(show="khac").item.name
    view = place.rendered(name)
    CHANGES[what](place, name)
    view_now = place.desk.view(AN, name)
    assert view_now.item.stale and not view_now.proof_is_fresh
    with pytest.raises(BadInput) as refused:
        place.desk.publish(AN, name, fingerprint=fingerprint(view))
    assert "fresh" in str(refused.value.details["checks"])
    assert place.desk.view(AN, name).episode is None
    (place.here.feeds / "khac.lexicon.tsv").unlink(missing_ok=True)


def test_a_job_that_waited_publishes_nothing_else(place: NewsDesk) -> None:
    """A reading that is saved between the click and the job ends in a refusal, and nothing comes out."""
    place.show("cho")
    name = place.draft(show="cho").item.name
    view = place.rendered(name)
    draft = place.desk.tools.locate(name).draft
    wish = place.desk.tools.wish(draft)
    assert wish.expect == ""
    job = place.desk.tools.jobs
    submit = job.submit

    def late(*order: Any, **more: Any) -> Any:
        place.desk.save_entry(AN, "cho", "show", Entry(written="bà con", spoken="người dân", scope=Scope.SHOW))
        return submit(*order, **more)

    job.submit = late  # type: ignore[method-assign]
    try:
        place.desk.publish(AN, name, fingerprint=fingerprint(view))
    finally:
        job.submit = submit  # type: ignore[method-assign]
    view = place.until_over(name)
    assert (view.item.state, view.item.code, view.episode) == (DeskState.FAILED, "act.not_as_heard", None)
    (place.here.feeds / "cho.lexicon.tsv").unlink()


def test_publishing_needs_ears(place: NewsDesk) -> None:
    """What nobody heard is stopped, unless a publisher goes past that by saying so, which is written down."""
    name = place.draft().item.name
    place.desk.render(BINH, name)
    view = place.until_over(name)
    assert stopped(place.desk.checks(AN, name)) == {"heard"}
    with pytest.raises(BadInput):
        place.desk.publish(AN, name, fingerprint=fingerprint(view))
    with pytest.raises(Outdated):
        place.desk.publish(AN, name, fingerprint="0" * 64, accept=("heard", "fresh", "rendered"))
    place.desk.publish(AN, name, fingerprint=fingerprint(view), accept=("heard",))
    assert place.until_over(name).item.state is DeskState.PUBLISHED
    line = next(line for line in place.desk.audit(AN, episode=name[-16:]) if line.act == "publish")
    assert (line.by, line.details["accepted"]) == ("an", ["heard"])


def test_a_correction_keeps_the_episode(place: NewsDesk) -> None:
    """Same GUID, same date, same name; only the changed sentence is spoken; transcript, chapters and length are of the new sound; rollback brings the old one back."""
    name = place.draft().item.name
    first = place.published(name)
    before = {suffix: place.desk.served_file(AN, name, suffix) for suffix in (".vtt", ".transcript.json")}
    view = place.desk.edit(AN, name, "rewrite", {"block": "b2", "text": "Trưởng thôn cho biết đường mới rộng bốn mét."}, version=None)
    assert standing(view) == (DeskState.PUBLISHED, DeskState.READY) and place.served(first.audio) is not None
    changed = place.desk.changes(AN, name)
    assert [one.after for one in changed] == ["Trưởng thôn cho biết đường mới rộng bốn mét."]
    view = place.rendered(name)
    assert view.proof is not None and view.proof.made == 1
    assert place.desk.served_file(AN, name, ".vtt") == before[".vtt"]
    second = place.published(name, note="Đường rộng bốn mét.")
    assert (second.guid, second.published, second.name, second.revision) == (first.guid, first.published, first.name, 2)
    assert second.history[-1].act is Act.CORRECTED and second.history[-1].note == "Đường rộng bốn mét." and second.history[-1].by == "an"
    vtt = place.desk.served_file(AN, name, ".vtt").decode()
    assert "bốn mét" in vtt and "ba mét" not in vtt
    audio = place.served(second.audio)
    assert audio is not None and len(audio) == second.audio_bytes
    pcm = decoded_mp3(audio, Hertz(24_000))
    assert abs(len(pcm) / 24_000 * 1000 - second.duration) < 100
    hours, minutes, seconds = re.findall(r"--> (\d+):(\d+):([\d.]+)", vtt)[-1]
    assert int(hours) * 3_600_000 + int(minutes) * 60_000 + float(seconds) * 1000 <= second.duration + 1
    assert place.desk.view(AN, name).revisions == (1,)
    back = place.desk.rollback(AN, name, 1)
    assert back.episode is not None and back.episode.guid == first.guid and place.desk.served_file(AN, name, ".vtt") == before[".vtt"]
    assert standing(back) == (DeskState.PUBLISHED, DeskState.READY)
    with pytest.raises(BadInput):
        place.desk.rollback(AN, name, 9)


def test_an_episode_issued_anew_is_another_for_apps(place: NewsDesk) -> None:
    """A grave error: new GUID and new date, and the old address has the new sound."""
    name = place.draft().item.name
    first = place.published(name)
    place.later(hours=1)
    place.desk.edit(AN, name, "rewrite", {"block": "b1", "text": "Cả đoạn này trước đây là sai."}, version=None)
    second = place.published(name, reissue=True)
    assert second.guid != first.guid and second.issue == 2 and second.published > first.published
    assert place.served(first.audio) == place.served(second.audio)


def test_publication_at_a_time(place: NewsDesk) -> None:
    """Scheduled: nothing is served before. Scheduled anew, taken back, scheduled again, published now: each is what happens."""
    name = place.draft().item.name
    at = place.moment + timedelta(hours=5)
    episode = place.published(name, at=at)
    assert (episode.state, episode.published) == (State.EMBARGOED, at)
    assert standing(place.desk.view(AN, name)) == (DeskState.SCHEDULED, None) and place.served(episode.audio) is None
    view = place.rendered(name)
    with pytest.raises(BadInput):
        place.desk.publish(AN, name, fingerprint=fingerprint(view), reissue=True)
    episode = place.published(name, at=at + timedelta(hours=1))
    assert (episode.state, episode.published) == (State.EMBARGOED, at + timedelta(hours=1))
    view = place.desk.unschedule(AN, name)
    assert standing(view) == (DeskState.READY, None)
    with pytest.raises(BadInput):
        place.desk.unschedule(AN, name)
    with pytest.raises(BadInput):
        place.desk.restore(AN, name)
    assert place.published(name, at=at).state is State.EMBARGOED
    assert place.published(name).state is State.PUBLISHED, "published now, whatever it was scheduled for"
    with pytest.raises(BadInput):
        place.desk.publish(AN, name, fingerprint=fingerprint(view), at=at)
    place.desk.withdraw(AN, name, reason="thử", notice=False)
    with pytest.raises(BadInput):  # listeners had it: a date that lies ahead would bring it back at once
        place.desk.publish(AN, name, fingerprint=fingerprint(view), at=place.moment + timedelta(days=9))


def test_what_is_scheduled_comes_out_once(place: NewsDesk) -> None:
    """When its time has come, also with a clock that jumps, it is published once."""
    name = place.draft().item.name
    at = place.moment + timedelta(minutes=30)
    place.published(name, at=at)
    place.end_embargoes()
    assert place.desk.episode(AN, name).state is State.EMBARGOED
    for jump in (1, -0.9, 1):
        place.later(hours=jump)
        place.end_embargoes()
    episode = place.desk.episode(AN, name)
    assert (episode.state, [event.act for event in episode.history].count(Act.PUBLISHED)) == (State.PUBLISHED, 1)
    assert place.feed().count(episode.guid) == 1


def test_sixteen_at_once_are_one_article(place: NewsDesk) -> None:
    """A newsroom's system that sends the same article many times over gets the same one, and is told once that it is new."""
    body = "\n\n".join(("Mười sáu lần một bài", *words(900)))
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: place.desk.submit(AN, Submission(show=SHOW, body=body.encode(), source_id="cms-900")), range(16)))
    assert sum(new for _, new in found) == 1
    assert len({view.item.name for view, _ in found}) == 1
    assert place.acts(found[0][0].item.name) == ["submitted"]


def test_alike_titles_are_different_articles(place: NewsDesk) -> None:
    """An id is never made from a title."""
    titles = ("Bán hàng", "Bàn hàng", "Bán hàng", "😀", "😃", "日本")
    names = set()
    for number, title in enumerate(titles):
        body = "\n\n".join((title, *words(700 + number)))
        view, new = place.desk.submit(AN, Submission(show=SHOW, body=body.encode(), title=title))
        assert new and view.draft is not None and view.draft.title == title
        names.add(view.item.name)
    assert len(names) == len(titles)


def test_an_article_by_its_address(place: NewsDesk) -> None:
    """What an address has is read; the same address under another spelling is the same article; one that is not there is said."""
    view, new = place.desk.submit(AN, Submission(show=SHOW, url=place.paper.url(1)))
    again, renewed = place.desk.submit(AN, Submission(show=SHOW, url=place.paper.url(1) + "#doc-tiep"))
    assert (new, renewed, again.item.name) == (True, False, view.item.name)
    assert "<p" in place.desk.source(AN, view.item.name)
    for url in (place.paper.url(1) + "x", "file:///etc/passwd", "http://127.0.0.1:1/x"):
        with pytest.raises(AudiopubError):
            place.desk.submit(AN, Submission(show=SHOW, url=url))


def test_a_newer_page_takes_over_what_nobody_edited(place: NewsDesk) -> None:
    """New words take the place of old ones; whoever still looks at the old paragraphs hits none of the new by mistake, and the undo brings the old back."""
    view = place.draft(source_id="cms-moi")
    old = block(view, 1)
    newer = _sent(place, "cms-moi", words(801), title="Tiêu đề mới của tòa soạn")
    assert newer.draft is not None and newer.draft.title == "Tiêu đề mới của tòa soạn" and "thôn số 801" in text_of(newer)
    with pytest.raises(Outdated):
        place.desk.edit(AN, view.item.name, "rewrite", {"block": old, "text": "Lời sửa cho đoạn cũ."}, version=version(view))
    back = place.desk.undo(AN, view.item.name, version=version(newer))
    assert text_of(back) == text_of(view)
    assert place.acts(view.item.name) == ["submitted", "newer_taken", "edit_undo"]


def test_a_newer_page_waits_beside_what_somebody_edited(place: NewsDesk) -> None:
    """Hand-made changes are never overwritten: the newer page is offered, taken or left."""
    view = place.draft(source_id="cms-cho")
    name = view.item.name
    place.desk.edit(AN, name, "rewrite", {"block": block(view, 0), "text": "Đoạn này do biên tập viên viết lại."}, version=version(view))
    waits = _sent(place, "cms-cho", words(811))
    assert waits.draft is not None and waits.draft.waiting and "biên tập viên" in text_of(waits)
    assert any("thôn số 811" in line for line in place.desk.newer(AN, name))
    left = place.desk.take_waiting(AN, name, version=version(waits), keep=True)
    assert left.draft is not None and not left.draft.waiting and "biên tập viên" in text_of(left)
    with pytest.raises(NotFound):
        place.desk.take_waiting(AN, name, version=version(left))
    waits = _sent(place, "cms-cho", words(812))
    with pytest.raises(Outdated):
        place.desk.take_waiting(AN, name, version=version(left))
    taken = place.desk.take_waiting(AN, name, version=version(waits))
    assert "biên tập viên" not in text_of(taken) and "thôn số 812" in text_of(taken)
    assert taken.draft is not None and not taken.draft.hand_edited


def test_a_title_alone_that_the_newsroom_changed_counts(place: NewsDesk) -> None:
    """The same words under another title are no news to the text, but they are to the title."""
    body = "\n\n".join(("Đường", *words(820)))
    first, _ = place.desk.submit(AN, Submission(show=SHOW, body=body.encode(), source_id="cms-tua", title="Tựa cũ"))
    again, new = place.desk.submit(AN, Submission(show=SHOW, body=body.encode(), source_id="cms-tua", title="Tựa mới"))
    assert not new and again.draft is not None and again.draft.title == "Tựa mới" and again.item.name == first.item.name


def _sent(place: NewsDesk, source_id: str, paragraphs: list[str], title: str = "Đường mới") -> Any:
    body = "\n\n".join((title, *paragraphs))
    view, new = place.desk.submit(AN, Submission(show=SHOW, body=body.encode(), is_html=False, source_id=source_id))
    assert not new
    return view


def test_two_editors_lose_nothing(place: NewsDesk) -> None:
    """Of two who change one block, the second is shown both texts; who change different blocks are both heard, from many threads at once."""
    view = place.draft()
    name, seen = view.item.name, version(view)
    place.desk.edit(AN, name, "rewrite", {"block": "b1", "text": "Lời của An."}, version=seen)
    with pytest.raises(Outdated) as both:
        place.desk.edit(BINH, name, "rewrite", {"block": "b1", "text": "Lời của Bình."}, version=seen)
    assert (both.value.details["present"], both.value.details["yours"]) == ("Lời của An.", "Lời của Bình.")
    place.desk.edit(BINH, name, "rewrite", {"block": "b2", "text": "Lời của Bình."}, version=seen)
    with pytest.raises(Outdated):
        place.desk.edit(BINH, name, "retitle", {"title": "Tựa của Bình"}, version=seen)
    start = threading.Barrier(6)

    def change(number: int) -> None:
        start.wait()
        place.desk.edit(BINH, name, "rewrite", {"block": f"b{3 + number % 2}", "text": f"Lời thứ {number}."}, version=None)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(6)))
    now = place.desk.view(AN, name)
    assert "Lời của An." in text_of(now) and "Lời của Bình." in text_of(now) and version(now) == seen + 8
    assert place.acts(name).count("edit_rewrite") == 8


def test_undo_goes_back_and_forth(place: NewsDesk) -> None:
    """Everything that can be changed can be taken back, and that too."""
    view = place.draft()
    name = view.item.name
    acts: list[tuple[str, dict[str, Any]]] = [
        ("include", {"block": "b1", "included": False}), ("rekind", {"block": "b2", "kind": "heading"}), ("rewrite", {"block": "b3", "text": "Khác."}),
        ("split", {"block": "b1", "at": 20}), ("merge", {"block": "b1"}), ("retitle", {"title": "Khác", "lead": "Dẫn."}),
        ("manner", {"voice": "silent:hum", "speed": 1.5, "jingle": False}), ("day", {"day": "2026-11-01"}), ("accept", {"codes": ["article.too_short"]}),
    ]  # fmt: skip
    for act, values in acts:
        before = place.desk.view(AN, name)
        after = place.desk.edit(AN, name, act, values, version=version(before) if act != "include" else None)
        assert version(after) == version(before) + 1, act
        back = place.desk.undo(AN, name, version=version(after))
        assert _plain(back) == _plain(before), act
        forth = place.desk.undo(AN, name, version=version(back))
        assert _plain(forth) == _plain(after), act
        place.desk.undo(AN, name, version=version(forth))
        with pytest.raises(Outdated):
            place.desk.undo(AN, name, version=version(after))
    assert _plain(place.desk.view(AN, name)) == _plain(view)


def _plain(view: Any) -> Any:
    draft = view.draft
    return draft.title, draft.lead, draft.manner, draft.day, draft.accepted, draft.hand_edited, [(b.id, b.kind, b.text, b.included, b.was) for b in draft.blocks]


BAD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("include", {}), ("split", {"block": "b1", "at": "x"}), ("day", {"day": "hôm qua"}), ("manner", {"speed": "nhanh"}), ("manner", {"speed": 9}),
    ("manner", {"voice": "khong-co"}), ("manner", {"voice": "silent:khong-co"}), ("rekind", {"block": "b1", "kind": "x"}), ("rewrite", {"block": "b1", "text": None}),
    ("retitle", {"title": 5}), ("nothing", {}), ("rewrite", {"block": "b99", "text": "x"}),
)  # fmt: skip


@pytest.mark.parametrize(("act", "values"), BAD)
def test_what_cannot_be_meant_is_refused(place: NewsDesk, act: str, values: dict[str, Any]) -> None:
    """Whatever a face hands on, the answer is a sentence and the draft is as it was."""
    view = place.draft()
    with pytest.raises((BadInput, Outdated)):
        place.desk.edit(AN, view.item.name, act, values, version=version(view))
    assert place.desk.view(AN, view.item.name).draft == view.draft


def test_a_title_alone_leaves_the_lead(place: NewsDesk) -> None:
    """What is not named stays."""
    view = place.draft()
    name = view.item.name
    place.desk.edit(AN, name, "retitle", {"title": "Đường", "lead": "Câu dẫn."}, version=None)
    place.desk.edit(AN, name, "manner", {"speed": 1.3, "jingle": False}, version=None)
    place.desk.edit(AN, name, "retitle", {"title": "Đường mới"}, version=None)
    draft = place.desk.edit(AN, name, "manner", {"jingle": True}, version=None).draft
    assert draft is not None and (draft.title, draft.lead, draft.manner.speed, draft.manner.jingle) == ("Đường mới", "Câu dẫn.", 1.3, True)


def test_a_draft_that_comes_again_is_read_as_it_is_now(place: NewsDesk) -> None:
    """A draft that was taken off the desk and comes again with other words is not shown with the sentences of the former one."""
    view = place.draft(source_id="cms-lai")
    name = view.item.name
    assert any("thôn" in sentence.segment.written for sentence in place.desk.script(AN, name))
    place.desk.discard(AN, name)
    with pytest.raises(NotFound):
        place.desk.view(AN, name)
    body = "\n\n".join(("Đường mới", *words(777)))
    again, new = place.desk.submit(AN, Submission(show=SHOW, body=body.encode(), is_html=False, source_id="cms-lai"))
    assert new and again.item.name == name
    assert any("thôn số 777" in sentence.segment.written for sentence in place.desk.script(AN, name))


def test_own_voice_and_pace_last(place: NewsDesk) -> None:
    """An article that is read in a manner of its own is so in every later revision, whoever makes it, and after it was taken off the desk."""
    name = place.draft().item.name
    place.desk.edit(AN, name, "manner", {"speed": 1.5, "jingle": False}, version=None)
    first = place.published(name)
    place.desk.discard(AN, name)
    room = Newsroom(place.desk.tools.shows.get(SHOW, patient=False)[0], place.settings, place.desk.tools.sources)
    edit = Edit(old="rộng ba mét", new="rộng bốn mét")
    done = room.correct(room.find(first.id), Wish(by="chi", edits=(edit,)), source=None, now=place.later(minutes=5), progress=lambda *_: None)
    assert done.result is not None and done.result.made == 1, "all other sentences are as they were, at their own pace"
    assert done.result.episode is not None and done.result.episode.pinned
    again = place.desk.open_draft(AN, name)
    assert again.draft is not None and (again.draft.manner.speed, again.draft.manner.jingle) == (1.5, False) and "bốn mét" in text_of(again)


def test_a_correction_by_hand_is_not_undone_by_an_older_one(place: NewsDesk) -> None:
    """An editor's words count also where a correction of earlier days would set them right again; one that came since counts."""
    name = place.draft().item.name
    episode = place.published(name)
    room = Newsroom(place.desk.tools.shows.get(SHOW, patient=False)[0], place.settings, place.desk.tools.sources)

    def correct(old: str, new: str) -> None:
        wish = Wish(by="chi", edits=(Edit(old=old, new=new),))
        room.correct(room.find(episode.id), wish, source=None, now=place.later(minutes=5), progress=lambda *_: None)

    correct("rộng ba mét", "rộng bốn mét")
    place.desk.discard(AN, name)
    view = place.desk.open_draft(AN, name)
    number = next(block for block in view.draft.blocks if "bốn mét" in block.text) if view.draft else None
    assert number is not None
    place.desk.edit(AN, name, "rewrite", {"block": number.id, "text": number.text.replace("rộng bốn mét", "rộng ba mét")}, version=None)
    assert any("rộng ba mét" in sentence.segment.written for sentence in place.desk.script(AN, name))
    place.published(name)
    assert "rộng ba mét" in place.desk.served_file(AN, name, ".vtt").decode().replace("\n", " ")
    correct("xe tải nhỏ", "xe tải lớn")
    vtt = place.desk.served_file(AN, name, ".vtt").decode().replace("\n", " ")
    assert "rộng ba mét" in vtt and "xe tải lớn" in vtt


def test_a_correction_from_the_command_keeps_what_was_edited_by_hand(place: NewsDesk) -> None:
    """Who asks for the article's page again gets the editor's words and no others, and nights still leave the episode."""
    view, _ = place.desk.submit(AN, Submission(show=SHOW, url=place.paper.url(2)))
    name = view.item.name
    assert view.draft is not None
    read = next(block.id for block in view.draft.blocks if block.kind is BlockKind.PARAGRAPH)
    place.desk.edit(AN, name, "rewrite", {"block": read, "text": "Lời của biên tập viên."}, version=None)
    episode = place.published(name)
    room = Newsroom(place.desk.tools.shows.get(SHOW, patient=False)[0], place.settings, place.desk.tools.sources)
    room.correct(room.find(episode.id), Wish(by="chi"), source=None, now=place.later(minutes=5), progress=lambda *_: None)
    wish = Wish(by="chi", edits=(Edit(old="biên tập viên", new="ban biên tập"),))
    room.correct(room.find(episode.id), wish, source=None, now=place.later(minutes=5), progress=lambda *_: None)
    assert "Lời của ban biên tập." in place.desk.served_file(AN, name, ".vtt").decode()
    assert place.desk.episode(AN, name).pinned


def test_an_own_title_lasts_and_a_newer_one_is_read(place: NewsDesk) -> None:
    """The title that the desk shows is the one that is read."""
    view = place.draft(source_id="cms-own")
    name = view.item.name
    place.desk.edit(AN, name, "retitle", {"title": "Tựa của ban biên tập"}, version=None)
    place.published(name)
    waits = _sent(place, "cms-own", words(830), title="Tựa của tòa soạn")
    taken = place.desk.take_waiting(AN, name, version=version(waits))
    assert taken.draft is not None
    said = next(sentence for sentence in place.desk.script(AN, name) if sentence.block == "title")
    assert said.segment.written == taken.draft.title == "Tựa của ban biên tập"


def test_a_broken_show_file_stops_its_own_articles_only(place: NewsDesk) -> None:
    """The list is there, the article says why, and every other goes on."""
    place.show("hong")
    name, other = place.draft(show="hong").item.name, place.draft().item.name
    path = place.here.feeds / "hong.toml"
    whole = path.read_text(encoding="utf-8")
    path.write_text("title = [", encoding="utf-8")
    try:
        assert name in {item.name for item in place.desk.listing(AN, limit=200).items}
        assert ("hong", "hong") in place.desk.shows()
        assert not place.desk.view(AN, name).proof_is_fresh and stopped(place.desk.checks(AN, name)) == {"article"}
        with pytest.raises(ConfigInvalid):
            place.desk.render(AN, name)
        assert place.rendered(other).item.state is DeskState.READY
    finally:
        path.write_text(whole, encoding="utf-8")
    assert place.rendered(name).item.state is DeskState.READY


def test_damaged_and_lost_things_are_named(place: NewsDesk) -> None:
    """A record that cannot be read, a page, a proof that is gone: a sentence for that article, and a way out of it."""
    hurt, other = place.draft(), place.draft()
    name = hurt.item.name
    database(place.settings).write(lambda connection: connection.execute(update(drafts).where(drafts.c.id == name[-16:]).values(record="[1]")))
    for look in (place.desk.view, place.desk.script, place.desk.checks, place.desk.render):
        with pytest.raises(ConfigInvalid):
            look(AN, name)
    assert {name, other.item.name} <= {item.name for item in place.desk.listing(AN, limit=200).items}
    place.desk.discard(AN, name)
    with pytest.raises(NotFound):
        place.desk.view(AN, name)

    kept, where = archive(place.settings), other.item.name
    assert other.draft is not None
    for key in [stored.key for stored in kept.keys(f"inbox/{other.draft.origin.page}")]:
        kept.remove(key)
    with pytest.raises(BadInput):
        place.desk.source(AN, where)
    view = place.rendered(where)
    for file in ("audio.mp3", "record.json"):
        kept.remove(proof_key(SHOW, where[-16:], fingerprint(view), file))
    with pytest.raises(NotFound):
        place.desk.proof_file(AN, where, fingerprint(view), "audio.mp3")
    place.desk.render(AN, where)
    place.until_over(where)
    audio, size = place.desk.proof_file(AN, where, fingerprint(view), "audio.mp3")
    audio.close()
    assert size > 0, "it is made again"
    kept.put(proof_key(SHOW, where[-16:], fingerprint(view), "record.json"), b"{")
    with pytest.raises(ConfigInvalid):
        place.desk.script(AN, where)
    assert place.published(other.item.name).state is State.PUBLISHED


def test_a_job_is_taken_back_once(place: NewsDesk) -> None:
    """Only what is under way is taken back; what ended is no act and is not written down as one."""
    name = place.rendered(place.draft().item.name).item.name
    assert place.desk.cancel(AN, name) is None
    assert "cancel" not in place.acts(name)
    with pytest.raises(NotFound):
        place.desk.job(AN, "nichts")


def test_names_are_exact(place: NewsDesk) -> None:
    """An article has one name; what looks like it is nobody's."""
    name = place.draft().item.name
    for wrong in (f"{SHOW}_{name[-16:]}", f"{SHOW}{name[-16:]}", f"khong-co-{name[-16:]}", name.upper(), name + "0", "", "x", f"../{name}"):
        with pytest.raises(NotFound):
            place.desk.view(AN, wrong)


def test_the_list_finds_without_marks_and_goes_page_by_page(place: NewsDesk) -> None:
    """Every article is on exactly one page, newest first, whatever the size of pages."""
    for _ in range(3):
        place.draft(title="Lễ hội xuống đồng")
    found = place.desk.listing(AN, search="le hoi xuong dong", limit=200)
    assert found.total >= 3 and all("Lễ hội" in item.title for item in found.items)
    seen, cursor = [], ""
    while True:
        part = place.desk.listing(AN, search="lễ hội", limit=1, cursor=cursor)
        seen += [item.name for item in part.items]
        cursor = part.cursor
        if not cursor:
            break
    assert seen == [item.name for item in found.items]
    for bad in ("x", "bnVsbA", "W10", "😀"):
        with pytest.raises(BadInput):
            place.desk.listing(AN, cursor=bad)


def test_a_failed_job_is_shown_and_tried_again(place: NewsDesk) -> None:
    """A voice that fails leaves a state with its reason, and the retry of the job ends it."""
    place.show("loi", engine="silent", more="")
    name = place.draft(show="loi").item.name
    path = place.here.feeds / "loi.toml"
    whole = path.read_text(encoding="utf-8")
    with Paused(place):
        place.desk.render(AN, name)
        path.write_text(whole.replace('["silent"]', '["khong-co"]'), encoding="utf-8")
    view = place.until_over(name)
    assert view.item.state is DeskState.FAILED and view.item.code == "speech.unknown_engine" and view.item.progress is not None
    path.write_text(whole, encoding="utf-8")
    place.desk.retry(AN, view.item.progress.job)
    assert place.until_over(name).item.state is DeskState.READY
    with pytest.raises(BadInput):
        place.desk.publish(AN, name, fingerprint=fingerprint(place.desk.view(AN, name)))


class Paused:
    """Let a job be put up and what it needs be changed before any worker can have begun it."""

    def __init__(self, place: NewsDesk) -> None:
        self._store, self._submit = place.desk.tools.jobs, place.desk.tools.jobs.submit
        self._late: list[Any] = []

    def __enter__(self) -> None:
        def later(order: Any, **more: Any) -> Any:
            self._late.append((order, more))
            return Job(id=order.key, order=order, state=JobState.QUEUED), True

        self._store.submit = later  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        del self._store.submit
        for order, more in self._late:
            self._store.submit(order, **more)


def test_jobs_before_listeners_are_publishers_only(place: NewsDesk) -> None:
    """An editor neither begins again nor takes back what puts an episode out."""
    name = place.draft().item.name
    place.published(name)
    job = place.job(name)
    assert job.order.kind is Kind.RENDER
    with pytest.raises(AudiopubError) as refused:
        place.desk.retry(BINH, job.id)
    assert refused.value.code == "people.forbidden"
    assert store_of(place.settings).get(job.id) == job


def test_every_record_of_the_list_is_json(place: NewsDesk) -> None:
    """Details of what was done can be told to any face."""
    place.draft()
    assert all(json.dumps(dict(line.details)) for line in place.desk.audit(AN, limit=200))
